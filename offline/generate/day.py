"""What a day brings, drawn once: traffic jams per location, broken sensors per detector."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offline.generate.detectors import Detectors, Floats, Ints

DAY_S = 86_400
_JAM_SHARE, _JAM_SHARE_WEEKEND = 0.5, 0.1
_DEFECT_SHARE, _UNAVAILABLE_SHARE = 0.02, 0.06


@dataclass(frozen=True)
class Day:
    """One UTC day; minutes count from its start."""

    jam_from: Floats  # per location; a location without a jam has an empty span
    jam_to: Floats
    jam_speed: Floats  # share of the free speed that is left
    defect: NDArray[np.bool_]  # per detector, for the whole day
    away_from: Ints  # per detector: out of reach in this span
    away_to: Ints


def build_day(detectors: Detectors, day_number: int, seed: int) -> Day:
    """Return the day `day_number` (days since 1970), always the same for a seed."""
    rng = np.random.default_rng([seed, 1, day_number])
    places, count = detectors.location_count, detectors.count
    weekend = (day_number + 3) % 7 >= 5  # 1970-01-01 was a Thursday
    has_jam = rng.random(places) < (_JAM_SHARE_WEEKEND if weekend else _JAM_SHARE)
    rush = np.where(rng.random(places) < detectors.morning_share, 7.0, 16.0) * 60
    jam_from = rush + rng.normal(0, 45, places)
    away_from = rng.integers(-240, 1440, count)
    away = rng.random(count) < _UNAVAILABLE_SHARE
    return Day(
        jam_from=jam_from,
        jam_to=jam_from + np.where(has_jam, rng.uniform(15, 100, places), 0),
        jam_speed=rng.uniform(0.1, 0.5, places),
        defect=rng.random(count) < _DEFECT_SHARE,
        away_from=away_from,
        away_to=away_from + np.where(away, rng.integers(5, 240, count), 0),
    )
