"""Says which state CloudWatch would have an alarm in, from datapoints and a time."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.cloudwatch import Datapoint

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
# docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: periods of an
# hour or more may look back a week, shorter ones a day.
HOUR, DAY, WEEK = 3600, 86_400, 604_800

Series = list[float | None]

# Those that the template uses; another one is a KeyError.
_STATISTICS: dict[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
}


class AlarmError(ValueError):
    """When an alarm is one that CloudWatch would refuse, or that nothing here can evaluate."""


def state_of(
    alarm: Mapping[str, Any],
    points: Sequence[Datapoint],
    now: datetime,
    before: str = INSUFFICIENT_DATA,
) -> str:
    """The state of an alarm as `describe_alarms` has it; `before` is the one that it comes from.

    Its periods end now. Only `EvaluationPeriods` of them are looked at; CloudWatch looks a little
    further back where some are missing. Raises AlarmError.
    """
    series = _returned(alarm, points, now)
    compare = _COMPARISONS[alarm["ComparisonOperator"]]
    breaching = [None if v is None else compare(v, float(alarm["Threshold"])) for v in series]
    missing = alarm.get("TreatMissingData") or "missing"
    if all(one is None for one in breaching) and missing in ("ignore", "missing"):
        return before if missing == "ignore" else INSUFFICIENT_DATA
    fill = {"breaching": True, "notBreaching": False}.get(missing)
    judged = [fill if one is None else one for one in breaching]
    needed = int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"])
    present = [one for one in judged if one is not None]
    return ALARM if sum(present) >= min(needed, len(present)) else OK


def metric_stats(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metrics of an alarm, each with namespace, name, dimensions, period and statistic."""
    queries = alarm.get("Metrics") or []
    found = [dict(query["MetricStat"]) for query in queries if query.get("MetricStat")]
    if alarm.get("MetricName"):
        names = ("Namespace", "MetricName", "Dimensions")
        metric = {name: alarm[name] for name in names}
        found.append({"Metric": metric, "Period": alarm["Period"], "Stat": alarm["Statistic"]})
    return found


def _returned(alarm: Mapping[str, Any], points: Sequence[Datapoint], now: datetime) -> Series:
    """The series that is compared with the threshold, the oldest period first."""
    periods = int(alarm["EvaluationPeriods"])
    queries = alarm.get("Metrics") or []
    if not queries:
        (stat,) = metric_stats(alarm)
        return _series(stat, points, now, periods)
    named = {
        query["Id"]: _series(query["MetricStat"], points, now, periods)
        for query in queries
        if query.get("MetricStat")
    }
    returned = [query for query in queries if query.get("ReturnData", True)]
    if len(returned) != 1:
        raise AlarmError(f"{alarm['AlarmName']}: exactly one query must return data")
    if returned[0]["Id"] in named:
        return named[returned[0]["Id"]]
    return [
        evaluate(returned[0]["Expression"], {name: series[n] for name, series in named.items()})
        for n in range(periods)
    ]


def _series(
    stat: Mapping[str, Any], points: Sequence[Datapoint], now: datetime, periods: int
) -> Series:
    seconds = int(stat["Period"])
    if periods * seconds > (WEEK if seconds >= HOUR else DAY):
        raise AlarmError(f"{periods} periods of {seconds} s are more than an alarm may look at")
    metric, statistic = stat["Metric"], _STATISTICS[stat["Stat"]]
    dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions") or [])
    values: list[list[float]] = [[] for _ in range(periods)]
    for point in points:
        same = (point.namespace, point.name) == (metric["Namespace"], metric["MetricName"])
        ago = int((now - point.at) / timedelta(seconds=seconds))
        if same and point.dimensions == dimensions and point.at <= now and ago < periods:
            values[periods - 1 - ago].append(point.value)
    return [statistic(found) if found else None for found in values]


def evaluate(expression: str, values: Mapping[str, float | None]) -> float | None:
    """A metric math expression of arithmetic, comparisons, IF and SUM(METRICS()) for one period.

    Raises AlarmError for anything else.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, values)
    except (SyntaxError, KeyError) as err:
        raise AlarmError(f"{expression!r} cannot be evaluated here: {err}") from err


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        return _apply(type(node.op), _value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Compare):
        ((step,), (right,)) = node.ops, node.comparators
        return _apply(type(step), _value(node.left, values), _value(right, values))
    if ast.unparse(node) == "SUM(METRICS())":
        present = [value for value in values.values() if value is not None]
        return sum(present) if present else None
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "IF":
        condition, then, other = node.args
        chosen = _value(condition, values)
        return None if chosen is None else _value(then if chosen else other, values)
    raise AlarmError(f"{ast.unparse(node)} is not known here")


def _apply(step: type, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    return float(_OPERATORS[step](left, right))
