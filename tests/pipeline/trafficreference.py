"""What the traffic table must hold, computed from the published events in polars."""

import math
from datetime import timedelta
from typing import Any

import polars as pl

from tests.pipeline.rig import Rig

CLASSES = range(2, 6)
MEANS = {"occupancy", "current_speed", "previous_speed", "avg_speed_3min", "avg_speed_20min"}


def reference(events: list[dict[str, Any]]) -> dict[tuple[int, Any], dict[str, Any]]:
    """What traffic must hold for these events, in a way of its own."""
    frame = pl.DataFrame(events, infer_schema_length=None).filter(
        (pl.col("defect") == 0)
        & (pl.col("beschikbaar") == 1)
        & (pl.col("rekendata_bezettingsgraad") >= 0)
        & pl.col("lve_nr").is_not_null()
    )
    if frame.is_empty():
        return {}
    speeds = {
        n: pl.when(pl.col(f"voertuigsnelheid_rekenkundig_klasse{n}").is_between(0, 250)).then(
            pl.col(f"voertuigsnelheid_rekenkundig_klasse{n}")
        )
        for n in CLASSES
    }
    counts = {
        n: pl.when(pl.col(f"verkeersintensiteit_klasse{n}").is_between(0, 1_000_000))
        .then(pl.col(f"verkeersintensiteit_klasse{n}"))
        .otherwise(0)
        for n in CLASSES
    }
    occupancy = pl.when(pl.col("rekendata_bezettingsgraad") <= 1_000_000).then(
        pl.col("rekendata_bezettingsgraad")
    )
    weighted = pl.sum_horizontal((speeds[n] * counts[n]).fill_null(0) for n in CLASSES)
    weights = pl.sum_horizontal(
        pl.when(speeds[n].is_not_null()).then(counts[n]).otherwise(0) for n in CLASSES
    )
    minutes = (
        frame.with_columns(weighted.alias("sv"), weights.alias("v"))
        .group_by("lve_nr", "event_time")
        .agg(
            pl.len().alias("lanes"),
            *(counts[n].sum().alias(f"vehicles_class{n}") for n in CLASSES),
            occupancy.mean().alias("occupancy"),
            pl.col("sv").sum(),
            pl.col("v").sum(),
        )
        .with_columns(
            pl.when(pl.col("v") > 0).then(pl.col("sv") / pl.col("v")).alias("current_speed"),
            pl.sum_horizontal(f"vehicles_class{n}" for n in CLASSES).alias("vehicles"),
        )
        .drop("sv", "v")
        .sort("lve_nr", "event_time")
    )
    windows = {
        f"avg_speed_{n}min": pl.col("current_speed").rolling_mean_by(
            "event_time", window_size=f"{n}m", closed="right", min_samples=1
        )
        for n in (3, 20)
    }
    rows = minutes.with_columns(**{n: w.over("lve_nr") for n, w in windows.items()}).to_dicts()
    by_key = {(row["lve_nr"], row["event_time"]): row for row in rows}
    for (place, moment), row in by_key.items():
        before = by_key.get((place, moment - timedelta(minutes=1)), {})
        row["previous_speed"] = before.get("current_speed")
        row["speed_diff_indicator"] = None
        if row["current_speed"] is not None and row["previous_speed"] is not None:
            change = row["current_speed"] - row["previous_speed"]
            change = round(change, 9)
            row["speed_diff_indicator"] = 1 if change >= 20 else -1 if change <= -20 else 0
        for name, mean in (("jam_indicator", "3min"), ("jam_indicator_long", "20min")):
            speed = row[f"avg_speed_{mean}"]
            # polars adds and takes away doubles, and so may miss 40 by a last digit.
            row[name] = -1 if speed is None else 1 if round(speed, 9) < 40 else 0
    return by_key


def traffic(it: Rig) -> dict[tuple[int, Any], dict[str, Any]]:
    """The published rows by key; one in two partitions or in a wrong one fails."""
    found: dict[tuple[int, Any], dict[str, Any]] = {}
    for values, row in it.rows("traffic"):
        moment = row["event_time"]
        assert values == (f"{moment:%Y-%m-%d}", f"{moment:%H}")
        assert (row["lve_nr"], moment) not in found
        found[row["lve_nr"], moment] = row
    return found


def check(it: Rig) -> None:
    """Asserts that traffic holds what follows from the published events."""
    expected = reference([row for _, row in it.rows("events")])
    actual = traffic(it)
    assert actual.keys() == expected.keys()
    for key, row in expected.items():
        assert actual[key].keys() == row.keys()
        for name, value in row.items():
            got = actual[key][name]
            if name in MEANS and value is not None and got is not None:
                assert math.isclose(got, value, rel_tol=1e-9, abs_tol=1e-9), (key, name)
            else:
                assert got == value, (key, name, got, value)
