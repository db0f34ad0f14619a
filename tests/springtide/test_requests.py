from datetime import UTC, datetime
from typing import Any

import pytest
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import InvalidInputError
from springtide.requests import run_input

NOW = datetime(2020, 7, 14, 12, 30, tzinfo=UTC)
START_FROM = ArrivalHour.parse("2020-01-01T00")


def parse(document: Any) -> run_input.Request:
    return run_input.parse(document, START_FROM, NOW)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"scheduled_time": "2020-07-14T12:25:00Z"},
        {"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "x"},
    ],
)
def test_input_without_a_request_means_what_is_pending(document: dict[str, str]) -> None:
    assert parse(document) is None


def test_late_rows_are_merged_alone_or_after_hours_that_are_looked_at() -> None:
    assert parse({"settle": True}) == run_input.Settle(None)
    asked = parse({"settle": True, "all": True})
    assert asked == run_input.Settle(run_input.Hours(START_FROM, ArrivalHour.of(NOW)))
    with pytest.raises(InvalidInputError, match="settle: 'yes' is not true"):
        parse({"settle": "yes"})


def test_all_reaches_from_the_start_to_the_current_hour() -> None:
    request = parse({"all": True})
    assert request == (START_FROM, ArrivalHour.parse("2020-07-14T12"))


def test_retry_is_of_all_that_is_held_or_of_named_hours() -> None:
    hour = ArrivalHour.parse("2020-07-01T05")
    assert parse({"retry": True}) == run_input.Retry(None)
    assert parse({"retry": ["2020-07-01T05"]}) == run_input.Retry((hour,))


def test_rebuild_is_of_event_hours_half_open() -> None:
    hours = {"from": "2020-07-13T00", "to": "2020-07-14T00"}
    rebuild = parse({"rebuild": hours, "scheduled_time": "2020-07-14T12:25:00Z"})
    assert isinstance(rebuild, run_input.Rebuild)
    assert (str(rebuild.first), str(rebuild.last)) == ("2020-07-13T00", "2020-07-13T23")


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"from": "2020-07-01T00"}, "to"),
        ({"to": "2020-07-01T00"}, "from"),
        ({"from": "2020-07-01T00:30", "to": "2020-07-02T00"}, "from"),
        ({"from": "2020-07-02T00", "to": "2020-07-01T00"}, "to"),
        ({"from": "2020-07-02T00", "to": "2020-07-02T00"}, "to"),
        ({"from": "2020-07-02T00", "to": "2021-07-02T00"}, "to"),
        ({"from": "1999-07-02T00", "to": "2020-07-02T00"}, "from"),
        ({"retry": ["2020-07-02"]}, "retry"),
        ({"rebuild": {"from": "2020-07-02T00"}}, "rebuild.to"),
        ({"rebuild": {"from": "2020-07-02T00", "to": "2020-07-02T00"}}, "rebuild.to"),
        ({"rebuild": {"from": "1999-07-02T00", "to": "2020-07-03T00"}}, "rebuild.from"),
        ({"rebuild": {"from": "2020-07-02T00", "to": "2021-07-03T00"}}, "rebuild.to"),
        ({"rebuild": {"from": "2020-07-02T00", "to": "2020-07-03T00", "by": 1}}, "rebuild.by"),
    ],
)
def test_bad_input_is_refused_by_the_field_s_name(document: Any, names: str) -> None:
    with pytest.raises(InvalidInputError, match=names):
        parse(document)
