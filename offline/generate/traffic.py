"""The measurements of one hour: what every detector counted in every minute."""

import numpy as np
from numpy.typing import NDArray

from offline.generate.day import DAY_S, Day
from offline.generate.detectors import Detectors, Floats, Ints

HOUR_S, MINUTE_S = 3600, 60
CLASSES = (1, 2, 3, 4, 5)
# Codes in place of a speed: nothing measured yet, no vehicle in this minute, not computable.
INITIAL, NO_VEHICLES, NOT_COMPUTED = 251, 252, 254

Columns = dict[str, NDArray[np.generic]]

# Share of the peak flow by local hour (the feed's clock is UTC+1 all year), 0 to 24.
_HOURS = np.array([0, 3, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 17, 18, 19, 21, 24])
_INTO_TOWN = np.array([8, 4, 15, 50, 95, 100, 80, 60, 55, 55, 58, 62, 65, 55, 40, 22, 8]) / 100
_OUT_OF_TOWN = np.array([8, 4, 8, 22, 50, 60, 52, 50, 55, 60, 75, 95, 100, 85, 55, 28, 8]) / 100
_WEEKEND = np.array([14, 8, 6, 8, 12, 18, 28, 40, 55, 58, 58, 58, 56, 50, 42, 28, 14]) / 100

# Motorcycles, cars, vans, lorries, articulated lorries: share of the vehicles and top speed.
_CLASS_SHARE = (0.005, 0.78, 0.09, 0.05, 0.075)
_CLASS_TOP_KM_H = (140, 140, 130, 92, 90)


def measure_hour(detectors: Detectors, day: Day, hour_s: int, rng: np.random.Generator) -> Columns:
    """Return one row per minute and detector, ordered by minute."""
    minute = np.repeat(np.arange(60), detectors.count)
    detector = np.tile(np.arange(detectors.count), 60)
    day_minute = minute + hour_s % DAY_S // MINUTE_S
    left = _speed_left(detectors, day, hour_s)[minute, detectors.location[detector]]
    defect = day.defect[detector]
    away = (day.away_from[detector] <= day_minute) & (day_minute < day.away_to[detector])
    dead = defect | away
    event_s = hour_s + minute * MINUTE_S
    columns: Columns = {
        "unieke_id": detectors.unieke_id[detector],
        "lve_nr": detectors.lve_nr[detector],
        "lane": detectors.lane[detector],
        "event_s": event_s,
        "modified_s": event_s + rng.integers(61, 125, len(minute)),
        "actueel_publicatie": np.where(rng.random(len(minute)) < 0.99, 1, 0),
        "beschikbaar": np.where(away, 0, 1),
        "defect": np.where(defect, 1, 0),
        # The feed publishes 0 for a valid measurement, whatever the field's name suggests.
        "geldig": np.where(dead | (rng.random(len(minute)) < 0.01), 1, 0),
    }
    flow = _flow(detectors, hour_s)[:, detectors.location].reshape(-1)
    flow = flow * detectors.peak_per_minute[detector] * (0.4 + 0.6 * left)
    columns |= _classes(flow, detectors.limit_km_h[detector] * left, (dead, away), rng)
    vehicles = sum(columns[f"intensity{n}"].astype(np.int64) for n in CLASSES)
    occupied = np.minimum(vehicles * 2.2 / np.maximum(left, 0.1), 100)
    columns["occupancy"] = np.where(dead, 0, occupied).astype(np.int64)
    columns["availability"] = np.where(away, 0, np.where(defect, 50, 100))
    unrest = rng.integers(0, 60, len(minute)) + 340 * (1 - left)
    columns["unrest"] = np.where(dead | (vehicles == 0), 0, unrest).astype(np.int64)
    return columns


def _flow(detectors: Detectors, hour_s: int) -> Floats:
    """Return the share of the peak flow by minute and location."""
    local_s = hour_s + HOUR_S
    hours = local_s % DAY_S / HOUR_S + np.arange(60) / 60
    if (local_s // DAY_S + 3) % 7 >= 5:
        profile = np.interp(hours, _HOURS, _WEEKEND)
        return np.repeat(profile[:, None], detectors.location_count, axis=1)
    into, out = (np.interp(hours, _HOURS, shares) for shares in (_INTO_TOWN, _OUT_OF_TOWN))
    share = detectors.morning_share
    return np.outer(into, share) + np.outer(out, 1 - share)


def _speed_left(detectors: Detectors, day: Day, hour_s: int) -> Floats:
    """Return the share of the free speed by minute and location: 1 without a jam."""
    minute = np.arange(60)[:, None] + hour_s % DAY_S // MINUTE_S
    inside = np.minimum(minute - day.jam_from, day.jam_to - minute)
    depth = np.clip(inside / 8.0, 0, 1)  # a jam builds up and dissolves over 8 minutes
    return 1 - depth * (1 - day.jam_speed)


def _classes(
    flow: Floats,
    speed: Floats,
    dead_away: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    rng: np.random.Generator,
) -> Columns:
    """Return count and speeds per vehicle class, and whether upstream left the class out."""
    dead, away = dead_away
    columns: Columns = {}
    upstream_drops = rng.random(len(flow)) < 0.5
    for n, share, top in zip(CLASSES, _CLASS_SHARE, _CLASS_TOP_KM_H, strict=True):
        count: Ints = np.where(dead, 0, rng.poisson(flow * share))
        spread = rng.integers(0, 8, len(flow))
        mean = np.maximum(np.minimum(speed, top).astype(np.int64) + spread - 4, 3)
        code = np.where(dead, np.where(away, INITIAL, NOT_COMPUTED), NO_VEHICLES)
        empty_mean = np.where(dead, code, 0)
        columns[f"intensity{n}"] = count
        columns[f"mean{n}"] = np.where(count > 0, mean, empty_mean)
        columns[f"harmonic{n}"] = np.where(count > 0, np.maximum(mean - spread // 3, 2), code)
        columns[f"absent{n}"] = (count == 0) & upstream_drops
    return columns
