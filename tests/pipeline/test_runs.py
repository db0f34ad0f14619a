"""Late data and reading again publish each line once, and write nothing that need not be."""

import re
from collections import Counter

import pytest
from springtide.model.partitions import MAX_CHUNK_PARTITIONS

from tests.pipeline.measured import sums
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.variants import long
from tests.watchers import Recorder

# docs/cost.md states them; a change that needs more says there what for. An hourly schedule makes
# 700 runs a month that find nothing new.
MOST_STATES, MOST_FUNCTIONS, MOST_CALLS = 11, 5, 50


def hours_touched(sql: str) -> int:
    """How many event hours a merge writes: of each group of its predicate, dates times hours."""
    where = sql.split("FROM events\n")[1].split("UNION ALL")[0]
    groups = re.findall(r"\"event_date\" IN \((.*?)\) AND \"event_hour\" IN \((.*?)\)", where)
    assert len(groups) == where.count("event_date")
    return sum(len(dates.split(",")) * len(hours.split(",")) for dates, hours in groups)


def merges(it: Rig, since: int = 0) -> list[str]:
    return [sql for sql in it.statements[since:] if 'AS "merged.position"' in sql]


def three_hours(it: Rig) -> None:
    """Ingests three arrival hours, with events of a whole day, a duplicate and broken lines."""
    day = (event(0, f"2020-07-12T{hour:02d}:00:00Z") for hour in range(24))
    it.land("2020/07/13/00/a.gz", *day, event(0), event(0), "broken", "broken")
    for hour in (1, 2):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour), "broken")
    it.run()


start = shared(three_hours)


def test_second_run_with_nothing_new_starts_no_query(start: Start[None]) -> None:
    it = start.again()
    before = len(it.statements)

    for request in ({"all": True}, {}):
        execution = it.run(request)
        assert "Extract" not in execution.states
        assert execution.states[-1] == "Up To Date"

    assert len(it.statements) == before
    assert it.notices == []


def test_run_that_finds_nothing_makes_few_transitions_and_calls(start: Start[None]) -> None:
    it = start.again()
    recorder = Recorder()
    it.machine.calls.watchers.append(recorder)

    quiet = it.run()

    assert quiet.states[-1] == "Up To Date"
    assert len(quiet.states) <= MOST_STATES, quiet.states
    calls = [call for call in recorder.calls if call.principal.kind != "person"]
    made = Counter(f"{call.service}.{call.operation}" for call in calls)
    functions = made.pop("lambda.Invoke")
    assert functions <= MOST_FUNCTIONS
    assert made.total() <= MOST_CALLS, made
    assert made.keys().isdisjoint({"athena.StartQueryExecution", "s3.PutObject"})


def test_raw_bytes_are_read_once_a_slice(start: Start[None]) -> None:
    it = start.again()
    landing = f"s3://{it.machine.outputs['LandingBucketName']}/"
    read = [uri for q in it.machine.athena.history for uri in q.objects_read]
    assert sorted(uri for uri in read if uri.startswith(landing)) == [
        f"{landing}2020/07/13/0{hour}/a.gz" for hour in range(3)
    ]


def test_one_more_arrival_hour_touches_only_the_hours_it_carries(start: Start[None]) -> None:
    it = start.again()
    before = it.partitions("events")

    late = event(2, "2020-07-12T05:00:00Z")
    it.land("2020/07/13/03/b.gz", late, event(3, "2020-07-13T02:59:59Z"))
    it.run({})

    it.expect()
    after = it.partitions("events")
    moved = {p for p in after if after[p] != before.get(p)}
    assert moved == {("2020-07-12", "05"), ("2020-07-13", "02")}


def test_newest_revision_wins_whatever_the_order_of_arrival(start: Start[None]) -> None:
    it = start.empty()
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


def test_late_object_doubles_neither_rejects_nor_counts(start: Start[None]) -> None:
    it = start.again()
    it.expect()

    it.land("2020/07/13/00/late.gz", event(4), "also broken")
    it.run({})  # found by looking back, without being asked

    expected = it.expect()
    assert expected.rejected == {"malformed": 5}
    assert it.account().lines == 34


def test_lines_of_a_replaced_object_leave_quarantine_and_counts(start: Start[None]) -> None:
    it = start.again()
    before, hours = it.expect(), it.partitions("quarantine").keys()
    assert sum(it.quarantine().values()) == 4

    it.land("2020/07/13/02/a.gz", event(2), event(5))
    it.run()

    now, measured = it.expect(), sums(it)  # of this run
    assert measured["Lines"] == now.lines - before.lines == 0
    assert measured["Duplicates"] == now.duplicates - before.duplicates == 0
    assert measured["Rejected"] == len(now.quarantine) - len(before.quarantine) == -1
    assert measured["Accepted"] == 1
    assert it.partitions("quarantine").keys() == hours
    assert ("2020-07-13T02",) in hours
    assert {hour for (hour,), _ in it.rows("quarantine")} == {"2020-07-13T00", "2020-07-13T01"}


@pytest.mark.parametrize("hours", [long(1), long(80), 81, long(101)])
def test_number_of_touched_event_hours(start: Start[None], hours: int) -> None:
    it = start.empty()
    last = 1594602000  # 2020-07-13T01:00:00Z
    it.land("2020/07/13/00/a.gz", *(event(1, last - h * 3600) for h in range(hours)))  # type: ignore[arg-type]

    it.run()

    assert it.expect().distinct == hours
    assert len(it.partitions("events")) == hours
    written = [hours_touched(sql) for sql in merges(it)]
    assert sum(written) == hours
    assert max(written) <= MAX_CHUNK_PARTITIONS


@pytest.mark.long
def test_thousand_touched_event_hours(start: Start[None]) -> None:
    it = start.empty()
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


def test_event_34_days_late_finds_its_hour(start: Start[None]) -> None:
    it = start.again()
    before = it.partitions("events")
    it.land("2020/08/16/00/b.gz", event(4, "2020-07-13T00:20:00Z"))
    it.run({})

    it.expect()
    after = it.partitions("events")
    assert {p for p in after if after[p] != before.get(p)} == {("2020-07-13", "00")}
