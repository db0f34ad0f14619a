"""Splits long lists for APIs that limit a call's entries, or process only some of them."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# Seconds between tries without progress; a function's time-out leaves room for several calls.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)


def batched(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Tuples of `size` items in order; the last may be shorter.

    `itertools.batched` came with Python 3.12; a local Python 3.11 lacks it.
    """
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch


def until_done(entries: Iterable[T], ask: Callable[[list[T]], list[T]]) -> list[T]:
    """Calls `ask` with the entries until none is left; it returns those that were not processed.

    Returns what is left after as many tries in a row without progress as there are PAUSES.
    """
    left, tries = list(entries), 0
    while left:
        rest = ask(left)
        tries = 0 if len(rest) < len(left) else tries + 1
        if tries > len(PAUSES):
            return rest
        if rest:
            time.sleep(PAUSES[max(tries - 1, 0)])
        left = rest
    return []
