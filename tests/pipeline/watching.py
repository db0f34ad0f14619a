"""What alarms and the dashboard look at, compared with the metrics that exist."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.cloudwatch import Datapoint
from tests.pipeline.alarms import metric_stats
from tests.pipeline.rig import Rig

# What AWS counts by itself, from the services' user guides: names by namespace, and the dimension
# that says of what.
COUNTED_BY_AWS = {
    "AWS/States": (
        "StateMachineArn",
        {f"Executions{end}" for end in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")},
    ),
    "AWS/Lambda": ("FunctionName", {"Errors", "Invocations", "Duration", "Throttles"}),
    "AWS/SQS": ("QueueName", {"ApproximateNumberOfMessagesVisible"}),
}
_SEARCH = re.compile(r"SEARCH\('\{(?P<schema>[^}]*)\} (?P<terms>[^']*)', '\w+', \d+\)")
_TERM = re.compile(r'(\w+)="([^"]*)"')


class Metric(NamedTuple):
    """A metric that an alarm or the dashboard reads; `wildcard`: any value of that dimension."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    wildcard: str | None = None


def of_alarms(alarms: Iterable[dict[str, Any]]) -> Iterator[Metric]:
    for alarm in alarms:
        for stat in metric_stats(alarm):
            metric = stat["Metric"]
            pairs = frozenset((d["Name"], d["Value"]) for d in metric["Dimensions"])
            yield Metric(metric["Namespace"], metric["MetricName"], pairs)


def of_dashboard(body: dict[str, Any]) -> Iterator[Metric]:
    for widget in body["widgets"]:
        before: list[str] = []
        for entry in widget["properties"].get("metrics", []):
            words = [word for word in entry if isinstance(word, str)]
            options = entry[-1] if isinstance(entry[-1], dict) else {}
            if "expression" in options:
                yield _searched(options["expression"])
                continue
            if words[0] == "...":  # all but the end is that of the line above
                words = before[: len(before) - len(words) + 1] + words[1:]
            before = words
            pairs = frozenset(zip(words[2::2], words[3::2], strict=True))
            yield Metric(words[0], words[1], pairs)


def _searched(expression: str) -> Metric:
    found = _SEARCH.fullmatch(expression)
    assert found, f"{expression} is not a known search"
    namespace, *names = found["schema"].split(",")
    terms = dict(_TERM.findall(found["terms"]))
    name = terms.pop("MetricName")
    (wildcard,) = set(names) - set(terms)
    return Metric(namespace, name, frozenset(terms.items()), wildcard)


def unseen(looked_at: Iterable[Metric], points: Iterable[Datapoint], it: Rig) -> list[Metric]:
    """Those that no function emits, or that AWS does not keep of anything in the stack."""
    emitted = {(p.namespace, p.name, p.dimensions) for p in points}
    resources = _resources(it)
    return [metric for metric in looked_at if not _is_seen(metric, emitted, resources)]


def _is_seen(metric: Metric, emitted: set[Any], resources: set[str]) -> bool:
    if metric.namespace in COUNTED_BY_AWS:
        dimension, names = COUNTED_BY_AWS[metric.namespace]
        ((name, value),) = metric.dimensions
        return (name, metric.name in names, value in resources) == (dimension, True, True)
    if metric.wildcard is None:
        return metric[:3] in emitted
    return any(
        (namespace, name) == metric[:2]
        and {n: v for n, v in dimensions if n != metric.wildcard} == dict(metric.dimensions)
        and metric.wildcard in dict(dimensions)
        for namespace, name, dimensions in emitted
    )


def _resources(it: Rig) -> set[str]:
    """The stack's resources by the names that dimensions have for them."""
    stack = it.settings.stack
    pages = it.client("cloudformation").get_paginator("list_stack_resources")
    ids = [
        resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=stack)
        for resource in page["StackResourceSummaries"]
    ]
    return {*ids, *(each.rsplit("/", 1)[-1] for each in ids if each.startswith("https://"))}


def alarms_of(it: Rig) -> dict[str, dict[str, Any]]:
    """The stack's alarms by their names, without the stack's."""
    found = it.client("cloudwatch").describe_alarms()["MetricAlarms"]
    prefix = it.settings.stack + "-"
    return {alarm["AlarmName"].removeprefix(prefix): alarm for alarm in found}


def dashboard_of(it: Rig) -> dict[str, Any]:
    client = it.client("cloudwatch")
    (entry,) = client.list_dashboards()["DashboardEntries"]
    body: dict[str, Any] = json.loads(
        client.get_dashboard(DashboardName=entry["DashboardName"])["DashboardBody"]
    )
    return body
