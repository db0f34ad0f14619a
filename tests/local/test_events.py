import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from offline import eventbridge
from offline.eventbridge import UndeliverableError, UnknownScheduleError
from offline.machine import Machine
from tests.local import stacks
from tests.local.stacks import chain

KEEP = """
import json
def lambda_handler(event, context):
    print(json.dumps(event))
"""
ENDED = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]},
}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "heard"}}


def rule(target: dict[str, Any], pattern: dict[str, Any] = ENDED, **more: Any) -> dict[str, Any]:
    properties = {"EventPattern": pattern, "Targets": [{"Id": "t", **target}], **more}
    return {"Type": "AWS::Events::Rule", "Properties": properties}


def function(name: str) -> dict[str, Any]:
    return {"Arn": {"Fn::GetAtt": [f"{name}Function", "Arn"]}}


def schedule(target: Any, **more: Any) -> dict[str, Any]:
    message = '{"at": "<aws.scheduler.scheduled-time>", "by": "<aws.scheduler.schedule-arn>"}'
    properties = {
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": target, "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": message},
        **more,
    }
    return {"Type": "AWS::Scheduler::Schedule", "Properties": properties}


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Any]:
    """Brings up a machine with a handler that keeps what it is told."""
    with ExitStack() as exits:
        yield lambda states=None, **stack: exits.enter_context(
            stacks.up(tmp_path, states, handlers={"keep": KEEP}, **stack)
        )


def heard(machine: Machine) -> list[Any]:
    """What the handler or the queue was told."""
    if machine.logs:
        return [json.loads(line.text) for line in machine.logs]
    sqs = machine.client("sqs")
    queue = sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


FAIL = chain(("Fail", {"Type": "Fail", "Error": "BadError", "Cause": "why"}))


def test_failed_execution_reaches_the_rules_target_before_wait_returns(up: Any) -> None:
    machine = up(FAIL, resources={"Rule": rule(function("Keep"))})

    ended = machine.run({"a": 1})

    (event,) = heard(machine)
    assert event["source"] == "aws.states"
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["region"] == "eu-west-1"
    assert event["account"] == "123456789012"
    datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert event["resources"] == [ended.arn]
    detail = event["detail"]
    assert detail["executionArn"] == ended.arn
    assert detail["stateMachineArn"] == machine.outputs["StateMachineArn"]
    assert (detail["status"], detail["error"], detail["cause"]) == ("FAILED", "BadError", "why")
    assert json.loads(detail["input"]) == {"a": 1}
    assert detail["startDate"] <= detail["stopDate"]


def test_success_matches_no_rule_for_failures(up: Any) -> None:
    machine = up(resources={"Rule": rule(function("Keep"))})

    machine.run()

    assert machine.logs == []


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "SUCCEEDED"])
def test_every_kind_of_end_is_reported(up: Any, status: str) -> None:
    # Only the one that is to time out may: a busy machine takes seconds to stop the other.
    timeout = 1 if status == "TIMED_OUT" else 600
    wait = chain(("Wait", {"Type": "Wait", "Seconds": 600}), timeout=timeout)
    done = chain(("Done", {"Type": "Succeed"}))
    pattern = {"source": ["aws.states"], "detail": {"status": [status]}}
    resources = {"Rule": rule(function("Keep"), pattern)}
    states = done if status == "SUCCEEDED" else wait
    machine = up(states, resources=resources, wait_scale=1.0)

    arn = machine.start()
    if status == "ABORTED":
        machine.stop(arn)
    ended = machine.wait(arn, 300)

    assert ended.status == status
    assert [event["detail"]["status"] for event in heard(machine)] == [status]


def test_disabled_rule_and_rule_with_only_a_schedule_hear_nothing(up: Any) -> None:
    timed = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "ScheduleExpression": "rate(1 hour)",
            "Targets": [{"Id": "t", **function("Keep")}],
        },
    }
    off = rule(function("Keep"), State="DISABLED")
    machine = up(FAIL, resources={"Off": off, "Timed": timed})

    machine.run()

    assert machine.logs == []


def test_queue_is_a_target_too(up: Any) -> None:
    to_queue = rule({"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}})
    machine = up(FAIL, resources={"Queue": QUEUE, "ToQueue": to_queue})

    machine.run()

    assert [message["detail"]["status"] for message in heard(machine)] == ["FAILED"]


def test_own_event_starts_an_execution(up: Any) -> None:
    child = chain(("Keep", {"Type": "Task", "Resource": "${keep}"}))
    states = chain(
        ("Tell", {
            "Type": "Task",
            "Resource": "arn:aws:states:::events:putEvents",
            "Parameters": {"Entries": [
                {"Source": "springtide", "DetailType": "Published", "Detail": {"hours.$": "$.h"}}]},
        }),
    )  # fmt: skip
    pattern = {"source": ["springtide"]}
    target = {"Arn": {"Ref": "Child"}, "RoleArn": "arn:aws:iam::123456789012:role/r"}
    machine = up(states, child=child, resources={"Rule": rule(target, pattern)})

    ended = machine.run({"h": 3})

    assert ended.output["FailedEntryCount"] == 0
    sfn = machine.client("stepfunctions")
    machines = sfn.list_state_machines()["stateMachines"]
    arn = next(m["stateMachineArn"] for m in machines if "Child" in m["name"])
    (started,) = sfn.list_executions(stateMachineArn=arn)["executions"]
    assert machine.wait(started["executionArn"]).input["detail"] == {"hours": 3}


def test_schedule_fires_with_its_time_in_utc(up: Any) -> None:
    machine = up(resources={"Hourly": schedule({"Ref": "Main"}, Name="hourly")})
    at = datetime(2020, 2, 29, 1, 25, tzinfo=timezone(timedelta(hours=1)))

    arn = machine.fire("hourly", at)

    given = machine.wait(arn).input
    assert given["at"] == "2020-02-29T00:25:00Z"
    assert given["by"].endswith(":schedule/default/hourly")


def test_disabled_schedule_fires_when_it_is_named(up: Any) -> None:
    off = schedule({"Ref": "Main"}, State="DISABLED", Name="off")
    other = schedule({"Ref": "Main"}, Name="other")
    machine = up(resources={"Off": off, "Other": other})

    arn = machine.fire("off", datetime(2020, 1, 1, tzinfo=UTC))

    assert machine.wait(arn).input["by"].endswith(":schedule/default/off")
    with pytest.raises(UnknownScheduleError, match="'of'; there are off, other"):
        machine.fire("of", datetime(2020, 1, 1, tzinfo=UTC))


def test_schedule_of_a_function_calls_it_and_starts_no_execution(up: Any) -> None:
    daily = schedule({"Fn::GetAtt": ["KeepFunction", "Arn"]}, Name="daily")
    machine = up(resources={"Daily": daily})

    assert machine.fire("daily", datetime(2020, 1, 1, tzinfo=UTC)) is None
    assert heard(machine)[0]["at"] == "2020-01-01T00:00:00Z"


@pytest.mark.parametrize("shape", ["Input", "InputPath", "InputTransformer"])
def test_target_that_wants_another_input_than_the_event_is_named(shape: str) -> None:
    target = {"Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f", shape: "$.detail"}

    with pytest.raises(UndeliverableError, match=shape):
        eventbridge._message(target, {})


def test_target_that_nothing_can_call_is_named(up: Any) -> None:
    odd = schedule("arn:aws:scheduler:::aws-sdk:glue:startCrawler", Name="odd")

    with pytest.raises(UndeliverableError, match="startCrawler"):
        up(resources={"Odd": odd}).fire("odd", datetime.now(UTC))
