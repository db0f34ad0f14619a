from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from springtide.model.arrival import ArrivalHour, parse_moment

moments = st.datetimes(timezones=st.just(UTC))
hours = moments.map(ArrivalHour.of)


@given(hours)
def test_text_leads_back_to_any_hour_of_the_calendar(hour: ArrivalHour) -> None:
    assert ArrivalHour.parse(str(hour)) == hour
    assert len(str(hour)) == 13


@given(hours, hours)
def test_texts_sort_as_time_does(one: ArrivalHour, other: ArrivalHour) -> None:
    assert (one < other) == (str(one) < str(other))


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


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_moment_is_the_same_in_every_offset(moment: datetime, minutes: int) -> None:
    sign, (hours_, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    written = f"{moment.isoformat()}{sign}{hours_:02d}:{rest:02d}"
    assert parse_moment(written) == (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
