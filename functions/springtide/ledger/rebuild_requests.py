"""Ranges of event hours that a person has had rebuilt, until each is.

Items of kind `rebuild`.
"""

from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class RebuildRequest(TypedDict):
    """An item of kind `rebuild`."""

    sk: NotRequired[str]  # the name of the request's execution, in what was read
    first: str  # event hour
    last: str  # event hour, in the range
    tries: NotRequired[int]  # how often it has failed
    failure: NotRequired[str]  # the name of the last error
    published: NotRequired[bool]  # True once a pointer of it may have been flipped
    moved: NotRequired[list[str]]  # other partitions that it changes, like 2020-07-13T05
    also: NotRequired[list[str]]  # arrival hours that it has to read besides


_KIND = "rebuild"


def read(ledger: Ledger) -> Iterator[RebuildRequest]:
    """The rebuilds that are not done, by name."""
    return ledger.items.query(_KIND)


def one(ledger: Ledger, name: str) -> RebuildRequest | None:
    """A rebuild, None if it is done or was given up."""
    return ledger.items.get(_KIND, name)


def keep(ledger: Ledger, name: str, first: str, last: str) -> None:
    """Writes a request."""
    item: RebuildRequest = {"first": first, "last": last}
    ledger.items.put(_KIND, name, item)


def drop(ledger: Ledger, name: str) -> None:
    """Removes a rebuild that is done or given up."""
    ledger.items.delete(_KIND, name)


def failed(ledger: Ledger, name: str, tries: int, failure: str) -> None:
    """Writes how often a rebuild that is not done has failed, and with which error last."""
    ledger.items.set(_KIND, name, if_there=True, tries=tries, failure=failure)


def publishing(ledger: Ledger, name: str) -> None:
    """Remembers, before the first pointer is flipped, that a rebuild is published in part."""
    ledger.items.set(_KIND, name, if_there=True, published=True)


def moves(ledger: Ledger, name: str, partitions: Iterable[str]) -> None:
    """Writes the partitions whose keys change with a rebuild."""
    ledger.items.set(_KIND, name, moved=sorted(partitions))


def reads_also(ledger: Ledger, name: str, hours: list[str]) -> None:
    """Writes the arrival hours that a rebuild has to read besides."""
    ledger.items.set(_KIND, name, also=hours)
