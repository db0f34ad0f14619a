from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import InvalidInputError
from springtide.requests import run_input

START, NOW = ArrivalHour.parse("2000-01-01T00"), datetime(2026, 7, 14, 12, 30, tzinfo=UTC)
hours = st.datetimes(datetime(2000, 1, 1), datetime(2026, 7, 14, 13)).map(
    lambda moment: ArrivalHour.of(moment.replace(tzinfo=UTC))
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["from", "to", "all", "retry", "rebuild", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(hours, hours)
def test_range_requests_exactly_its_hours(one: ArrivalHour, other: ArrivalHour) -> None:
    first, end = min(one, other), max(one, other).plus(1)
    if end > ArrivalHour.of(NOW).plus(1):
        end = ArrivalHour.of(NOW).plus(1)
    given_hours = {"from": str(first), "to": str(end)}

    asked = run_input.parse(given_hours, START, NOW)
    rebuilt = run_input.parse({"rebuild": given_hours}, START, NOW)

    assert isinstance(asked, run_input.Hours)
    assert isinstance(rebuilt, run_input.Rebuild)
    assert (asked.first, asked.last.end) == (rebuilt.first, rebuilt.last.end) == (first, end.start)
    assert asked.last.start - asked.first.start >= timedelta(0)


@given(documents)
def test_any_other_input_is_refused_with_a_short_message(document: Any) -> None:
    try:
        asked = run_input.parse(document, START, NOW)
    except InvalidInputError as err:
        assert 0 < len(str(err)) < 1_000
        return
    assert isinstance(document, dict)
    assert (asked is None) == (not document)
