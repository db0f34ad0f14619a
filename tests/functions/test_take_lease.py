from collections.abc import Iterator

import pytest
from botocore.exceptions import ReadTimeoutError
from springtide.ledger import lease

from offline.api_calls import ApiCall, Watcher
from offline.api_errors import RefusedError
from offline.athena.service.executor import Asked
from offline.stepfunctions import waits
from tests.functions.conftest import EXECUTION, attempt, plan
from tests.pipeline.rig import Bring, FunctionError, Rig, event
from tests.watchers import LosesAnswer, Recorder, Refuses

OTHER = EXECUTION + "-other"
THIRD = EXECUTION + "-third"


@pytest.fixture
def running(rig: Bring) -> Iterator[tuple[Rig, str]]:
    """A machine whose lease is held by an execution that is still running."""
    it = rig()
    it.mount()
    machine = it.client("stepfunctions").create_state_machine(
        name="sleeper",
        definition='{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3000,"End":true}}}',
        roleArn="arn:aws:iam::123456789012:role/r",
    )
    waits.set_clock(waits.Clock(1.0))
    holder = it.machine.start({}, state_machine_arn=machine["stateMachineArn"])
    assert it.invoke("take_lease", {"execution": holder})["taken"]
    yield it, holder


def test_expired_lease_is_taken_over_with_a_higher_fence(running: tuple[Rig, str]) -> None:
    it, _ = running
    it.machine.advance(lease.LEASE_SECONDS + 2)
    taken = it.invoke("take_lease", {"execution": OTHER})
    assert taken == {"taken": True, "fence": 2}


def test_take_over_whose_answer_was_lost_is_known_as_ours(running: tuple[Rig, str]) -> None:
    it, _ = running
    it.machine.advance(lease.LEASE_SECONDS + 2)
    it.machine.calls.watchers.append(LosesAnswer("UpdateItem"))

    assert it.invoke("take_lease", {"execution": OTHER})["taken"]


def test_holder_that_was_aborted_is_taken_over_from_once_its_functions_have_ended(
    running: tuple[Rig, str],
) -> None:
    it, holder = running
    it.machine.stop(holder)
    it.machine.wait(holder)
    it.machine.advance(lease.ENDED_SECONDS - 30)
    assert not it.invoke("take_lease", {"execution": OTHER})["taken"]
    it.machine.advance(31)
    assert it.invoke("take_lease", {"execution": OTHER})["taken"]


def test_holder_that_renews_an_expired_lease_in_time_keeps_it(running: tuple[Rig, str]) -> None:
    it, holder = running
    it.machine.advance(lease.LEASE_SECONDS + 2)

    class Renews(Watcher):
        """Has the holder come back after the other one saw that its lease has expired."""

        def after(self, call: ApiCall) -> None:
            if call.operation == "GetItem":
                it.machine.calls.watchers.clear()
                lease.renew(it.ledger, holder)

    it.machine.calls.watchers.append(Renews())
    assert it.invoke("take_lease", {"execution": OTHER}) == {"taken": False, "holder": holder}
    assert lease.renew(it.ledger, holder) == 1


def test_lease_lasts_from_when_it_is_taken_and_not_from_when_the_state_was_entered(
    running: tuple[Rig, str],
) -> None:
    it, holder = running
    it.machine.advance(lease.LEASE_SECONDS - 60)
    # As after a quarter of an hour of Athena saying that it is busy: the state is the same.
    again = {"execution": holder, "now": "2020-01-01T00:00:00Z"}
    with pytest.raises(FunctionError):
        it.invoke("run_query", {**attempt("s", "extract"), **again})
    it.machine.advance(lease.LEASE_SECONDS - 60)
    assert not it.invoke("take_lease", {"execution": OTHER})["taken"]


# ------------------------------------------------------------------ queries left behind


def left_behind(it: Rig) -> str:
    """Has EXECUTION start a slice's extract and end, its lease too; returns the slice."""
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id: str = plan(it)["id"]
    it.invoke("run_query", attempt(slice_id, "extract"))
    it.machine.advance(lease.LEASE_SECONDS + 2)
    return slice_id


def recorded_stops(it: Rig) -> list[ApiCall]:
    """What Athena is asked to stop from now on; nothing else is seen to any more."""
    stops = Recorder("StopQueryExecution")
    it.machine.calls.watchers[:] = [stops]
    return stops.calls


def test_lease_is_taken_if_athena_has_forgotten_a_query_which_is_not_retried(
    leased: Bring,
) -> None:
    it = leased()
    slice_id = left_behind(it)
    it.machine.athena.put_back(Asked())
    stops = recorded_stops(it)

    for _ in range(2):
        assert it.invoke("take_lease", {"execution": OTHER})["taken"]

    assert len(stops) == 1
    (item,) = it.ledger.items.query(f"query#{slice_id}")
    assert item["state"] == "forgotten"


THROTTLED = RefusedError(400, "ThrottlingException", "Rate exceeded")


@pytest.mark.parametrize(
    "refusal",
    [
        THROTTLED,
        RefusedError(500, "InternalServerException", "an internal error"),
        ReadTimeoutError(endpoint_url="athena"),
    ],
    ids=["throttled", "broken", "no answer"],
)
def test_lease_is_taken_while_athena_does_not_stop_a_query_which_is_stopped_the_next_time(
    leased: Bring, refusal: Exception
) -> None:
    it = leased()
    slice_id = left_behind(it)
    it.machine.calls.watchers.append(Refuses("StopQueryExecution", refusal))

    assert it.invoke("take_lease", {"execution": OTHER})["taken"]

    (item,) = it.ledger.items.query(f"query#{slice_id}")
    assert item["state"] == "started"
    stops = recorded_stops(it)
    assert it.invoke("take_lease", {"execution": OTHER})["taken"]
    assert len(stops) == 1
    assert not list(it.ledger.items.query("unstopped"))


def unstopped(it: Rig) -> list[ApiCall]:
    """Has OTHER take over a query that is not stopped, and plan; counts stops from then on."""
    left_behind(it)
    it.machine.calls.watchers.append(Refuses("StopQueryExecution", THROTTLED))
    assert it.invoke("take_lease", {"execution": OTHER})["taken"]
    plan(it, execution=OTHER)
    return recorded_stops(it)


def test_query_that_athena_would_not_stop_is_stopped_after_a_newer_slice_was_planned(
    leased: Bring,
) -> None:
    it = leased()
    stops = unstopped(it)
    it.machine.advance(lease.LEASE_SECONDS + 2)
    for _ in range(2):
        assert it.invoke("take_lease", {"execution": THIRD})["taken"]

    assert len(stops) == 1
    assert not list(it.ledger.items.query("unstopped"))


def test_call_of_the_holder_that_comes_late_stops_none_of_its_queries(leased: Bring) -> None:
    it = leased()
    left_behind(it)
    stops = recorded_stops(it)

    assert it.invoke("take_lease", {"execution": EXECUTION})["taken"]

    assert len(stops) == 0


def test_query_that_must_have_ended_is_not_polled_again(leased: Bring) -> None:
    it = leased()
    stops = unstopped(it)
    it.machine.advance(241 * 60)
    assert it.invoke("take_lease", {"execution": THIRD})["taken"]

    assert len(stops) == 0
    assert not list(it.ledger.items.query("unstopped"))
