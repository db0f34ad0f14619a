"""What the history of an execution tells, also of one that was cut off."""

from pathlib import Path
from typing import Any

import pytest

from offline.machine import CLOSE_SECONDS, Machine
from offline.stepfunctions import histories, moto_asl, threads
from offline.stepfunctions.tasks import SERVICES
from tests.local.stacks import chain, up
from tests.local.stepfunctions.rig import HANDLERS
from tests.waiting import until

SLOW = {"Type": "Task", "Resource": "${wait}"}
WAITS = {
    "wait": """
import pathlib, time

def lambda_handler(event, context):
    folder = pathlib.Path(event["folder"])
    (folder / "begun").touch()
    while not (folder / "go/on").exists():
        time.sleep(0.01)
    (folder / "done").touch()
    return event
"""
}


def history_of(machine: Machine, arn: str) -> list[Any]:
    pages = machine.client("stepfunctions").get_paginator("get_execution_history")
    return [event for page in pages.paginate(executionArn=arn) for event in page["events"]]


def test_history_comes_in_pages_and_backwards(tmp_path: Path) -> None:
    states = chain(*((f"Pass {n}", {"Type": "Pass"}) for n in range(60)))

    with up(tmp_path, states) as machine:
        arn = machine.run().arn
        sfn = machine.client("stepfunctions")
        events = history_of(machine, arn)
        last = sfn.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=2)

    assert len(events) == 122
    assert [e["type"] for e in last["events"]] == ["ExecutionSucceeded", "PassStateExited"]


def test_what_a_listener_raises_is_printed_and_ends_no_execution(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(event: dict[str, Any]) -> None:
        raise KeyError("planned")

    with up(tmp_path, chain(("One", {"Type": "Pass"}))) as machine:
        histories.listen(fail)
        ended = machine.run()

    assert ended.status == "SUCCEEDED"
    assert "KeyError: 'planned'" in capsys.readouterr().err


def test_task_that_begins_as_its_map_ends_leaves_a_readable_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a run with one failed chunk and another begun one could not be reported."""
    resource = "arn:aws:states:::lambda:invoke"
    called = {"FunctionName": "${echo}", "Payload": {"a": 1}}
    task = {"Type": "Task", "Resource": resource, "Parameters": called, "TimeoutSeconds": 7}
    with up(tmp_path, chain(("Task", task)), handlers=HANDLERS) as machine:
        service = moto_asl.module(f"{SERVICES}.state_task_service").StateTaskService
        begin = service._before_eval_execution

        def end_then_begin(self: Any, env: Any, **given: Any) -> None:
            env.set_ended()
            begin(self, env, **given)

        monkeypatch.setattr(service, "_before_eval_execution", end_then_begin)
        events = history_of(machine, machine.run().arn)

    scheduled = [e for e in events if e["type"] == "TaskScheduled"]
    assert [e["taskScheduledEventDetails"]["timeoutInSeconds"] for e in scheduled] == [7]


IN_A_MAP = {
    "Type": "Map",
    "ItemsPath": "$.items",
    "ItemProcessor": {"StartAt": "Slow", "States": {"Slow": {**SLOW, "End": True}}},
}


@pytest.mark.parametrize("state", [SLOW, IN_A_MAP], ids=["task", "map"])
def test_stopped_execution_ends_its_history_with_the_abort(
    tmp_path: Path, state: dict[str, Any]
) -> None:
    """What was at work in it comes to its end later, and adds nothing."""
    (tmp_path / "go").mkdir()
    with up(tmp_path, chain(("Work", state)), handlers=HANDLERS | WAITS) as machine:
        arn = machine.start({"folder": str(tmp_path), "items": [{"folder": str(tmp_path)}]})
        until((tmp_path / "begun").exists)
        machine.client("stepfunctions").stop_execution(
            executionArn=arn, error="Stopped", cause="by hand"
        )
        at_once = history_of(machine, arn)
        (tmp_path / "go/on").touch()
        until((tmp_path / "done").exists)
        threads.join(CLOSE_SECONDS)
        later = history_of(machine, arn)

    assert at_once == later
    assert later[-1]["type"] == "ExecutionAborted"
    assert later[-1]["executionAbortedEventDetails"] == {"error": "Stopped", "cause": "by hand"}
    assert not [e for e in later if e["type"] in ("ExecutionFailed", "TaskSucceeded")]
