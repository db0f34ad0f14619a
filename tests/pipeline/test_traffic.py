"""The traffic table against an independent computation over the published events, in polars."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from springtide.ledger.lease import LEASE_SECONDS

from offline.generate import GenerateOptions, generate
from tests.pipeline.killing import Killer
from tests.pipeline.listening import listen
from tests.pipeline.rig import Bring, Rig, event, files
from tests.pipeline.trafficreference import check, traffic

Traffic = dict[tuple[int, Any], dict[str, Any]]


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


@pytest.mark.long
def test_hour_by_hour_gives_the_same_rows(rig: Bring, sample: Path) -> None:
    it = rig()
    names = files(sample)
    for hour in sorted({name.parent for name in names}):
        it.land_copies(sample, [name for name in names if name.parent == hour])
        it.run({})
    check(it)


@pytest.mark.long
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


# ------------------------------------------------------------------ odd values, each at its places

# Speeds whose mean over three minutes is 40, after others that a moving sum of doubles keeps a
# trace of.
SPEEDS = [(97, 3), (1, 7), (250, 1), (13, 3), (39, 1), (40, 1), (41, 1)] * 8
CUT = [
    event(
        1,
        f"2020-07-13T0{minute // 50}:{minute % 50:02}:00Z",
        lve_nr=30,
        voertuigsnelheid_rekenkundig_klasse2=speed,
        voertuigsnelheid_rekenkundig_klasse3=speed + 1,
        verkeersintensiteit_klasse2=2,
        verkeersintensiteit_klasse3=vehicles,
    )
    for minute, (speed, vehicles) in enumerate(SPEEDS)
]
FIELDS = [f"voertuigsnelheid_rekenkundig_klasse{n}" for n in (2, 3, 4)]
WEIGHTS = {f"verkeersintensiteit_klasse{n}": 1 for n in (2, 3, 4)}
# Of three vehicles each: 39 1/3, 40 1/3 and 40 1/3 km/h.
MEAN_40 = [
    event(
        2,
        f"2020-07-13T00:0{minute}:00Z",
        lve_nr=20,
        **dict(zip(FIELDS, speeds, strict=True)),
        **WEIGHTS,
        verkeersintensiteit_klasse5=0,
    )
    for minute, speeds in enumerate(((39, 39, 40), (40, 40, 41), (40, 40, 41)))
]
EXTREMES: list[dict[str, Any]] = [
    {"verkeersintensiteit_klasse2": 2**63 - 1},
    {"voertuigsnelheid_rekenkundig_klasse2": -(2**63)},
    {"verkeersintensiteit_klasse2": 2**62, "verkeersintensiteit_klasse3": 2**62},
    {"verkeersintensiteit_klasse2": -(2**63), "verkeersintensiteit_klasse3": -(2**63)},
    {"rekendata_bezettingsgraad": 2**63 - 1},
]
UNCOUNTED = [
    event(11, lve_nr=1, defect=1),
    event(12, lve_nr=2, beschikbaar=0),
    event(13, lve_nr=3, rekendata_bezettingsgraad=-1),
    event(14, lve_nr=4, rekendata_bezettingsgraad=None),
    event(15, lve_nr=None),
    event(16, lve_nr=6, voertuigsnelheid_rekenkundig_klasse2=252),
    event(17, lve_nr=7, verkeersintensiteit_klasse2=None),
]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Traffic:
    """What one run over all of them makes of traffic, which is what the reference expects."""
    with Rig(tmp_path_factory.mktemp("odd"), {}) as it:
        it.land("2020/07/13/02/a.gz", *CUT, *MEAN_40, *UNCOUNTED)
        for number, changed in enumerate(EXTREMES, start=10):
            lines = (event(10 * number + n, **changed, lve_nr=number) for n in range(3))
            it.land(f"2020/07/13/02/{number}.gz", *lines)
        it.run()
        check(it)
        return traffic(it)


def test_speeds_are_the_same_bits_however_the_hours_are_cut(odd: Traffic, rig: Bring) -> None:
    it = rig()
    for number, part in enumerate((CUT[50:], CUT[20:50], CUT[:20])):
        it.land(f"2020/07/13/0{2 + number}/a.gz", *part)
        it.run({})

    check(it)
    assert traffic(it) == {key: row for key, row in odd.items() if key[0] == 30}


def test_mean_of_exactly_40_is_no_jam(odd: Traffic) -> None:
    last = odd[20, datetime(2020, 7, 13, 0, 2)]
    assert (last["avg_speed_3min"], last["avg_speed_20min"]) == (40.0, 40.0)
    assert (last["jam_indicator"], last["jam_indicator_long"]) == (0, 0)


def test_no_value_that_events_accepts_stops_traffic(odd: Traffic) -> None:
    assert {place for place, _ in odd} >= {*range(10, 10 + len(EXTREMES)), 20, 30}


def test_what_does_not_count_leaves_no_row(odd: Traffic) -> None:
    found = [(place, row) for (place, _), row in odd.items() if place is None or place < 10]
    assert {place for place, _ in found} == {6, 7}
    assert {row["current_speed"] for _, row in found} == {None}


# ------------------------------------------------------------------ what comes later


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
