from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.functions.conftest import EXECUTION, NOW, plan
from tests.pipeline.rig import FunctionError, Rig, event

OTHER = EXECUTION + "-other"


def at(minutes: int) -> str:
    return (datetime.fromisoformat(NOW) + timedelta(minutes=minutes)).isoformat()


def test_lease_is_taken_by_one_at_a_time_until_it_expires(leased: Callable[..., Rig]) -> None:
    it = leased()
    # An execution that Step Functions does not know has ended long ago, so use one that runs.
    running = it.machine.start({})
    it.machine.wait(running)
    again = it.invoke("take_lease", {"execution": EXECUTION, "now": at(1)})
    assert again["taken"]


def test_holder_that_still_runs_keeps_the_lease(rig: Callable[..., Rig]) -> None:
    it = rig()
    machine = it.client("stepfunctions").create_state_machine(
        name="sleeper",
        definition='{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":30,"End":true}}}',
        roleArn="arn:aws:iam::123456789012:role/r",
    )
    holder = it.machine.start({}, state_machine_arn=machine["stateMachineArn"])
    now = datetime.now().astimezone().isoformat()
    assert it.invoke("take_lease", {"execution": holder, "now": now})["taken"]
    refused = it.invoke("take_lease", {"execution": OTHER, "now": now})
    it.machine.stop(holder)
    assert refused == {"taken": False, "holder": holder}


def test_expired_lease_is_taken_over_with_a_higher_fence(leased: Callable[..., Rig]) -> None:
    it = leased()
    taken = it.invoke("take_lease", {"execution": OTHER, "now": at(60)})
    assert taken["taken"]
    assert taken["fence"] == 2


def test_former_holder_can_write_no_more(leased: Callable[..., Rig]) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.invoke("take_lease", {"execution": OTHER, "now": at(60)})
    with pytest.raises(FunctionError, match="no longer holds the lease") as caught:
        plan(it)
    assert caught.value.name == "LeaseLostError"
