import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from local.machine import Execution, Machine
from local.stepfunctions.errors import catches
from local.stepfunctions.paths import names_many
from tests.local.stacks import Asl, chain, write_stack

HANDLERS = {
    "echo": "def lambda_handler(event, context):\n    return event\n",
    "fail": """
class FenceLostError(Exception):
    pass
def lambda_handler(event, context):
    raise FenceLostError("not ours")
""",
    "flaky": """
calls = 0
class AthenaBusyError(Exception):
    pass
def lambda_handler(event, context):
    global calls
    calls += 1
    if calls < event["good"]:
        raise AthenaBusyError
    return calls
""",
    "slow": """
import time
def lambda_handler(event, context):
    time.sleep(1.5)
    return "done"
""",
}

LEDGER = {
    "Ledger": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "ledger",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        },
    }
}


def run(tmp_path: Path, states: Asl, given: Any = None, **stack: Any) -> Execution:
    template = write_stack(tmp_path, states, handlers=HANDLERS, resources=LEDGER, **stack)
    with Machine(tmp_path / "home", template=template) as machine:
        return machine.run(given or {})


def passing(parameters: Any) -> Asl:
    return chain(("Pass", {"Type": "Pass", "Parameters": parameters}))


CAUGHT = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Caught"}]


def caught(task: dict[str, Any], catch: Any = None) -> Asl:
    return chain(
        ("Task", {"Type": "Task", **task, "Catch": catch or CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )


# -------------------------------------------------------------------------------- JSONPath


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.list[0]", {"v": 1}),
        ("$.list[0].v", 1),
        ("$.list[-1].v", 2),
        ("$.list[*].v", [1, 2]),
        ("$.list[0:1].v", [1]),
        ("$.list[?(@.v > 1)].v", [2]),
        ("$..v", [1, 2]),
        ("$['od:d']", "x"),
        ("$.none", None),
        ("$.empty[*]", []),
    ],
)
def test_path_to_one_value_gives_the_value_and_not_a_list(
    tmp_path: Path, path: str, expected: Any
) -> None:
    data = {"list": [{"v": 1}, {"v": 2}], "od:d": "x", "none": None, "empty": []}

    assert run(tmp_path, passing({"got.$": path}), data).output == {"got": expected}


def test_many_is_told_by_the_path_and_not_by_what_it_finds() -> None:
    assert not names_many("$.a[0].b['c:d'][\"e,*\"]")
    assert all(names_many(path) for path in ("$.a[*]", "$..a", "$.a[1,2]", "$.a[:2]", "$.*"))


def test_path_that_finds_nothing_is_a_runtime_error_that_nothing_catches(tmp_path: Path) -> None:
    task = {"Resource": "${echo}", "Parameters": {"x.$": "$.missing"}}

    ended = run(tmp_path, caught(task))

    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "$.missing" in (ended.cause or "")


# -------------------------------------------------------------------------------- context


def test_execution_has_a_name_and_iso_times(tmp_path: Path) -> None:
    context = {
        "name.$": "$$.Execution.Name",
        "started.$": "$$.Execution.StartTime",
        "entered.$": "$$.State.EnteredTime",
        "machine.$": "$$.StateMachine.Id",
    }

    ended = run(tmp_path, passing(context))

    iso = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert ended.arn.endswith(":" + ended.output["name"])
    assert len(ended.output["name"]) == 36
    assert re.fullmatch(iso, ended.output["started"])
    assert re.fullmatch(iso, ended.output["entered"])
    assert ":stateMachine:Main" in ended.output["machine"]


@pytest.mark.parametrize("value", ["text", 'with "quotes"', 3, None, [1], {"a": {}}, True])
def test_output_is_the_json_that_the_last_state_gave(tmp_path: Path, value: Any) -> None:
    states = chain(("Pass", {"Type": "Pass", "Result": value}))
    template = write_stack(tmp_path, states)

    with Machine(tmp_path / "home", template=template) as machine:
        ended = machine.run()
        described = machine.client("stepfunctions").describe_execution(executionArn=ended.arn)

    assert ended.output == value
    assert json.loads(described["output"]) == value


# -------------------------------------------------------------------------------- choices


def choice(rule: dict[str, Any], **more: Any) -> Asl:
    return chain(
        ("Ask", {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], **more}),
        ("Yes", {"Type": "Pass", "Result": "yes", "End": True}),
        ("No", {"Type": "Pass", "Result": "no", "End": True}),
    )


def test_choice_on_a_missing_variable_fails_the_run(tmp_path: Path) -> None:
    rule = {"Variable": "$.gone", "StringEquals": "x"}

    ended = run(tmp_path, choice(rule, Default="No"))

    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "Invalid path '$.gone'" in (ended.cause or "")


@pytest.mark.parametrize(("given", "expected"), [({}, "no"), ({"a": None}, "yes")])
def test_is_present_may_ask_about_a_missing_variable(
    tmp_path: Path, given: Any, expected: str
) -> None:
    rule = {"Variable": "$.a", "IsPresent": True}

    assert run(tmp_path, choice(rule, Default="No"), given).output == expected


def test_presence_guards_the_comparison_after_it(tmp_path: Path) -> None:
    rule = {
        "And": [
            {"Variable": "$.a", "IsPresent": True},
            {"Variable": "$.a", "StringEquals": "x"},
        ]
    }

    assert run(tmp_path, choice(rule, Default="No"), {"b": 1}).output == "no"


def test_choice_without_match_and_default_fails_by_its_own_name(tmp_path: Path) -> None:
    ended = run(tmp_path, choice({"Variable": "$.a", "NumericEquals": 1}), {"a": 2})

    assert (ended.status, ended.error) == ("FAILED", "States.NoChoiceMatched")


# -------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("wanted", "error", "expected"),
    [
        ({"States.ALL"}, "FenceLostError", True),
        ({"States.ALL"}, "States.Timeout", True),
        ({"States.ALL"}, "States.TaskFailed", True),
        ({"States.ALL"}, "States.Runtime", False),
        ({"States.ALL"}, "States.DataLimitExceeded", False),
        ({"States.DataLimitExceeded"}, "States.DataLimitExceeded", True),
        ({"States.Runtime"}, "States.Runtime", False),
        ({"States.TaskFailed"}, "FenceLostError", True),
        ({"States.TaskFailed"}, "States.Timeout", False),
        ({"A", "B"}, "B", True),
        ({"A"}, "B", False),
    ],
)
def test_wildcards_catch_what_they_catch_on_aws(
    wanted: set[str | None], error: str, expected: bool
) -> None:
    assert catches(wanted, error) is expected


def test_raised_class_is_caught_by_its_name_with_its_message(tmp_path: Path) -> None:
    catch = [{"ErrorEquals": ["FenceLostError"], "ResultPath": "$.failure", "Next": "Caught"}]

    ended = run(tmp_path, caught({"Resource": "${fail}"}, catch), {"kept": 1})

    assert ended.states == ("Task", "Caught")
    assert ended.output["kept"] == 1
    assert ended.output["failure"]["Error"] == "FenceLostError"
    assert json.loads(ended.output["failure"]["Cause"])["errorMessage"] == "not ours"


def test_fail_takes_error_and_cause_from_the_data(tmp_path: Path) -> None:
    states = chain(
        ("Task", {"Type": "Task", "Resource": "${echo}", "TimeoutSeconds": 5}),
        ("Failed", {"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"}),
    )

    ended = run(tmp_path, states, {"Error": "States.TaskFailed", "Cause": "why"})

    assert (ended.status, ended.error, ended.cause) == ("FAILED", "States.TaskFailed", "why")


def test_missing_function_has_lambdas_error_name(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:gone"

    ended = run(tmp_path, caught({"Resource": arn}))

    assert ended.output["failure"]["Error"] == "Lambda.ResourceNotFoundException"


def test_task_that_takes_too_long_times_out_and_can_be_caught(tmp_path: Path) -> None:
    ended = run(tmp_path, caught({"Resource": "${slow}", "TimeoutSeconds": 1}))

    assert ended.output["failure"]["Error"] == "States.Timeout"


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_time_out_inside_a_nested_state_keeps_its_name(tmp_path: Path, kind: str) -> None:
    inner = chain(("Slow", {"Type": "Task", "Resource": "${slow}", "TimeoutSeconds": 1}))
    body = {key: inner[key] for key in ("StartAt", "States")}
    nested: dict[str, Any] = (
        {"ItemsPath": "$.items", "ItemProcessor": body} if kind == "Map" else {"Branches": [body]}
    )
    states = chain(
        ("Nested", {"Type": kind, **nested, "Catch": CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )

    ended = run(tmp_path, states, {"items": [1]})

    assert ended.output["failure"]["Error"] == "States.Timeout"


# -------------------------------------------------------------------------------- time


def test_waits_and_retries_take_no_time(tmp_path: Path) -> None:
    retry = [{"ErrorEquals": ["AthenaBusyError"], "IntervalSeconds": 600, "MaxAttempts": 5}]
    states = chain(
        ("Wait", {"Type": "Wait", "Seconds": 3600}),
        ("Wait As Told", {"Type": "Wait", "SecondsPath": "$.seconds"}),
        ("Task", {"Type": "Task", "Resource": "${flaky}", "Retry": retry}),
    )
    template = write_stack(tmp_path, states, handlers=HANDLERS)

    with Machine(tmp_path / "home", template=template) as machine:
        begun = time.monotonic()
        ended = machine.run({"seconds": 7200, "good": 4})
        assert time.monotonic() - begun < 5

    assert ended.output == 4


def test_wait_takes_its_seconds_times_the_scale(tmp_path: Path) -> None:
    template = write_stack(tmp_path, chain(("Wait", {"Type": "Wait", "Seconds": 30})))

    with Machine(tmp_path / "home", template=template, wait_scale=0.01) as machine:
        begun = time.monotonic()
        machine.run()
        assert 0.3 <= time.monotonic() - begun < 3


def test_retries_run_out(tmp_path: Path) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    task = {"Resource": "${flaky}", "Retry": retry}

    ended = run(tmp_path, caught(task), {"good": 9})

    assert ended.output["failure"]["Error"] == "AthenaBusyError"


def test_machine_that_takes_too_long_is_timed_out(tmp_path: Path) -> None:
    states = chain(("Slow", {"Type": "Task", "Resource": "${slow}"}), timeout=1)

    ended = run(tmp_path, states)

    assert (ended.status, ended.output) == ("TIMED_OUT", None)


# -------------------------------------------------------------------------------- nested runs


def nested(resource: str, given: Any, **more: Any) -> dict[str, Any]:
    parameters = {"StateMachineArn": "${child}", "Input": given}
    return {"Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, **more}


def test_nested_execution_gives_its_output_as_json(tmp_path: Path) -> None:
    child = chain(("Echo", {"Type": "Task", "Resource": "${echo}"}))
    given = {"a.$": "$.a", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id"}
    task = nested("states:startExecution.sync:2", given)
    states = chain(("Nested", {"Type": "Task", **task, "ResultPath": "$.run"}))

    begun = time.monotonic()
    ended = run(tmp_path, states, {"a": [1]}, child=child)

    result = ended.output["run"]
    assert result["Output"]["a"] == [1]
    assert result["Input"]["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] == ended.arn
    assert result["Status"] == "SUCCEEDED"
    assert ":execution:Child" in result["ExecutionArn"]
    assert time.monotonic() - begun < 10


def test_failed_nested_execution_tells_its_error_in_the_cause(tmp_path: Path) -> None:
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
    template = write_stack(
        tmp_path, chain(("Nested", {"Type": "Task", **task})), child=child, handlers=HANDLERS
    )

    with Machine(tmp_path / "home", template=template, wait_scale=1.0) as machine:
        arn = machine.start()
        sfn = machine.client("stepfunctions")
        child_arn = until(lambda: nested_arn(machine, arn))
        machine.stop(arn)
        assert machine.wait(arn, 10).status == "ABORTED"
        assert machine.wait(child_arn, 10).status == "ABORTED"
        assert sfn.describe_execution(executionArn=arn)["stopDate"]


def nested_arn(machine: Machine, arn: str) -> str | None:
    history = machine.client("stepfunctions").get_execution_history(executionArn=arn)
    submitted = [e.get("taskSubmittedEventDetails") for e in history["events"]]
    outputs = [json.loads(details["output"]) for details in submitted if details]
    return outputs[0]["ExecutionArn"] if outputs else None


def until(look: Any, seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


# -------------------------------------------------------------------------------- maps


def test_map_gives_every_item_its_value_inside_too(tmp_path: Path) -> None:
    inner = chain(
        ("Echo", {
            "Type": "Task",
            "Resource": "${echo}",
            "Parameters": {"n.$": "$.n", "same.$": "$$.Map.Item.Value",
                           "index.$": "$$.Map.Item.Index"}}),
    )  # fmt: skip
    states = chain(
        ("Each", {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"n.$": "$$.Map.Item.Value"},
            "MaxConcurrency": 8,
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"},
                              "StartAt": "Echo", "States": inner["States"]}}),
    )  # fmt: skip

    ended = run(tmp_path, states, {"items": [f"i{n}" for n in range(40)]})

    assert ended.output == [{"n": f"i{n}", "same": f"i{n}", "index": n} for n in range(40)]


def test_map_over_nothing_gives_nothing(tmp_path: Path) -> None:
    inner = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    states = chain(("Each", {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner}))

    assert run(tmp_path, states, {"items": []}).output == []


def test_map_of_a_thousand_items_one_after_the_other(tmp_path: Path) -> None:
    inner = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}
    states = chain(
        ("Each", {"Type": "Map", "ItemsPath": "$.n", "MaxConcurrency": 1, "ItemProcessor": inner})
    )

    assert run(tmp_path, states, {"n": list(range(1000))}).output == list(range(1000))


# -------------------------------------------------------------------------------- services


def test_ledger_is_updated_under_a_condition(tmp_path: Path) -> None:
    def take(holder: str) -> dict[str, Any]:
        return {
            "Resource": "arn:aws:states:::dynamodb:updateItem",
            "Parameters": {
                "TableName": "ledger",
                "Key": {"pk": {"S": "lease"}},
                "UpdateExpression": "SET holder = :me",
                "ConditionExpression": "attribute_not_exists(holder) OR holder = :me",
                "ExpressionAttributeValues": {":me": {"S": holder}},
            },
            "ResultPath": None,
        }

    states = chain(
        ("Take", {"Type": "Task", **take("one")}),
        ("Again", {"Type": "Task", **take("two"), "Catch": CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )

    ended = run(tmp_path, states)

    assert ended.states == ("Take", "Again", "Caught")
    assert ended.output["failure"]["Error"] == "DynamoDB.ConditionalCheckFailedException"


def test_sdk_call_takes_and_gives_pascal_case_and_names_errors_as_aws(tmp_path: Path) -> None:
    listing = {
        "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
        "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id", "MaxResults": 1},
        "ResultPath": "$.list",
    }
    missing = {
        "Resource": "arn:aws:states:::aws-sdk:glue:getCrawler",
        "Parameters": {"Name": "gone"},
        "Catch": CAUGHT,
        "End": True,
    }
    states = chain(
        ("List", {"Type": "Task", **listing}),
        ("Missing", {"Type": "Task", **missing}),
        ("Caught", {"Type": "Pass"}),
    )

    ended = run(tmp_path, states)

    listed = ended.output["list"]["Executions"][0]
    assert listed["ExecutionArn"] == ended.arn
    assert listed["StartDate"].endswith("Z")
    assert ended.output["failure"]["Error"] == "Glue.EntityNotFoundException"


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
