from hypothesis import given
from hypothesis import strategies as st
from springtide.arrivals.landing import LandedObject, fingerprint, total_bytes
from springtide.arrivals.slicing import MAX_SLICE_HOURS, Candidate, choose, cut
from springtide.model.arrival import ArrivalHour

START = ArrivalHour.parse("2020-02-28T20")
sizes = st.lists(st.integers(0, 40), min_size=1, max_size=4)


def candidate(number: int, objects: list[int], max_hours: int) -> Candidate:
    hour = START.plus(number)
    landed = tuple(LandedObject(f"{hour}/k{i}", s, "e") for i, s in enumerate(objects))
    return Candidate(hour, landed, max_hours)


candidates = st.lists(st.tuples(sizes, st.sampled_from([1, 2, MAX_SLICE_HOURS])), max_size=8).map(
    lambda items: [candidate(n, objects, most) for n, (objects, most) in enumerate(items)]
)


@given(candidates, st.integers(1, 400))
def test_slices_take_every_object_once_and_in_order(items: list[Candidate], most: int) -> None:
    taken = [each for choice in cut(iter(items), most) for each in choice.taken]

    assert [o for each in taken for o in each.objects] == [o for i in items for o in i.objects]
    assert [t.hour for t in taken] == sorted(t.hour for t in taken)


@given(candidates, st.integers(1, 400))
def test_slice_keeps_within_its_bytes_and_hours(items: list[Candidate], most: int) -> None:
    for choice in cut(iter(items), most):
        objects = [item for each in choice.taken for item in each.objects]
        assert total_bytes(objects) <= most or len(choice.taken) == 1
        assert len(choice.taken) <= min(each.max_hours for each in choice.taken)


@given(candidates, st.integers(1, 400))
def test_what_is_left_is_what_the_next_slice_begins_with(items: list[Candidate], most: int) -> None:
    choice = choose(iter(items), most)
    hours = [each.hour for each in choice.taken]
    if choice.left is None:
        assert hours == [item.hour for item in items]
    else:
        assert choice.left.hour == hours[-1].plus(1)


@given(candidates, st.integers(1, 400))
def test_slices_are_cut_as_turns_would_choose_them(items: list[Candidate], most: int) -> None:
    chosen = []
    left = list(items)
    while left:
        choice = choose(iter(left), most)
        chosen.append(choice.taken)
        del left[: len(choice.taken)]

    assert [choice.taken for choice in cut(iter(items), most)] == chosen


listed = st.lists(
    st.builds(
        LandedObject,
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1),
        st.integers(0, 2**40),
        st.text("0123456789abcdef-", min_size=1, max_size=34),
    ),
    unique_by=lambda item: item.key,
    min_size=1,
    max_size=6,
)


@given(listed, st.data())
def test_fingerprint_changes_with_any_change_of_the_listing(
    items: list[LandedObject], data: st.DataObject
) -> None:
    before = fingerprint(items)
    one = data.draw(st.sampled_from(items))
    rest = [item for item in items if item is not one]
    for changed in (
        one._replace(key=one.key + "'"),
        one._replace(size=one.size + 1),
        one._replace(etag=one.etag + "0"),
    ):
        assert fingerprint([*rest, changed]) != before
    assert fingerprint(rest) != before
    assert fingerprint([*rest, one]) == before
    assert fingerprint([*rest, one._replace(storage_class="GLACIER")]) == before
