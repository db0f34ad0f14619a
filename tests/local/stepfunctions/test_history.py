"""What the history of an execution tells, also of one that was cut off."""

from pathlib import Path
from typing import Any

import pytest

from offline.machine import Machine
from offline.stepfunctions import moto_asl
from offline.stepfunctions.tasks import SERVICES
from tests.local.stacks import chain, write_stack
from tests.local.stepfunctions.rig import HANDLERS


def test_history_comes_in_pages_and_backwards(tmp_path: Path) -> None:
    states = chain(*((f"Pass {n}", {"Type": "Pass"}) for n in range(60)))
    template = write_stack(tmp_path, states)

    with Machine(tmp_path / "home", template=template) as machine:
        arn = machine.run().arn
        sfn = machine.client("stepfunctions")
        pages = sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        last = sfn.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=2)

    assert len(events) == 122
    assert [e["type"] for e in last["events"]] == ["ExecutionSucceeded", "PassStateExited"]


def test_task_that_begins_as_its_execution_ends_leaves_a_readable_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise nobody could tell of a run of which one chunk has failed and another one begun."""
    resource = "arn:aws:states:::lambda:invoke"
    called = {"FunctionName": "${echo}", "Payload": {"a": 1}}
    task = {"Type": "Task", "Resource": resource, "Parameters": called, "TimeoutSeconds": 7}
    template = write_stack(tmp_path, chain(("Task", task)), handlers=HANDLERS)
    with Machine(tmp_path / "home", template=template) as machine:
        sfn = machine.client("stepfunctions")
        service = moto_asl.module(f"{SERVICES}.state_task_service").StateTaskService
        begin = service._before_eval_execution

        def end_then_begin(self: Any, env: Any, **given: Any) -> None:
            execution = env.states.context_object.context_object_data["Execution"]
            sfn.stop_execution(executionArn=execution["Id"])
            begin(self, env, **given)

        monkeypatch.setattr(service, "_before_eval_execution", end_then_begin)
        ended = machine.run()
        history = sfn.get_execution_history(executionArn=ended.arn)

    scheduled = [e for e in history["events"] if e["type"] == "TaskScheduled"]
    assert ended.status == "ABORTED"
    assert [e["taskScheduledEventDetails"]["timeoutInSeconds"] for e in scheduled] == [7]
