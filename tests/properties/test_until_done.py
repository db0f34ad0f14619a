"""Requests entries until all are done, where each call does only some of them."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springtide.aws import batches

MOST_IN_VAIN = 1 + len(batches.PAUSES)


@pytest.fixture(autouse=True, scope="module")
def no_pauses() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "PAUSES", (0.0,) * len(batches.PAUSES))
        yield


class Lazy:
    """Does some entries of each call, the last ones first, and none once the plan is over."""

    def __init__(self, plan: list[int]) -> None:
        self._plan = iter(plan)
        self.done: list[int] = []
        self.did: list[int] = []

    def ask(self, entries: list[int]) -> list[int]:
        count = min(next(self._plan, 0), len(entries))
        self.did.append(count)
        self.done += entries[len(entries) - count :]
        return entries[: len(entries) - count]


entries = st.lists(st.integers(), unique=True, max_size=8)
plans = st.lists(st.integers(0, 3) | st.just(0), max_size=30)


@given(entries, plans)
def test_every_entry_is_done_once_or_is_left(items: list[int], plan: list[int]) -> None:
    lazy = Lazy(plan)
    left = batches.until_done(items, lazy.ask)
    assert sorted(lazy.done + left) == sorted(items)
    assert left == [item for item in items if item in left]


@given(entries, plans)
def test_it_gives_up_after_a_number_of_tries_without_progress(
    items: list[int], plan: list[int]
) -> None:
    lazy = Lazy(plan)
    left = batches.until_done(items, lazy.ask)
    in_vain = "".join("." if count else "0" for count in lazy.did)
    assert ("0" * MOST_IN_VAIN in in_vain) == bool(left)
    assert in_vain.endswith("0" * MOST_IN_VAIN) == bool(left)
    assert len(lazy.did) <= MOST_IN_VAIN * (len(items) + 1)
