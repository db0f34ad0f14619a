"""Event hours rebuilt after the declaration was corrected: as if it had always been right."""

from typing import Any

import pytest
from springtide.requests import rebuilds

from offline.clock import now
from offline.machine import Execution
from tests.pipeline.holding import asked
from tests.pipeline.rebuilds import (
    DAY,
    HOUR,
    RULE,
    Declare,
    Ingested,
    corrected_elsewhere,
    fresh,
    ingest,
    land,
    seen,
)
from tests.pipeline.rig import Rig, event
from tests.pipeline.undo import back, recorded
from tests.trinosql import assert_is_trino_sql

WRONG_PATH = ('name = "lve_nr"\n', 'name = "lve_nr"\npath = "lve_nummer"\n')
WRONG_TIME = (
    'name = "tijd_waarneming"\n',
    'name = "tijd_waarneming"\npath = "tijd_laatst_gewijzigd"\n',
)
ALL = {"rebuild": {"from": "2020-07-12T00", "to": "2020-07-15T00"}}


def refused(it: Rig, asked: dict[str, Any], why: str) -> Execution:
    """Requests a rebuild that is refused: nothing is changed, and nothing is left of it."""
    before, points = seen(it), it.partitions("events")

    ended = it.fail("RebuildRefusedError", asked)

    assert why in str(ended.cause)
    assert list(it.ledger.items.query("rebuild")) == []
    assert (seen(it), it.partitions("events")) == (before, points)
    return ended


@pytest.mark.parametrize(
    ("wrong", "added", "asked"),
    [
        pytest.param(WRONG_PATH, "", DAY, marks=pytest.mark.long),
        pytest.param(None, RULE, DAY, marks=pytest.mark.long),
        pytest.param(WRONG_TIME, "", ALL, marks=pytest.mark.long),
        (WRONG_TIME, RULE, DAY),
    ],
    ids=["wrong path", "rule missing", "wrong event time", "wrong event time and rule missing"],
)
def test_rebuild_gives_what_a_run_with_the_correction_would_have(
    ingested: Ingested, declare: Declare, wrong: Any, added: str, asked: dict[str, Any]
) -> None:
    declare(added=added)
    expected = fresh(ingested.empty(), land)
    declare(*([wrong] if wrong else []))
    it = ingested.empty()
    ingest(it)
    assert seen(it) != expected

    declare(added=added)
    it.run(asked)

    found = seen(it)
    assert found[1:] == expected[1:]
    # A corrected value reaches the hours that are requested; a line that moves, every hour.
    for place in found[0].keys() | expected[0].keys():
        if asked == ALL or "2020-07-13" in place:
            assert found[0].get(place) == expected[0].get(place), place
    it.run(asked)
    assert seen(it) == found


def test_hours_outside_the_range_stay_as_they_are(ingested: Ingested, declare: Declare) -> None:
    declare(WRONG_PATH)
    it = ingested.empty()
    ingest(it)
    before, traffic = it.partitions("events"), it.partitions("traffic")
    declare()

    it.run({"rebuild": {"from": "2020-07-13T01", "to": "2020-07-13T02"}})

    after = it.partitions("events")
    assert {p for p in after if after[p] != before.get(p)} == {("2020-07-13", "01")}
    assert {row["lve_nr"] for p, row in it.rows("events") if p == ("2020-07-13", "01")} == {7}
    assert {row["lve_nr"] for p, row in it.rows("events") if p != ("2020-07-13", "01")} == {None}
    now = it.partitions("traffic")
    assert {p for p in now if now[p] != traffic.get(p)} == {("2020-07-13", "01")}


def test_line_that_is_rejected_now_is_gone_from_hours_outside_the_range_too(
    ingested: Ingested, declare: Declare
) -> None:
    it = ingested.again()
    before = it.partitions("events")
    declare(added=RULE)

    it.run({"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T01"}})

    after = it.partitions("events")
    # What it has read again at hour 05 is now in the quarantine, so it may not be there as well.
    assert {p for p in after if after[p] != before.get(p)} == {
        ("2020-07-13", "00"), ("2020-07-13", "05"),
    }  # fmt: skip
    assert not it.rows_at(after["2020-07-13", "05"])
    assert not any(row["defect"] == 1 for _, row in it.rows("events"))
    assert seen(it)[1][3] == {"broken_detector": 3, "malformed": 1}


def test_event_comes_back_that_had_lost_against_one_that_is_rejected_now(
    ingested: Ingested, declare: Declare
) -> None:
    it = ingested.again()
    place = ("2020-07-13", "00")
    assert [row["defect"] for p, row in it.rows("events") if p == place] == [1, 1]
    declare(added=RULE)
    it.run(asked("rebuild"))
    assert [row["defect"] for p, row in it.rows("events") if p == place] == [0]
    assert_is_trino_sql(*it.statements)


def test_arrivals_that_a_shorter_lateness_no_longer_allows_are_read_too(
    ingested: Ingested, declare: Declare
) -> None:
    shorter = ("too_old_hours = 840", "too_old_hours = 2")
    declare(shorter)
    expected = fresh(ingested.empty(), land)
    it = ingested.again()
    declare(shorter)

    it.run(DAY)

    found = seen(it)
    assert found[1][3]["too_old"] == 2
    assert found == expected


def test_hour_that_changed_meanwhile_is_ingested_first(
    ingested: Ingested, declare: Declare
) -> None:
    def land_more(it: Rig) -> None:
        it.land("2020/07/13/01/b.gz", event(9, "2020-07-13T01:40:00Z"), "also broken")

    declare(added=RULE)
    expected = fresh(ingested.empty(), land, land_more)
    it = ingested.again()
    land_more(it)
    declare(added=RULE)

    it.run(DAY)

    assert seen(it) == expected
    assert ["rebuild" in item for item in it.ledger.items.query("slice")] == [False, False, True]


def test_rows_whose_object_is_gone_are_not_lost(ingested: Ingested, declare: Declare) -> None:
    it = ingested.again()
    (it.landing / "2020/07/13/01/aa.gz").unlink()
    it.run()  # the hour is ingested again without the object; its rows stay
    declare(added=RULE)
    ended = refused(it, DAY, "gone from the landing")
    assert str(ended.cause).count("2020/07/13/01/aa.gz") == 1

    (it.landing / "2020/07/13/05/a.gz").unlink()  # the only one of its hour
    refused(it, HOUR, "13/05/a.gz")
    it.run({})


def test_range_without_ingested_hours_is_refused(ingested: Ingested) -> None:
    it = ingested.again()
    refused(it, {"rebuild": {"from": "2019-01-01T00", "to": "2019-01-02T00"}}, "no arrival hour")


def test_range_of_more_objects_than_one_plan_holds_is_refused(
    ingested: Ingested, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = ingested.again()
    monkeypatch.setattr(rebuilds, "MAX_REBUILD_OBJECTS", 5)

    refused(it, DAY, "6 objects of 5 arrival hours")
    it.run({})
    it.expect()


def test_held_hour_is_to_be_freed_first(ingested: Ingested) -> None:
    it = ingested.again()
    back(it, "none", hold=True)
    counts = {"lines": 0, "accepted": 0, "rejected": {}, "late": {}, "misfits": {}, "unread": []}
    taken = {"fingerprint": {"objects": 1}, **counts}
    it.ledger.items.put("hour", "2020-07-13T01", taken)
    refused(it, DAY, "2020-07-13T01 is held")


def test_rebuild_of_a_run_that_is_skipped_is_done_by_the_one_that_writes(
    ingested: Ingested, declare: Declare
) -> None:
    it = ingested.again()
    table = it.ledger.items
    declare(added=RULE)
    later = {"execution": "another", "now": now().isoformat()}
    assert it.invoke("take_lease", later)["taken"]
    assert it.run(DAY).states[-1] == "Skipped"
    assert len(list(table.query("rebuild"))) == 1
    table.delete("lease", "lease")

    it.run({})

    assert seen(it)[1][3]["broken_detector"] == 3
    assert list(table.query("rebuild")) == []


@pytest.mark.parametrize(
    "to", [-1, pytest.param(0, marks=pytest.mark.long)], ids=["the rebuild", "all but the first"]
)
def test_rollback_undoes_a_rebuild(ingested: Ingested, declare: Declare, to: int) -> None:
    it = ingested.again()
    first = seen(it)
    it.land("2020/07/14/10/a.gz", event(1, "2020-07-13T02:00:00Z"))
    it.run()
    second, slices = seen(it), recorded(it)
    declare(added=RULE)
    it.run(DAY)
    assert seen(it) != second

    plan = back(it, slices[to])

    assert [str(hour) for hour in plan.pending] == ([] if to else ["2020-07-14T10"])
    assert seen(it) == (second if to else first)
    it.run({})
    assert seen(it) == second  # undone is undone: it was not requested again
    it.run(DAY)
    assert seen(it)[1][3]["broken_detector"] == 3


@pytest.mark.long  # as when it fails there: test_rebuild_failures.py
@pytest.mark.parametrize(
    "step",
    [
        "springtide.steps.plan_derived.plan_derived",
        "springtide.steps.record_slice.completeness.publish",
    ],
    ids=["before deriving", "while recording"],
)
def test_run_that_died_in_a_rebuild_does_it_again(
    ingested: Ingested, declare: Declare, step: str
) -> None:
    it, expected = corrected_elsewhere(ingested, declare)
    it.mount()

    def die(*_: Any) -> None:
        raise ConnectionError("cut off")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, die)
        ended = it.machine.wait(it.machine.start(HOUR))
    assert ended.status == "FAILED"
    assert len(list(it.ledger.items.query("rebuild"))) == 1

    it.run({})

    assert seen(it) == expected
    assert list(it.ledger.items.query("rebuild")) == []
