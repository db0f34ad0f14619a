"""Executions that executions start, wait for and stop."""

import json
from pathlib import Path

from offline.machine import Machine
from tests.local.stacks import chain, up
from tests.local.stepfunctions.rig import CAUGHT, HANDLERS, caught, nested, run
from tests.waiting import until


def test_nested_execution_gives_its_output_as_json(tmp_path: Path) -> None:
    child = chain(("Echo", {"Type": "Task", "Resource": "${echo}"}))
    given = {"a.$": "$.a", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}
    task = nested("states:startExecution.sync:2", given)
    states = chain(("Nested", {"Type": "Task", **task, "ResultPath": "$.run"}))

    ended = run(tmp_path, states, {"a": [1]}, child=child)

    result = ended.output["run"]
    assert result["Output"]["a"] == [1]
    assert result["Input"]["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] == ended.arn
    assert result["Status"] == "SUCCEEDED"
    assert ":execution:Child" in result["ExecutionArn"]


def test_failed_nested_execution_has_its_error_in_the_cause(tmp_path: Path) -> None:
    child = chain(("Failed", {"Type": "Fail", "Error": "BadQueryError", "Cause": "line 1"}))
    task = nested("states:startExecution.sync:2", {"step": "extract"})

    ended = run(tmp_path, caught(task), child=child)

    failure = ended.output["failure"]
    assert failure["Error"] == "States.TaskFailed"
    cause = json.loads(failure["Cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == (
        "FAILED",
        "BadQueryError",
        "line 1",
    )
    assert cause["Input"] == {"step": "extract"}


def test_failure_in_a_map_of_nested_executions_reaches_the_outer_catch(tmp_path: Path) -> None:
    child = chain(
        ("Bad?", {"Type": "Choice", "Choices": [
            {"Variable": "$.chunk", "NumericEquals": 2, "Next": "Failed"}], "Default": "Fine"}),
        ("Failed", {"Type": "Fail", "Error": "BadQueryError", "Cause": "chunk 2"}),
        ("Fine", {"Type": "Succeed"}),
    )  # fmt: skip
    inner = chain(
        ("Chunk", {"Type": "Task", **nested("states:startExecution.sync:2", {"chunk.$": "$.n"})})
    )
    states = chain(
        ("Chunks", {
            "Type": "Map",
            "ItemsPath": "$.chunks",
            "ItemSelector": {"n.$": "$$.Map.Item.Value"},
            "MaxConcurrency": 4,
            "ItemProcessor": {"StartAt": "Chunk", "States": inner["States"]},
            "Catch": CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )  # fmt: skip

    ended = run(tmp_path, states, {"chunks": [0, 1, 2, 3]}, child=child)

    assert ended.output["failure"]["Error"] == "States.TaskFailed"
    assert json.loads(ended.output["failure"]["Cause"])["Error"] == "BadQueryError"


def test_started_execution_is_not_waited_for(tmp_path: Path) -> None:
    child = chain(("Slow", {"Type": "Task", "Resource": "${slow}"}))
    states = chain(("Start", {"Type": "Task", **nested("states:startExecution", {})}))

    ended = run(tmp_path, states, child=child)

    assert ":execution:Child" in ended.output["ExecutionArn"]
    assert ended.output["StartDate"].endswith("Z")


def test_nested_execution_stops_with_the_one_that_waits_for_it(tmp_path: Path) -> None:
    child = chain(("Wait", {"Type": "Wait", "Seconds": 600}))
    task = nested("states:startExecution.sync:2", {})

    with up(
        tmp_path,
        chain(("Nested", {"Type": "Task", **task})),
        child=child,
        handlers=HANDLERS,
        wait_scale=1.0,
    ) as machine:
        arn = machine.start()
        sfn = machine.client("stepfunctions")
        child_arn = until(lambda: nested_arn(machine, arn))
        machine.stop(arn)
        assert machine.wait(arn, 300).status == "ABORTED"
        assert machine.wait(child_arn, 300).status == "ABORTED"
        assert sfn.describe_execution(executionArn=arn)["stopDate"]


def nested_arn(machine: Machine, arn: str) -> str | None:
    history = machine.client("stepfunctions").get_execution_history(executionArn=arn)
    submitted = [e.get("taskSubmittedEventDetails") for e in history["events"]]
    outputs = [json.loads(details["output"]) for details in submitted if details]
    return outputs[0]["ExecutionArn"] if outputs else None
