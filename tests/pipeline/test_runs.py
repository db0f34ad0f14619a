"""Order, slicing, late data and reading again change nothing in what is published."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from springtide.model.partitions import MAX_CHUNK_PARTITIONS

from offline.generate import GenerateOptions, generate
from tests.pipeline.rig import Rig, event, files

Bring = Callable[..., Rig]


def hours_touched(sql: str) -> int:
    """How many event hours a merge writes: of each group of its predicate, dates times hours."""
    where = sql.split("FROM events\n")[1].split("UNION ALL")[0]
    groups = re.findall(r"\"event_date\" IN \((.*?)\) AND \"event_hour\" IN \((.*?)\)", where)
    assert len(groups) == where.count("event_date")
    return sum(len(dates.split(",")) * len(hours.split(",")) for dates, hours in groups)


def merges(it: Rig, since: int = 0) -> list[str]:
    return [sql for sql in it.statements[since:] if 'AS "merged.position"' in sql]


def test_second_run_with_nothing_new_starts_no_query(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()
    before = len(it.statements)

    for request in ({"all": True}, {}):
        execution = it.run(request)
        assert "Extract" not in execution.states
        assert execution.states[-1] == "Up To Date"

    assert len(it.statements) == before
    assert it.notices == []


def test_raw_bytes_are_read_once_a_slice(rig: Bring) -> None:
    it = rig()
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour), "broken")

    it.run()

    landing = f"s3://{it.machine.outputs['LandingBucketName']}/"
    read = [uri for q in it.machine.athena.history for uri in q.objects_read]
    assert sorted(uri for uri in read if uri.startswith(landing)) == [
        f"{landing}2020/07/13/0{hour}/a.gz" for hour in range(3)
    ]


def test_one_more_arrival_hour_touches_only_the_hours_it_carries(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", *(event(1, f"2020-07-12T{h:02d}:00:00Z") for h in range(24)))
    it.run()
    before = it.partitions("events")

    late = event(2, "2020-07-12T05:00:00Z")
    it.land("2020/07/13/01/b.gz", late, event(3, "2020-07-13T00:59:59Z"))
    it.run({})

    it.expect()
    after = it.partitions("events")
    moved = {p for p in after if after[p] != before.get(p)}
    assert moved == {("2020-07-12", "05"), ("2020-07-13", "00")}


def test_newest_revision_wins_whatever_the_order_of_arrival(rig: Bring) -> None:
    it = rig()
    old, new = (event(1, tijd_laatst_gewijzigd=f"2020-07-13T00:3{n}:00Z", lve_nr=n) for n in (1, 2))
    it.land("2020/07/13/00/a.gz", new, event(1, tijd_laatst_gewijzigd=None, lve_nr=9))
    it.land("2020/07/13/01/b.gz", old)
    it.run()
    it.expect()
    it.land("2020/07/13/02/c.gz", old, new, old)
    it.run({})

    expected = it.expect()
    ((row),) = it.events().values()
    assert row["lve_nr"] == 2
    assert (expected.distinct, expected.duplicates) == (1, 5)


def test_late_object_doubles_neither_rejects_nor_counts(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1), "broken", "broken", event(1))
    it.land("2020/07/13/05/z.gz", event(5, "2020-07-13T05:00:00Z"))
    it.run()
    it.expect()

    it.land("2020/07/13/00/late.gz", event(2), "also broken")
    it.run({})  # found by looking back, without being asked

    expected = it.expect()
    assert expected.rejected == {"malformed": 3}
    assert it.account().lines == 7


def test_hour_that_loses_its_rejects_has_an_empty_quarantine(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1), "broken")
    it.run()
    assert sum(it.quarantine().values()) == 1

    it.land("2020/07/13/00/a.gz", event(1), event(2))
    it.run()

    it.expect()
    assert it.partitions("quarantine").keys() == {("2020-07-13T00",)}


@pytest.mark.parametrize(
    "hours",
    [1, pytest.param(80, marks=pytest.mark.long), 81, pytest.param(101, marks=pytest.mark.long)],
)
def test_number_of_touched_event_hours(rig: Bring, hours: int) -> None:
    it = rig()
    start = 1594602000  # 2020-07-13T01:00:00Z
    it.land("2020/07/13/00/a.gz", *(event(1, start - h * 3600) for h in range(hours)))  # type: ignore[arg-type]

    it.run()

    assert it.expect().distinct == hours
    assert len(it.partitions("events")) == hours
    written = [hours_touched(sql) for sql in merges(it)]
    assert sum(written) == hours
    assert max(written) <= MAX_CHUNK_PARTITIONS


@pytest.mark.long
def test_thousand_touched_event_hours(rig: Bring) -> None:
    it = rig()
    hours = 1000
    last = 1594602000
    for day in range(2):  # no arrival hour reaches further back than 35 days
        arrival = f"2020/07/{13 - 20 * day:02d}/00" if day == 0 else "2020/06/23/00"
        first = last - day * 20 * 86400
        span = range(500)
        it.land(f"{arrival}/a.gz", *(event(day, first - h * 3600) for h in span))  # type: ignore[arg-type]

    it.run()

    expected = it.expect()
    assert expected.distinct == hours
    assert len(it.partitions("events")) > 900


def test_event_34_days_late_finds_its_hour(rig: Bring) -> None:
    it = rig()
    it.land("2020/06/09/12/a.gz", event(1, "2020-06-09T12:10:00Z"))
    it.run()
    it.land("2020/07/13/12/b.gz", event(2, "2020-06-09T12:20:00Z"))
    it.run({})

    assert it.expect().distinct == 2
    assert set(it.partitions("events")) == {("2020-06-09", "12")}


# -------------------------------------------------------- the same arrivals, cut differently


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(
        GenerateOptions(
            out=folder,
            detectors=3,
            start=datetime(2019, 12, 31, 21, tzinfo=UTC),
            days=0.25,
            late=0.05,
            late_days=0.5,
            duplicates=0.05,
            malformed=0.03,
            revisions=0.05,
            seed=7,
        )
    )
    return folder


def test_sample_is_published_as_the_reference_says(rig: Bring, sample: Path) -> None:
    it = rig()
    it.land_copies(sample, files(sample))
    it.run()
    expected = it.expect()
    assert expected.duplicates > 0
    assert len(expected.rejected) >= 4


@pytest.mark.parametrize("slices", [2, pytest.param(6, marks=pytest.mark.long)])
def test_slices_of_any_size_publish_the_same(rig: Bring, sample: Path, slices: int) -> None:
    size = sum((sample / name).stat().st_size for name in files(sample))
    it = rig(MaxSliceBytes=str(size // slices))
    it.land_copies(sample, files(sample))
    it.run()
    assert sum("FROM landing" in sql for sql in it.statements) >= slices
    it.expect()


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_arrivals_split_over_many_runs_publish_the_same(
    rig: Bring, sample: Path, seed: int
) -> None:
    it = rig()
    names = files(sample)
    random.Random(seed).shuffle(names)
    third = len(names) // 3 + 1
    for part in range(0, len(names), third):
        it.land_copies(sample, names[part : part + third])
        it.run()
        it.expect()


def test_hour_larger_than_a_slice_is_taken_whole(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1")
    for n in range(4):
        it.land(f"2020/07/13/00/{n}.gz", event(n), f"broken {n}")
    assert it.run().states.count("Record Slice") == 1
    it.expect()
    it.land("2020/07/13/00/00-before-all.gz", event(9), "broken 9")
    it.run()
    expected = it.expect()
    assert (expected.distinct, expected.rejected) == (5, {"malformed": 5})
