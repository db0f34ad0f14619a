"""Ended executions: how, in which state, and their page in the console."""

from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, HTTPClientError

from springtide.aws import clients
from springtide.aws.error_causes import unwrap
from springtide.aws.observability import logger

# Events that only repeat the failure of a task inside.
_PASSED_ON = {"ExecutionFailed", "MapStateFailed", "MapIterationFailed"}
# States that clean up after a failure, and so are not where it happened.
_AFTERWARDS = ("Release ", "Isolate ", "Notify ")
_HISTORY_PAGE = 1000  # the most that GetExecutionHistory returns at once
# Console hosts by AWS partition, as in the template's outputs.
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


class Ended(NamedTuple):
    """How an execution ended; `error` and `cause` are unwrapped."""

    arn: str
    status: str
    error: str
    cause: str
    # The state that failed or was cut off; None if the end of the history does not show it or
    # cannot be read.
    state: str | None
    stopped: datetime
    seconds: float


def ended(arn: str, status: str, stopped: datetime) -> Ended:
    """What Step Functions knows of an execution that ended with `status`."""
    found = clients.stepfunctions().describe_execution(executionArn=arn)
    error, cause = unwrap({"Error": found.get("error", ""), "Cause": found.get("cause", "")})
    seconds = (stopped - found["startDate"]).total_seconds()
    return Ended(arn, status, error, cause, _state(arn, status), stopped, seconds)


def console_link(arn: str) -> str:
    """The page of the AWS console that shows the execution."""
    _, partition, _, region, *_ = arn.split(":")
    host = CONSOLES.get(partition, CONSOLES["aws"])
    return f"https://{region}.{host}/states/home?region={region}#/v2/executions/details/{arn}"


def _state(arn: str, status: str) -> str | None:
    """The newest state that failed; if the execution was cut off, the newest that was entered."""
    history = _history(arn)
    by_id = {event["id"]: event for event in history}
    for event in history:
        failed = event["type"].endswith(("Failed", "TimedOut")) and event["type"] not in _PASSED_ON
        if failed or (status != "FAILED" and _entered(event)):
            name = _state_of(event, by_id)
            if name is not None and not name.startswith(_AFTERWARDS):
                return name
    return None


def _history(arn: str) -> list[Any]:
    """The newest events, newest first; empty if Step Functions does not return them.

    A notice that does not name the state is better than no notice.
    """
    try:
        return clients.stepfunctions().get_execution_history(
            executionArn=arn,
            reverseOrder=True,
            maxResults=_HISTORY_PAGE,
            includeExecutionData=False,
        )["events"]
    except (ClientError, HTTPClientError):
        logger.warning("history not read", exc_info=True, extra={"execution": arn})
        return []


def _state_of(event: Any, by_id: dict[int, Any]) -> str | None:
    """The state that an event belongs to, from the events before it."""
    found: Any = event
    while found is not None and not _entered(found):
        found = by_id.get(found.get("previousEventId", 0))
    return None if found is None else _entered(found)


def _entered(event: Any) -> str | None:
    name: str | None = event.get("stateEnteredEventDetails", {}).get("name")
    return name
