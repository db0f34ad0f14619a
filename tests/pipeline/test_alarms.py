"""The stack's alarms over what offline runs emit: when they go off, and when they do not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests import cloudwatch
from tests.cloudwatch import Datapoint
from tests.pipeline.alarms import ALARM, INSUFFICIENT_DATA, OK, AlarmError, evaluate, state_of
from tests.pipeline.holding import hold
from tests.pipeline.rig import Rig, event
from tests.pipeline.watching import alarms_of

HOUR = timedelta(hours=1)
SCHEDULE = {"ScheduleState": "ENABLED", "AlarmPendingHours": "2", "AlarmRejectShare": "0.25"}


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A stack that has published one clean hour."""
    with Rig(tmp_path_factory.mktemp("alarms"), SCHEDULE) as it:
        it.land("2020/07/13/00/a.gz", *(event(n) for n in range(4)))
        it.run()
        yield it


def states(it: Rig, points: list[Datapoint], now: datetime, before: str = OK) -> dict[str, str]:
    return {name: state_of(alarm, points, now, before) for name, alarm in alarms_of(it).items()}


def going_off(it: Rig, points: list[Datapoint], now: datetime, before: str = OK) -> set[str]:
    return {name for name, state in states(it, points, now, before).items() if state == ALARM}


def with_value(points: list[Datapoint], name: str, value: float) -> list[Datapoint]:
    """The points, the last one of a metric with another value."""
    last = max(n for n, point in enumerate(points) if point.name == name)
    return [*points[:last], replace(points[last], value=value), *points[last + 1 :]]


def test_clean_run_sets_no_alarm_off_whatever_came_before(it: Rig) -> None:
    now = datetime.now(UTC)
    assert going_off(it, cloudwatch.datapoints(it.machine), now) == set()
    assert going_off(it, cloudwatch.datapoints(it.machine), now, before=ALARM) == set()


def test_stack_on_schedule_that_publishes_nothing_goes_off_after_its_hours(it: Rig) -> None:
    points, now = cloudwatch.datapoints(it.machine), datetime.now(UTC)
    assert going_off(it, points, now + 5 * HOUR) == set()
    assert going_off(it, points, now + 7 * HOUR) == {"nothing-published"}
    idle = [replace(p, at=now + 6 * HOUR, value=0) for p in points if p.name.endswith("Published")]
    assert going_off(it, [*points, *idle], now + 7 * HOUR) == {"nothing-published"}


def test_alarms_that_wait_for_news_stay_as_they_were_without_any(it: Rig) -> None:
    later = datetime.now(UTC) + 2 * HOUR
    found = states(it, cloudwatch.datapoints(it.machine), later, before=ALARM)
    waiting = {"quarantine-share", "oldest-pending", "held-hours", "crawl-failed"}
    assert {name for name, state in found.items() if state == ALARM} == waiting


@pytest.mark.parametrize(
    ("metric", "alarm"), [("OldestPendingSeconds", "oldest-pending"), ("HeldHours", "held-hours")]
)
def test_alarm_goes_out_after_a_good_run_within_the_hour_of_a_bad_one(
    it: Rig, metric: str, alarm: str
) -> None:
    points = cloudwatch.datapoints(it.machine)
    good = next(p for p in reversed(points) if p.name == metric)
    bad = replace(good, at=good.at - timedelta(minutes=20), value=1_000_000)
    points = [*points, bad]
    assert alarm in going_off(it, points, good.at + timedelta(minutes=30), before=ALARM)
    assert alarm not in going_off(it, points, good.at + timedelta(minutes=41), before=ALARM)


@pytest.mark.parametrize(
    ("metric", "fine", "too_much", "alarm"),
    [
        ("OldestPendingSeconds", 7200, 7201, "oldest-pending"),
        ("ScannedBytes", 10**12, 2 * 10**12, "scan-budget"),
        ("CrawlsFailed", 0, 1, "crawl-failed"),
    ],
)
def test_threshold(it: Rig, metric: str, fine: float, too_much: float, alarm: str) -> None:
    points, now = cloudwatch.datapoints(it.machine), datetime.now(UTC)
    assert going_off(it, with_value(points, metric, fine), now) == set()
    assert going_off(it, with_value(points, metric, too_much), now) == {alarm}


def test_rejects_held_hours_and_failures_go_off_each_by_itself(it: Rig) -> None:
    it.land("2020/07/13/01/a.gz", event(9), *["broken"] * 3)
    it.run()
    assert going_off(it, cloudwatch.datapoints(it.machine), datetime.now(UTC)) == {
        "quarantine-share"
    }

    hold(it, "2020-07-13T02", also="2020-07-13T03")
    assert going_off(it, cloudwatch.datapoints(it.machine), datetime.now(UTC)) == {
        "quarantine-share",
        "held-hours",
    }

    it.fail("InvalidInputError", {"retry": "no hour"})
    assert "run-failed" in going_off(it, cloudwatch.datapoints(it.machine), datetime.now(UTC))


def test_function_beside_the_run_that_fails_goes_off(it: Rig) -> None:
    before = len(cloudwatch.datapoints(it.machine))
    with pytest.raises(AssertionError, match="InvalidInputError"):
        it.invoke("poll_crawler", {})
    errors = cloudwatch.datapoints(it.machine)[before - len(cloudwatch.datapoints(it.machine)) :]
    assert errors
    assert "side-function" in going_off(it, cloudwatch.datapoints(it.machine), datetime.now(UTC))


# ------------------------------------------------------------- the evaluation itself

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def alarm(**changes: object) -> dict[str, object]:
    return {
        "AlarmName": "one",
        "Namespace": "N",
        "MetricName": "M",
        "Dimensions": [],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **changes,
    }


def points(*minutes_and_values: tuple[float, float]) -> list[Datapoint]:
    return [
        Datapoint("N", "M", frozenset(), value, "Count", NOW - timedelta(minutes=ago), "")
        for ago, value in minutes_and_values
    ]


@pytest.mark.parametrize(
    ("changes", "given", "state"),
    [
        ({}, [(0.5, 2), (1.5, 2), (2.5, 2)], ALARM),
        ({}, [(0.5, 2), (1.5, 1), (2.5, 2)], OK),
        ({}, [(0.5, 1), (0.6, 1), (1.5, 2), (2.5, 2)], ALARM),
        ({"Statistic": "Maximum"}, [(0.5, 1), (0.6, 1), (1.5, 2), (2.5, 2)], OK),
        ({"DatapointsToAlarm": 2}, [(0.5, 2), (1.5, 1), (2.5, 2)], ALARM),
        ({}, [(3.5, 2)], INSUFFICIENT_DATA),
        ({"TreatMissingData": "breaching"}, [(0.5, 2)], ALARM),
        ({"TreatMissingData": "notBreaching"}, [(0.5, 2)], OK),
        ({"TreatMissingData": "ignore"}, [], "as before"),
    ],
)
def test_state_by_periods(
    changes: dict[str, object], given: list[tuple[float, float]], state: str
) -> None:
    assert state_of(alarm(**changes), points(*given), NOW, "as before") == state


def test_alarm_that_looks_back_too_far_is_refused() -> None:
    with pytest.raises(AlarmError, match="1441 periods of 60 s"):
        state_of(alarm(EvaluationPeriods=1441), [], NOW)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a / b", 0.5),
        ("IF(b > 0, a / b, 0)", 0.5),
        ("IF(a > 1, a / b, 0)", 0),
        ("SUM(METRICS())", 3),
        ("c / 1", None),
    ],
)
def test_expression(expression: str, value: float | None) -> None:
    assert evaluate(expression, {"a": 1, "b": 2, "c": None}) == value


@pytest.mark.parametrize("expression", ["RATE(a)", "x", "a +", "a if b else c"])
def test_expression_that_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises(AlarmError):
        evaluate(expression, {"a": 1, "b": 2, "c": None})
