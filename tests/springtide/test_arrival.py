from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springtide.model.arrival import ArrivalHour, parse_moment

hours = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1)).map(
    lambda d: ArrivalHour.of(d.replace(tzinfo=UTC))
)


@given(hours)
def test_text_and_path_lead_back_to_the_hour(hour: ArrivalHour) -> None:
    assert ArrivalHour.parse(str(hour)) == hour
    assert ArrivalHour.of_key(f"raw/{hour.path}/a.gz", "raw/") == hour


@given(hours, hours)
def test_paths_and_texts_sort_as_time_does(one: ArrivalHour, other: ArrivalHour) -> None:
    assert (one < other) == (one.path < other.path) == (str(one) < str(other))


@pytest.mark.parametrize(
    "text",
    ["2020-07-01", "2020-07-01T24", "2020-02-30T00", "2020-07-01T00:00", "2020-7-1T0", "", "x"],
)
def test_anything_but_an_hour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hour"):
        ArrivalHour.parse(text)


@pytest.mark.parametrize(
    "key",
    ["2020/13/01/00/a", "2020/07/01/a", "x/2020/07/01/00/a", "2020/07/01/00", "2020/02/30/00/a"],
)
def test_key_outside_the_layout_has_no_hour(key: str) -> None:
    assert ArrivalHour.of_key(key, "") is None


def test_hours_follow_each_other_over_new_year_and_leap_day() -> None:
    assert str(ArrivalHour.parse("2019-12-31T23").plus(1)) == "2020-01-01T00"
    assert str(ArrivalHour.parse("2020-02-28T23").plus(1)) == "2020-02-29T00"


def test_moment_without_offset_is_refused() -> None:
    assert parse_moment("2026-11-23T01:24:53.120Z").hour == 1
    with pytest.raises(ValueError, match="no offset"):
        parse_moment("2026-11-23T01:24:53")
