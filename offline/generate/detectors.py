"""The lane detectors of an invented road network: one to four lanes per road location."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LIMITS_KM_H = (50, 70, 90, 120)
_LIMIT_SHARES = (0.1, 0.2, 0.25, 0.45)


@dataclass(frozen=True)
class Detectors:
    """One array element per detector, except the last two, which are per road location."""

    unieke_id: Ints
    lve_nr: Ints
    location: Ints  # index of the road location
    lane: Ints  # 1 is the rightmost: lorries drive there
    limit_km_h: Ints
    peak_per_minute: Floats  # vehicles of all classes in the busiest minutes
    location_count: int
    morning_share: Floats  # of a location: 1 is busy into town, 0 out of town

    @property
    def count(self) -> int:
        """How many detectors there are."""
        return len(self.unieke_id)


def build_detectors(count: int, seed: int) -> Detectors:
    """Return `count` detectors, always the same for a seed."""
    rng = np.random.default_rng([seed, 0])
    lanes = rng.integers(1, 5, count)  # enough locations even if each had a single lane
    ends = np.cumsum(lanes)
    locations = int(np.searchsorted(ends, count)) + 1
    location = np.repeat(np.arange(locations), lanes[:locations])[:count]
    first = (ends - lanes)[location]
    limit = rng.choice(_LIMITS_KM_H, locations, p=_LIMIT_SHARES)[location]
    lane = np.arange(count) - first + 1
    # A motorway lane carries about 30 vehicles a minute at most; the left lanes carry fewer.
    peak = rng.uniform(0.4, 1.0, locations)[location] * limit / 4.0 / np.sqrt(lane)
    return Detectors(
        unieke_id=np.cumsum(rng.integers(1, 4, count)),
        lve_nr=np.cumsum(rng.integers(1, 3, locations))[location],
        location=location,
        lane=lane,
        limit_km_h=limit,
        peak_per_minute=peak,
        location_count=locations,
        morning_share=rng.uniform(0.0, 1.0, locations),
    )
