from hypothesis import given
from hypothesis import strategies as st
from springtide.arrivals.landing import LandedObject
from springtide.arrivals.slicing import Candidate, choose, cut
from springtide.model.arrival import ArrivalHour

START = ArrivalHour.parse("2020-07-01T00")


def candidate(offset: int, *sizes: int, max_hours: int = 99) -> Candidate:
    objects = tuple(LandedObject(f"k{i:03d}", size, "e") for i, size in enumerate(sizes))
    return Candidate(START.plus(offset), objects, max_hours)


def test_whole_hours_are_taken_until_the_slice_is_full() -> None:
    choice = choose(iter([candidate(0, 40), candidate(1, 50), candidate(2, 20)]), max_bytes=100)

    assert [taken.hour for taken in choice.taken] == [START, START.plus(1)]
    assert choice.left is not None
    assert choice.left.hour == START.plus(2)


def test_hour_larger_than_a_slice_is_taken_whole_and_alone() -> None:
    large = candidate(1, 60, 60, 60)

    before = choose(iter([candidate(0, 1), large, candidate(2, 1)]), max_bytes=100)
    choice = choose(iter([large, candidate(2, 1)]), max_bytes=100)

    assert [taken.hour for taken in before.taken] == [START]
    assert choice.taken == (large,)
    assert choice.left is not None
    assert choice.left.hour == START.plus(2)


def test_hours_that_failed_together_get_smaller_slices() -> None:
    failed = [candidate(n, 1, max_hours=2) for n in range(5)]

    choice = choose(iter(failed), max_bytes=100)

    assert len(choice.taken) == 2


@given(
    st.lists(st.lists(st.integers(0, 100), min_size=1, max_size=5), min_size=1, max_size=30),
    st.integers(1, 250),
)
def test_slices_are_cut_as_turns_would_choose_them(sizes: list[list[int]], max_bytes: int) -> None:
    waiting = [candidate(n, *each) for n, each in enumerate(sizes)]
    chosen = []
    left = list(waiting)
    while left:
        choice = choose(iter(left), max_bytes)
        chosen.append(choice.taken)
        del left[: len(choice.taken)]

    assert [choice.taken for choice in cut(iter(waiting), max_bytes)] == chosen
