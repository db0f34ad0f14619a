"""The traffic table against an independent computation over the published events, in polars."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from springtide.lease import LEASE_SECONDS

from local.generate import GenerateOptions, generate
from tests.pipeline.listening import listen
from tests.pipeline.rig import Rig, event, files
from tests.pipeline.test_metrics_again import Killer

Bring = Callable[..., Rig]
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
        n: pl.when(pl.col(f"voertuigsnelheid_rekenkundig_klasse{n}") < 251).then(
            pl.col(f"voertuigsnelheid_rekenkundig_klasse{n}")
        )
        for n in CLASSES
    }
    counts = {n: pl.col(f"verkeersintensiteit_klasse{n}").fill_null(0) for n in CLASSES}
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
            pl.col("rekendata_bezettingsgraad").mean().alias("occupancy"),
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
            row["speed_diff_indicator"] = 1 if change >= 20 else -1 if change <= -20 else 0
        for name, mean in (("jam_indicator", "3min"), ("jam_indicator_long", "20min")):
            speed = row[f"avg_speed_{mean}"]
            row[name] = -1 if speed is None else 1 if speed < 40 else 0
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


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night over new year with gaps, missing lanes, defects and late events."""
    folder = tmp_path_factory.mktemp("sample")
    generate(
        GenerateOptions(
            out=folder,
            detectors=8,
            start=datetime(2019, 12, 31, 21, tzinfo=UTC),
            days=6 / 24,
            late=0.08,
            late_days=0.25,
            seed=3,
        )
    )
    return folder


def test_one_run_over_everything(rig: Bring, sample: Path) -> None:
    it = rig()
    it.land_copies(sample, files(sample))
    it.run()
    check(it)
    assert len(traffic(it)) > 500


def test_hour_by_hour_gives_the_same_rows(rig: Bring, sample: Path) -> None:
    it = rig()
    names = files(sample)
    for hour in sorted({name.parent for name in names}):
        it.land_copies(sample, [name for name in names if name.parent == hour])
        it.run({})
    check(it)


def test_backfill_out_of_order_gives_the_same_rows(rig: Bring, sample: Path) -> None:
    names = files(sample)
    size = sum((sample / name).stat().st_size for name in names)
    it = rig(MaxSliceBytes=str(size // 5))
    random.Random(5).shuffle(names)
    half = len(names) // 2
    for part in (names[:half], names[half:]):
        it.land_copies(sample, part)
        it.run()
    check(it)


def test_late_arrival_in_the_last_minute_of_an_hour_changes_the_next(rig: Bring) -> None:
    it = rig()
    it.land(
        "2020/07/13/01/a.gz",
        *(event(1, f"2020-07-13T{t}:00Z", voertuigsnelheid_rekenkundig_klasse2=90)
          for t in ("00:57", "00:58", "01:00", "01:01", "01:18", "01:19")),
    )  # fmt: skip
    it.run()
    before = traffic(it)
    it.land(
        "2020/07/13/05/late.gz",
        event(1, "2020-07-13T00:59:00Z", voertuigsnelheid_rekenkundig_klasse2=10),
    )
    it.run({})

    check(it)
    after = traffic(it)
    (at_one,) = [key for key in after if f"{key[1]:%H:%M}" == "01:00"]
    assert before[at_one]["previous_speed"] is None
    assert after[at_one]["previous_speed"] == 10
    assert after[at_one]["speed_diff_indicator"] == 1


def test_what_does_not_count_leaves_no_row(rig: Bring) -> None:
    it = rig()
    it.land(
        "2020/07/13/00/a.gz",
        event(1, lve_nr=1, defect=1),
        event(2, lve_nr=2, beschikbaar=0),
        event(3, lve_nr=3, rekendata_bezettingsgraad=-1),
        event(4, lve_nr=4, rekendata_bezettingsgraad=None),
        event(5, lve_nr=None),
        event(6, lve_nr=6, voertuigsnelheid_rekenkundig_klasse2=252),
        event(7, lve_nr=7, verkeersintensiteit_klasse2=None),
    )
    it.run()
    check(it)
    assert {place for place, _ in traffic(it)} == {6, 7}
    assert {row["current_speed"] for row in traffic(it).values()} == {None}


def test_hour_whose_rows_no_longer_count_becomes_empty(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()
    assert len(traffic(it)) == 1
    newer = event(1, tijd_laatst_gewijzigd="2020-07-13T01:00:00Z", defect=1)
    it.land("2020/07/13/01/b.gz", newer)
    it.run({})
    check(it)
    assert traffic(it) == {}


def test_hours_of_a_slice_that_died_are_derived_even_if_what_it_read_is_gone(rig: Bring) -> None:
    it = rig()
    heard = listen(it)
    gone = it.land("2020/07/13/02/a.gz", event(1, "2020-07-12T05:10:00Z"))
    it.land("2020/07/13/02/b.gz", event(2, "2020-07-13T01:10:00Z"))
    it.mount()
    dies = Killer("PlanDerivedFunction", "GetObject")
    it.machine.calls.watchers.append(dies)
    assert it.machine.run({}).status == "FAILED"
    assert dies.killed and ("2020-07-12", "05") in it.partitions("events")
    gone.unlink()
    it.machine.advance(LEASE_SECONDS + 1)

    it.run({})

    check(it)
    assert ("2020-07-12", "05") in it.partitions("traffic")
    (sent,) = heard()
    for table in ("events", "traffic"):
        assert ["2020-07-12", "05"] in sent["detail"]["tables"][table]["partitions"]
