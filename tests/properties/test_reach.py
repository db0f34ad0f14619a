"""Which event hours a derived table's window reads, and which it touches."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from springtide.dataset.declaration import Derived
from springtide.model.partitions import Partition
from springtide.sql.derive import neighbours, read_hours

EDGES = [
    datetime(2020, 2, 28, 23), datetime(2020, 2, 29, 0), datetime(2020, 2, 29, 23),
    datetime(2020, 3, 1, 0), datetime(2019, 2, 28, 23), datetime(2100, 3, 1, 0),
    datetime(2019, 12, 31, 23), datetime(2020, 1, 1, 0), datetime(2020, 10, 25, 1),
]  # fmt: skip
moments = st.sampled_from(EDGES) | st.datetimes(datetime(1971, 1, 1), datetime(9998, 1, 1))
reaches = st.sampled_from([0, 1, 20, 59, 60, 61, 120, 1439, 1441]) | st.integers(0, 3000)


def partition(moment: datetime) -> Partition:
    return f"{moment:%Y-%m-%d}", f"{moment:%H}"


def start(hour: Partition) -> datetime:
    return datetime.fromisoformat("T".join(hour))


def derived(minutes: int) -> Derived:
    return Derived("t", ("k",), minutes, (), "", "")


hours = moments.map(partition)


@given(hours, st.integers(-50, 50))
def test_neighbour_is_that_many_hours_away_and_has_the_hour_as_its_own(
    hour: Partition, offset: int
) -> None:
    (near,) = neighbours(hour, [offset])
    assert (start(near) - start(hour)) == timedelta(hours=offset)
    assert near == partition(start(near))
    assert neighbours(near, [-offset]) == [hour]
    # No hour of local time is missing or doubled.
    stamps = [start(each).replace(tzinfo=UTC).timestamp() for each in (hour, near)]
    assert stamps[1] - stamps[0] == 3600 * offset


@given(st.lists(hours, min_size=1, max_size=4), reaches)
def test_what_is_built_is_read_each_hour_once_and_in_order(
    built: list[Partition], minutes: int
) -> None:
    read = read_hours(derived(minutes), built)
    assert set(built) <= set(read)
    assert read == sorted(set(read))


@given(moments, reaches, st.floats(0, 1, exclude_max=True))
@example(datetime(2020, 3, 1, 0), 1, 0.0)
@example(datetime(2020, 1, 1, 0), 60, 0.0)
def test_everything_that_a_window_looks_back_on_is_read(
    moment: datetime, minutes: int, share: float
) -> None:
    looked_at = moment - timedelta(minutes=minutes) * share
    assert partition(looked_at) in read_hours(derived(minutes), [partition(moment)])


@given(hours, reaches)
@example(("2020-03-01", "00"), 20)
@example(("2019-03-01", "00"), 20)
@example(("2020-01-01", "00"), 61)
def test_no_hour_is_read_that_no_window_looks_back_on(hour: Partition, minutes: int) -> None:
    # The window (t - reach, t] of the hour's first moment reaches furthest.
    furthest = start(hour) - timedelta(minutes=minutes)
    for read in read_hours(derived(minutes), [hour]):
        assert start(read) + timedelta(hours=1) > furthest or read == hour
        assert read <= hour


@given(hours, reaches)
def test_hours_to_build_are_exactly_those_that_read_what_was_touched(
    hour: Partition, minutes: int
) -> None:
    table = derived(minutes)
    to_build = neighbours(hour, range(table.reach_hours + 1))
    around = neighbours(hour, range(-60, 61))
    assert to_build == [near for near in around if hour in read_hours(table, [near])]
