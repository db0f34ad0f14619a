"""Cutting long lists for APIs that take only so many entries a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Tuples of `size` items in order, the last one maybe shorter.

    `itertools.batched` of Python 3.12, which a local Python 3.11 lacks.
    """
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch
