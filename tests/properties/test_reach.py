"""Which partitions of `events` a derived table's rows look at, and which of it they touch."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from springtide.dataset.declaration import Derived
from springtide.dataset.reach import reached_by, read_by
from springtide.model.partitions import GRAINS, Partition, around, hours_of

EDGES = [
    datetime(2020, 2, 28, 23), datetime(2020, 2, 29, 0), datetime(2020, 2, 29, 23),
    datetime(2020, 3, 1, 0), datetime(2019, 2, 28, 23), datetime(2100, 3, 1, 0),
    datetime(2019, 12, 31, 23), datetime(2020, 1, 1, 0), datetime(2020, 10, 25, 1),
]  # fmt: skip
moments = st.sampled_from(EDGES) | st.datetimes(datetime(1971, 1, 1), datetime(9998, 1, 1))
reaches = st.sampled_from([0, 1, 20, 59, 60, 61, 120, 1439, 1441]) | st.integers(0, 3000)
# Of `events`, and of a table made of it.
grains = st.sampled_from([("hour", "hour"), ("hour", "day"), ("day", "day")])


def partition(moment: datetime, grain: str) -> Partition:
    return (f"{moment:%Y-%m-%d}", f"{moment:%H}")[: len(GRAINS[grain])]


def derived(grain: str, before: int, after: int) -> Derived:
    return Derived("t", ("k",), before, (), "", "", after, grain)


@given(moments, st.sampled_from([*GRAINS]))
def test_hours_of_a_partition_are_those_that_lie_in_it(moment: datetime, grain: str) -> None:
    found = hours_of(partition(moment, grain))
    assert {partition(hour, grain) for hour in found} == {partition(moment, grain)}
    assert moment.replace(minute=0, second=0, microsecond=0) in found
    # No hour of local time is missing or doubled.
    stamps = [hour.replace(tzinfo=UTC).timestamp() for hour in found]
    assert [b - a for a, b in pairwise(stamps)] == [3600] * (len(found) - 1)
    assert len(found) == {"hour": 1, "day": 24}[grain]


@given(st.lists(moments, min_size=1, max_size=4), grains, reaches, reaches)
def test_what_is_built_is_read_each_partition_once_and_in_order(
    built: list[datetime], of: tuple[str, str], before: int, after: int
) -> None:
    wanted = [partition(moment, of[1]) for moment in built]
    read = read_by(derived(of[1], before, after), of[0], wanted)
    assert {near for each in wanted for near in around(each, 0, 0, of[0])} <= set(read)
    assert read == sorted(set(read))


@given(moments, grains, reaches, reaches, st.floats(-1, 1, exclude_min=True, exclude_max=True))
@example(datetime(2020, 3, 1, 0), ("hour", "hour"), 1, 0, -0.5)
@example(datetime(2020, 2, 29, 23, 59), ("hour", "hour"), 0, 1, 0.99)
@example(datetime(2020, 1, 1, 0), ("day", "day"), 60, 0, -0.5)
def test_all_that_a_row_looks_at_is_read_and_touches_it(
    moment: datetime, of: tuple[str, str], before: int, after: int, share: float
) -> None:
    looked_at = moment + timedelta(minutes=before if share < 0 else after) * share
    table = derived(of[1], before, after)
    assert partition(looked_at, of[0]) in read_by(table, of[0], [partition(moment, of[1])])
    assert partition(moment, of[1]) in reached_by(table, [partition(looked_at, of[0])])


@given(moments, grains, reaches, reaches)
@example(datetime(2020, 3, 1, 0), ("hour", "hour"), 20, 0)
@example(datetime(2019, 3, 1, 0), ("hour", "day"), 0, 20)
@example(datetime(2020, 1, 1, 0), ("hour", "hour"), 61, 0)
def test_nothing_is_read_that_no_row_looks_at(
    moment: datetime, of: tuple[str, str], before: int, after: int
) -> None:
    built = partition(moment, of[1])
    within = hours_of(built)
    first = within[0] - timedelta(minutes=before)
    last = within[-1] + timedelta(hours=1, minutes=after)
    for read in read_by(derived(of[1], before, after), of[0], [built]):
        hours = hours_of(read)
        assert hours[-1] + timedelta(hours=1) > first
        assert hours[0] < last


@given(moments, grains, reaches, reaches)
def test_partitions_to_build_are_exactly_those_that_read_what_was_touched(
    moment: datetime, of: tuple[str, str], before: int, after: int
) -> None:
    table, touched = derived(of[1], before, after), partition(moment, of[0])
    near = around(touched, 75, 75, of[1])
    to_build = reached_by(table, [touched])
    assert to_build == [each for each in near if touched in read_by(table, of[0], [each])]


def test_day_that_is_retried_reaches_no_hourly_table() -> None:
    day: Partition = ("2020-02-29",)
    assert reached_by(derived("day", 60, 0), [day]) == [day, ("2020-03-01",)]
    assert reached_by(derived("hour", 60, 0), [day]) == []
