"""The offline EventBridge: rules reach their targets, and schedules fire on request."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

from moto.core.utils import utcfromtimestamp
from moto.events.models import Rule, events_backends
from moto.scheduler.models import scheduler_backends

from offline.api_calls import Principal, acting_as
from offline.clients import ACCOUNT, REGION, shared_client
from offline.lambda_ import async_calls
from offline.patching import around

# Targets that moto cannot deliver to; it delivers to the others.
OURS = ("states", "lambda")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class UndeliverableError(ValueError):
    """A rule or a schedule has a target that is not supported here."""


class UnknownScheduleError(LookupError):
    """The stack does not have the schedule that is to be fired."""


@cache
def install() -> None:
    """Make rules call their targets."""
    around(Rule, send_to_targets=_send_to_targets)


def announce_end(execution: Any) -> None:
    """Send the event to the default bus that Step Functions sends when an execution has ended."""
    detail = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _millis(execution.start_date),
        "stopDate": _millis(execution.stop_date),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "output": execution.output,
        "outputDetails": {"included": True} if execution.output is not None else None,
        "error": execution.error,
        "cause": execution.cause,
    }
    events_backends[ACCOUNT][REGION].put_events(
        [
            {
                "Source": "aws.states",
                "DetailType": "Step Functions Execution Status Change",
                "Resources": [execution.execution_arn],
                "Detail": json.dumps(detail),
            }
        ]
    )


def fire_schedule(name: str, at: datetime) -> str | None:
    """Fire one schedule, even a disabled one; returns the execution if that started one.

    Raises UnknownScheduleError and UndeliverableError.
    """
    groups = scheduler_backends[ACCOUNT][REGION].schedule_groups.values()
    known = {each.name: each for group in groups for each in group.schedules.values()}
    if name not in known:
        raise UnknownScheduleError(f"no schedule {name!r}; there are {', '.join(sorted(known))}")
    return deliver(known[name].target["Arn"], _scheduled_input(known[name], at))


def deliver(target: str, message: str) -> str | None:
    """Call a target; returns the execution's ARN if that started one. Raises UndeliverableError."""
    with acting_as(Principal("service", "events.amazonaws.com", target)):
        return _call(target, message)


def _call(target: str, message: str) -> str | None:
    service = target.split(":")[2]
    if service == "states":
        client = shared_client("stepfunctions")
        arn: str = client.start_execution(stateMachineArn=target, input=message)["executionArn"]
        return arn
    if service == "lambda":
        # On AWS this call is asynchronous; here its effects are there when the event is sent.
        given_up = async_calls.call(target, message)
        destination = async_calls.failure_destination(target)
        if given_up is not None and destination is not None:
            # Lambda sends it with the function's own role.
            function = Principal("function", target.split(":")[6], "failure destination")
            with acting_as(function):
                _call(destination, given_up)
    elif service == "sqs":
        client = shared_client("sqs")
        queue = client.get_queue_url(QueueName=target.split(":")[-1])["QueueUrl"]
        client.send_message(QueueUrl=queue, MessageBody=message)
    else:
        raise UndeliverableError(f"cannot call {target} offline")
    return None


def _send_to_targets(
    others: Any, self: Any, original_event: dict[str, Any], transform_input: bool = True
) -> None:
    # moto treats a rule without a pattern, such as one with a schedule, as one that matches all.
    if self.state != "ENABLED" or self.event_pattern.dump() is None:
        return
    if not self.event_pattern.matches_event(original_event):
        return
    all_targets = self.targets
    for target in all_targets:
        if _is_ours(target):
            deliver(target["Arn"], _message(target, original_event))
    self.targets = [target for target in all_targets if not _is_ours(target)]
    try:
        others(self, original_event, transform_input)
    finally:
        self.targets = all_targets


def _is_ours(target: dict[str, Any]) -> bool:
    return target["Arn"].split(":")[2] in OURS


def _message(target: dict[str, Any], event: dict[str, Any]) -> str:
    if shaped := sorted(target.keys() & {"Input", "InputPath", "InputTransformer"}):
        raise UndeliverableError(
            f"{', '.join(shaped)} of target {target['Arn']} has no effect here"
        )
    # moto adds members of its own to the event, and its time is a number.
    told = {key: value for key, value in event.items() if key != "ingestion-time"}
    return json.dumps(told | {"time": utcfromtimestamp(event["time"]).strftime(_TIME)})


def _scheduled_input(schedule: Any, at: datetime) -> str:
    message: str = schedule.target.get("Input") or "{}"
    values = {
        "scheduled-time": at.astimezone(UTC).strftime(_TIME),
        "schedule-arn": schedule.arn,
        "execution-id": str(uuid4()),
        "attempt-number": "1",
    }
    for name, value in values.items():
        message = message.replace(f"<aws.scheduler.{name}>", value)
    return message


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
