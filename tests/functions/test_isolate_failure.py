import json
from typing import Any

import pytest
from springtide.arrivals.landing import Landing
from springtide.ledger import open_hours
from springtide.model.arrival import ArrivalHour

from offline.athena.service.executor import Asked
from tests.functions.conftest import EXECUTION, NOW, attempt, plan, upto
from tests.pipeline.killing import Killer, kill
from tests.pipeline.rig import Bring, FunctionError, Rig, event


def failure(error: str, message: str) -> dict[str, str]:
    cause = json.dumps({"errorMessage": message, "errorType": error})
    nested = {"ExecutionArn": "arn", "Status": "FAILED", "Error": error, "Cause": cause}
    return {"Error": "States.TaskFailed", "Cause": json.dumps(nested)}


def isolate(it: Rig, slice_id: str, why: dict[str, str], stage: str = "merge") -> dict[str, object]:
    call = {"execution": EXECUTION, "slice": slice_id, "stage": stage, "failure": why, "now": NOW}
    answer: dict[str, object] = it.invoke("isolate_failure", call)
    return answer


@pytest.mark.parametrize("error", ["AuditFailedError", "FenceLostError"])
def test_failure_that_is_not_the_data_s_stops_the_run(leased: Bring, error: str) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    answer = isolate(it, plan(it)["id"], failure(error, "why"))
    assert answer == {"Error": error, "Cause": "why", "isolated": False, "held": []}


def test_failure_is_isolated_after_athena_has_forgotten_a_query_of_the_slice(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id = plan(it)["id"]
    it.invoke("run_query", attempt(slice_id, "extract"))
    it.machine.athena.put_back(Asked())

    assert isolate(it, slice_id, failure("StaleReadError", "old rows"))["isolated"] is True

    (item,) = it.ledger.items.query(f"query#{slice_id}")
    assert item["state"] == "forgotten"


def test_decision_whose_answer_was_lost_is_the_same_again(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id = plan(it)["id"]
    why = failure("StaleReadError", "old rows")

    first = isolate(it, slice_id, why)

    assert first["isolated"] is True
    assert isolate(it, slice_id, why) == first
    assert isolate(it, plan(it)["id"], why)["isolated"] is False


def test_failure_while_derived_tables_are_built_holds_no_hour(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")
    why = failure("QueryFailedError", "no such column")

    answer = isolate(it, slice_id, why, "derive")

    assert (answer["isolated"], answer["held"]) == (False, [])
    assert [item["state"] for item in open_hours.read(it.ledger).values()] == ["pending"]


def test_last_hour_that_a_run_may_hold_is_reported_again(leased: Bring) -> None:
    it = leased(MaxSliceBytes="1")
    why = failure("QueryFailedError", "no such column")
    for hour in range(4):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    for _ in range(2):
        isolate(it, plan(it)["id"], why)
    third = plan(it)["id"]

    first = isolate(it, third, why)

    assert first["held"] == ["2020-07-13T02"]
    assert "2020-07-13T02" in str(first["notice"])
    assert isolate(it, third, why) == first
    assert isolate(it, plan(it)["id"], why)["isolated"] is False


def test_call_that_died_before_it_had_written_all_is_completed_by_the_next(leased: Bring) -> None:
    it = leased()
    for hour in range(2):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    slice_id = plan(it)["id"]
    why = failure("QueryFailedError", "exhausted resources")
    kill(it, Killer("IsolateFailureFunction", "UpdateItem", about="2020-07-13T00"))
    with pytest.raises(FunctionError, match="killed by a test"):
        isolate(it, slice_id, why)
    assert ["max_hours" in item for item in open_hours.read(it.ledger).values()] == [True, False]

    assert isolate(it, slice_id, why)["isolated"]

    assert [item["max_hours"] for item in open_hours.read(it.ledger).values()] == [1, 1]


@pytest.mark.parametrize("error", ["Sandbox.Timedout", "Runtime.ExitError"])
def test_slice_too_large_for_a_function_is_halved_and_never_held(leased: Bring, error: str) -> None:
    it = leased()
    for hour in range(4):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    answers, sizes = [], []
    for _ in range(3):
        planned = plan(it)
        sizes.append(planned["hours"])
        answers.append(isolate(it, planned["id"], failure(error, "Task timed out"))["isolated"])

    assert sizes == [4, 2, 1]
    assert answers == [True, True, False]
    assert it.account().held == []


@pytest.mark.parametrize("error", ["StaleReadError", "QueryFailedError"])
def test_failure_does_not_open_an_hour_that_is_open_no_more(leased: Bring, error: str) -> None:
    it = leased()
    for hour in range(2):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    slice_id = plan(it)["id"]
    for hour in range(2):
        it.ledger.items.delete("open", f"2020-07-13T0{hour}")

    isolate(it, slice_id, failure(error, "it names no object"))

    assert open_hours.read(it.ledger) == {}


def test_hour_that_is_put_again_while_it_is_listed_stays_open(
    leased: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    plan(it)
    hours, listings = Landing.hours, [0]

    def listed(self: Landing, *between: ArrivalHour) -> Any:
        listings[0] += 1
        return iter(()) if listings[0] == 1 else hours(self, *between)

    monkeypatch.setattr(Landing, "hours", listed)
    assert plan(it)["hours"] == 1
    assert [str(hour) for hour in open_hours.read(it.ledger)] == ["2020-07-13T00"]
