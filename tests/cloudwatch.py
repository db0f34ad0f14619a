"""What CloudWatch would have of a machine: what handlers print, and what AWS counts by itself."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from springtide.aws.observability import MEASURED

from offline.clients import ACCOUNT, REGION
from offline.lambda_.service import Ended, LogLine
from offline.machine import Machine

# Of one line, by the embedded metric format's specification in the CloudWatch User Guide.
MAX_METRICS = 100
MAX_DIMENSIONS = 30
# The statuses of executions that have ended, as the metrics spell them.
_ENDS = {
    "SUCCEEDED": "Succeeded",
    "FAILED": "Failed",
    "TIMED_OUT": "TimedOut",
    "ABORTED": "Aborted",
}


class EmbeddedMetricError(ValueError):
    """When a printed line says it holds metrics and CloudWatch would not take it."""


@dataclass(frozen=True)
class Datapoint:
    """One value of one metric under one set of dimensions."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    value: float
    unit: str
    at: datetime
    function_name: str


def metrics(machine: Machine) -> list[Datapoint]:
    """What the handlers have measured, in order. Raises EmbeddedMetricError."""
    return [point for line in machine.runner.logs for point in _of_line(line)]


def datapoints(machine: Machine) -> list[Datapoint]:
    """The metrics, and what AWS counts of calls and executions."""
    backend: Any = stepfunctions_parser_backends[ACCOUNT][REGION]
    executions = [each for one in backend.state_machines for each in one.executions]
    return [*metrics(machine), *_of_calls(machine.runner.ended), *_of_executions(executions)]


class Measured(NamedTuple):
    """What a function logged that it has measured: values by name."""

    function_name: str
    values: dict[str, Any]


def measured(machine: Machine) -> list[Measured]:
    """What the handlers have logged that they measured, metric or not, in order."""
    found = []
    for line in machine.runner.logs:
        if f'"{MEASURED}"' in line.text:
            document = json.loads(line.text)
            if document.get("message") == MEASURED:
                found.append(Measured(line.function_name, document[MEASURED]))
    return found


def _of_line(line: LogLine) -> Iterator[Datapoint]:
    if '"_aws"' not in line.text:
        return
    document = json.loads(line.text)
    at = datetime.fromtimestamp(document["_aws"]["Timestamp"] / 1000, UTC)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        if len(directive["Metrics"]) > MAX_METRICS:
            raise EmbeddedMetricError(f"more than {MAX_METRICS} metrics on a line: {line.text}")
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, _dimension(document, name)) for name in names)
            if len(names) > MAX_DIMENSIONS:
                raise EmbeddedMetricError(f"more than {MAX_DIMENSIONS} dimensions: {names}")
            for metric in directive["Metrics"]:
                for value in _values(document, metric["Name"]):
                    yield Datapoint(
                        directive["Namespace"],
                        metric["Name"],
                        dimensions,
                        value,
                        metric.get("Unit", "None"),
                        at,
                        line.function_name,
                    )


def _dimension(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise EmbeddedMetricError(f"dimension {name} is {value!r} and not a text: {document}")
    return value


def _values(document: dict[str, Any], name: str) -> list[float]:
    value = document.get(name)
    values: list[Any] = value if isinstance(value, list) else [value]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        raise EmbeddedMetricError(f"metric {name} is {value!r} and not a number: {document}")
    return [float(one) for one in values]


def _of_calls(ended: Iterable[Ended]) -> list[Datapoint]:
    """The counts that Lambda keeps of each function's calls."""
    return [
        Datapoint("AWS/Lambda", name, dimensions, value, "Count", call.at, call.function_name)
        for call in ended
        for dimensions in (frozenset({("FunctionName", call.function_name)}),)
        for name, value in (("Invocations", 1.0), ("Errors", float(call.failed)))
    ]


def _of_executions(executions: Iterable[Any]) -> list[Datapoint]:
    """The counts that Step Functions keeps of each state machine's executions."""
    return [
        Datapoint("AWS/States", f"Executions{name}", dimensions, 1.0, "Count", at, "")
        for execution in executions
        for dimensions in (frozenset({("StateMachineArn", str(execution.state_machine_arn))}),)
        for name, at in (
            ("Started", execution.start_date),
            (_ENDS.get(execution.status, ""), execution.stop_date),
        )
        if name
    ]
