"""What a run's input may request, with the files of events/ as they are."""

import re
from datetime import UTC, datetime
from math import ceil

import pytest
from springtide.ledger import lease
from springtide.steps import plan_slice

from tests.pipeline.holding import asked, complete_up_to, hold, items, land_hour
from tests.pipeline.rig import Bring, Rig, event
from tests.variants import long
from tests.watchers import Fails


def taken_hours(it: Rig) -> list[str]:
    return items(it, "hour")


def test_schedule_ingests_what_arrived(rig: Bring) -> None:
    it = rig(ScheduleState="ENABLED")
    land_hour(it, "2020-07-01T05")
    it.mount()

    arn = it.machine.fire("springtide-run", datetime(2020, 7, 14, 12, 25, tzinfo=UTC))
    assert arn is not None
    fired = it.machine.wait(arn)

    assert fired.input == asked("schedule")
    assert fired.states[-1] == "Up To Date"
    assert taken_hours(it) == ["2020-07-01T05"]
    assert complete_up_to(it) == {"2020-07-01T05"}


def test_backfill_ingests_only_its_range(rig: Bring) -> None:
    it = rig(StartFrom="2020-07-10T00")
    for hour in ("2020-06-30T23", "2020-07-01T00", "2020-07-07T23", "2020-07-08T00"):
        land_hour(it, hour)

    it.run(asked("backfill"))

    assert taken_hours(it) == ["2020-07-01T00", "2020-07-07T23"]
    assert items(it, "request") == []
    assert complete_up_to(it) == {None}  # all of it is before StartFrom
    it.run(asked("all"))  # from StartFrom on: nothing landed there
    assert len(taken_hours(it)) == 2


def test_backfill_of_a_run_that_is_skipped_is_picked_up_by_the_one_that_writes(rig: Bring) -> None:
    it = rig(StartFrom="2020-07-10T00")
    land_hour(it, "2020-07-02T00")
    it.run(asked("schedule"))
    now = datetime.now(UTC).isoformat()
    assert it.invoke("take_lease", {"execution": "another", "now": now})["taken"]

    skipped = it.run(asked("backfill"))

    assert skipped.states[-1] == "Skipped"
    assert len(items(it, "request")) == 1
    lease.release(it.ledger, "another")
    assert it.run(asked("schedule")).states[-1] == "Up To Date"
    assert taken_hours(it) == ["2020-07-02T00"]
    assert items(it, "request") == []


def test_backfill_that_fails_continues_from_the_hour_it_reached(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1", StartFrom="2020-07-10T00")
    for hour in ("2020-07-02T00", "2020-07-02T01", "2020-07-02T02"):
        land_hour(it, hour)
    it.machine.runner.observers.append(Fails("CheckAudit", after=2))

    it.fail("AuditFailedError", asked("backfill"))

    assert taken_hours(it) == ["2020-07-02T00"]
    it.run(asked("schedule"))
    assert len(taken_hours(it)) == 3
    it.expect()


def test_hours_that_a_request_took_first_are_complete_with_those_before_them(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1")
    for hour in ("2020-07-01T05", "2020-07-01T06"):
        land_hour(it, hour)

    it.run({"from": "2020-07-01T06", "to": "2020-07-01T07"})

    assert taken_hours(it) == ["2020-07-01T05", "2020-07-01T06"]
    assert complete_up_to(it) == {"2020-07-01T06"}


def test_first_run_begins_at_start_from(rig: Bring) -> None:
    it = rig(StartFrom="2020-07-02T00")
    for hour in ("2020-07-01T23", "2020-07-02T00", "2020-07-02T01"):
        land_hour(it, hour)

    it.run(asked("schedule"))

    assert taken_hours(it) == ["2020-07-02T00", "2020-07-02T01"]
    assert complete_up_to(it) == {"2020-07-02T01"}


def test_all_of_a_first_run_leaves_the_tables_complete(rig: Bring) -> None:
    it = rig()
    land_hour(it, "2020-07-01T05")

    it.run(asked("all"))

    assert complete_up_to(it) == {"2020-07-01T05"}


def test_backfill_of_newer_hours_hides_no_older_ones_of_a_first_run(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1")
    for hour in ("2020-06-01T00", "2020-06-01T01", "2020-07-02T00"):
        land_hour(it, hour)
    it.machine.runner.observers.append(Fails("CheckAudit", after=2))
    it.fail("AuditFailedError", asked("backfill"))

    it.run(asked("schedule"))

    assert len(taken_hours(it)) == 3
    it.expect()


# ------------------------------------------------------------------ held hours


def test_held_hour_is_freed_by_a_retry_and_by_nothing_else(rig: Bring) -> None:
    it = rig()
    fault = hold(it, "2020-07-01T05", also="2020-07-01T06")
    it.machine.athena.faults.remove(fault)
    ((subject, message),) = it.notices
    assert subject == "Springtide springtide: holds 1 arrival hour after QueryFailedError"
    assert "HIVE_BAD_DATA: something of the hour" in message
    assert "springtide retry 2020-07-01T05 --stack springtide" in message
    assert items(it, "open", state="held") == ["2020-07-01T05"]
    assert complete_up_to(it) == {"2020-07-01T04"}

    it.run(asked("all"))
    assert items(it, "open") == ["2020-07-01T05"]

    it.run(asked("retry"))
    assert items(it, "open") == []
    assert taken_hours(it) == ["2020-07-01T05", "2020-07-01T06"]
    assert complete_up_to(it) == {"2020-07-01T06"}
    it.expect()


def test_hour_of_which_all_objects_were_removed_is_held_no_longer(rig: Bring) -> None:
    it = rig()
    hold(it, "2020-07-01T05", also="2020-07-01T06")
    (it.landing / "2020/07/01/05/a.gz").unlink()

    it.run(asked("all"))

    assert items(it, "open") == []
    assert complete_up_to(it) == {"2020-07-01T06"}
    it.expect()


def test_retry_of_an_ingested_hour_reads_what_was_skipped(rig: Bring) -> None:
    it = rig()
    land_hour(it, "2020-07-01T05")
    it.land_bytes("2020/07/01/05/bad.gz", b"no gzip")
    it.run(asked("schedule"))
    (aside,) = items(it, "unreadable")
    before = len(it.statements)

    it.run(asked("retry"))

    assert any("FROM landing" in sql for sql in it.statements[before:])
    assert items(it, "unreadable") == [aside]  # it is no better than it was
    it.expect()
    assert re.search("bad", aside)


@pytest.mark.parametrize("input", ["all", long("schedule")])
def test_search_through_much_that_is_unchanged_pauses_and_comes_to_its_end(
    rig: Bring, monkeypatch: pytest.MonkeyPatch, input: str
) -> None:
    it = rig(LookBackHours="100")
    hours = [f"2020-07-01T{n:02}" for n in range(10)]
    for n, hour in enumerate(hours):
        land_hour(it, hour, n)
    it.run(asked("schedule"))
    monkeypatch.setattr(plan_slice, "MAX_LISTED_OBJECTS", 3)
    late = event(77, "2020-07-01T09:40:00Z")
    it.land("2020/07/01/09/late.gz", late)

    ended = it.run(asked(input))

    plans = ended.states.count("Plan Slice")
    assert plans >= ceil(len(hours) / 3)
    assert ended.states.count("Record Slice") == 1
    assert ended.states[-1] == "Up To Date"
    assert ended.output["more"] is False
    assert items(it, "request") == []
    assert complete_up_to(it) == {hours[-1]}
    it.expect()


def test_request_that_dies_in_its_search_continues_there(
    rig: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = rig()
    for n in range(6):
        land_hour(it, f"2020-07-01T{n:02}", n)
    it.run(asked("schedule"))
    monkeypatch.setattr(plan_slice, "MAX_LISTED_OBJECTS", 2)
    it.machine.runner.observers.append(Fails("PlanSlice", after=1))

    it.fail("AuditFailedError", asked("all"))

    (request,) = it.ledger.items.query("request")
    assert request["first"] == "2020-07-01T02"
    assert it.run(asked("schedule")).states[-1] == "Up To Date"
    assert items(it, "request") == []
