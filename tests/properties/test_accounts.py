"""Accounts of arrival hours: sums of parts, and names of unread objects that fit."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger.line_account import total
from springtide.model.documents import HourCounts
from springtide.model.unread import MAX_NAMES_BYTES, bounded, unread_objects

counters = st.dictionaries(st.sampled_from(["a", "b", "ž'"]), st.integers(1, 10**12), max_size=3)
# A key has 1,024 bytes at most; many of these fill what is kept.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
names = st.tuples(texts, st.integers(1, 250)).map(lambda pair: (pair[0] * pair[1])[:1024])
entries = st.fixed_dictionaries({"key": names, "reason": texts})


def account(
    accepted: int, rejected: dict[str, int], late: dict[str, int], unread: list[Any], more: int
) -> HourCounts:
    made: HourCounts = {
        "lines": accepted + sum(rejected.values()), "accepted": accepted, "rejected": rejected,
        "late": late, "misfits": {}, "unread": unread,
    }  # fmt: skip
    if more:
        made["unread_more"] = more
    return made


accounts = st.builds(
    account,
    st.integers(0, 10**12),
    counters,
    counters,
    st.lists(entries, max_size=3),
    st.integers(0, 5),
)
many = st.lists(accounts, max_size=6)


@given(many, st.lists(st.integers(0, 6)))
def test_sum_does_not_depend_on_the_parts_in_which_it_is_counted(
    items: list[HourCounts], cuts: list[int]
) -> None:
    ends = [0, *sorted(min(cut, len(items)) for cut in cuts), len(items)]
    parts = [total(items[start:end]) for start, end in pairwise(ends)]
    assert total(parts) == total(items)


@given(many, st.randoms())
def test_numbers_do_not_depend_on_the_order(items: list[HourCounts], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    one, other = total(items), total(shuffled)
    assert {**one, "unread": len(one["unread"])} == {**other, "unread": len(other["unread"])}


@given(many)
def test_every_line_of_a_sum_is_accepted_or_rejected(items: list[HourCounts]) -> None:
    summed = total(items)
    assert summed["lines"] == summed["accepted"] + sum(summed["rejected"].values())
    assert summed["lines"] == sum(item["lines"] for item in items)
    assert unread_objects(summed) == sum(unread_objects(item) for item in items)
    assert summed.get("unread_more", 0) == sum(i.get("unread_more", 0) for i in items)


@given(st.lists(entries, max_size=9), st.integers(1, 60), st.integers(0, 5))
def test_names_that_are_kept_are_the_first_that_fit_and_all_others_are_counted(
    few: list[Any], times: int, more: int
) -> None:
    unread = few * times
    before = account(1, {"a": 2}, {}, unread, more)

    after = bounded(before)

    kept = after["unread"]
    sizes = [len((entry["key"] + entry["reason"]).encode()) for entry in unread]
    assert kept == unread[: len(kept)]
    assert sum(sizes[: len(kept)]) <= MAX_NAMES_BYTES
    assert len(kept) == len(unread) or sum(sizes[: len(kept) + 1]) > MAX_NAMES_BYTES
    assert unread_objects(after) == unread_objects(before)
    assert bounded(after) == after
    assert {**after, "unread": 0, "unread_more": 0} == {**before, "unread": 0, "unread_more": 0}
