from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from springtide.model.arrival import ArrivalHour, parse_moment

moments = st.datetimes(timezones=st.just(UTC))
hours = moments.map(ArrivalHour.of)
SEPARATORS = st.sampled_from(["/", "-", "T", "\\", "%2F", ":"])
DIGITS = st.text(st.characters(categories=["Nd"]), min_size=1, max_size=5)


@given(hours)
def test_text_and_key_lead_back_to_any_hour_of_the_calendar(hour: ArrivalHour) -> None:
    assert ArrivalHour.parse(str(hour)) == hour
    assert ArrivalHour.of_key(f"raw/{hour.path}/a.gz", "raw/") == hour
    assert (len(str(hour)), len(hour.path)) == (13, 13)


@given(hours, hours)
def test_texts_and_paths_sort_as_time_does(one: ArrivalHour, other: ArrivalHour) -> None:
    assert (one < other) == (str(one) < str(other)) == (one.path < other.path)


@given(moments)
def test_moment_lies_in_its_hour(moment: datetime) -> None:
    hour = ArrivalHour.of(moment)
    assert hour.start <= moment
    assert moment - hour.start < timedelta(hours=1)


@given(st.text(max_size=20))
def test_text_is_an_hour_only_if_it_is_written_so(text: str) -> None:
    try:
        hour = ArrivalHour.parse(text)
    except ValueError:
        return
    assert str(hour) == text


@given(DIGITS, DIGITS, DIGITS, DIGITS, SEPARATORS, st.text(max_size=5))
def test_key_has_an_hour_only_below_that_hour_s_own_prefix(
    year: str, month: str, day: str, hour: str, separator: str, rest: str
) -> None:
    for key in (f"{year}/{month}/{day}{separator}{hour}/{rest}", f"{year}/07/13/0{hour}/{rest}"):
        found = ArrivalHour.of_key(key, "")
        assert found is None or key.startswith(f"{found.path}/")


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_moment_is_the_same_in_every_offset(moment: datetime, minutes: int) -> None:
    sign, (hours_, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    written = f"{moment.isoformat()}{sign}{hours_:02d}:{rest:02d}"
    assert parse_moment(written) == (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
