import pytest
from springtide.model.arrival import ArrivalHour, parse_moment


@pytest.mark.parametrize(
    "text",
    ["2020-07-01", "2020-07-01T24", "2020-02-30T00", "2020-07-01T00:00", "2020-7-1T0", "", "x"],
)
def test_anything_but_an_hour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hour"):
        ArrivalHour.parse(text)


def test_hours_follow_each_other_over_new_year_and_leap_day() -> None:
    assert str(ArrivalHour.parse("2019-12-31T23").plus(1)) == "2020-01-01T00"
    assert str(ArrivalHour.parse("2020-02-28T23").plus(1)) == "2020-02-29T00"


def test_moment_without_offset_is_refused() -> None:
    assert parse_moment("2026-11-23T01:24:53.120Z").hour == 1
    with pytest.raises(ValueError, match="no offset"):
        parse_moment("2026-11-23T01:24:53")
