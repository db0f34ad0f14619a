"""Requested rebuilds of event hours, until each is done; items of kind `rebuild`."""

from collections.abc import Iterable, Iterator
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class RebuildRequest(TypedDict):
    """An item of kind `rebuild`."""

    sk: NotRequired[str]  # set when read: the name of the request's execution
    first: str  # event hour
    last: str  # event hour, in the range
    tries: NotRequired[int]  # how often it has failed
    failure: NotRequired[str]  # the name of the last error
    published: NotRequired[bool]  # True once one of its partitions may have been flipped
    moved: NotRequired[list[str]]  # other partitions that it changes, like 2020-07-13T05
    also: NotRequired[list[str]]  # arrival hours that it must read in addition


_KIND = "rebuild"


def read(ledger: Ledger) -> Iterator[RebuildRequest]:
    """The unfinished rebuilds, by name."""
    return ledger.items.query(_KIND)


def one(ledger: Ledger, name: str) -> RebuildRequest | None:
    """A rebuild's request, None if it is done or was given up."""
    return ledger.items.get(_KIND, name)


def keep(ledger: Ledger, name: str, first: str, last: str) -> None:
    """Writes a request."""
    item: RebuildRequest = {"first": first, "last": last}
    ledger.items.put(_KIND, name, item)


def drop(ledger: Ledger, name: str) -> None:
    """Removes a rebuild that is done or given up."""
    ledger.items.delete(_KIND, name)


def failed(ledger: Ledger, name: str, tries: int, failure: str) -> None:
    """Records how often an unfinished rebuild has failed, and the name of its last error."""
    ledger.items.set(_KIND, name, if_there=True, tries=tries, failure=failure)


def publishing(ledger: Ledger, name: str) -> None:
    """Records that a rebuild is published in part, before its first partition is flipped."""
    ledger.items.set(_KIND, name, if_there=True, published=True)


def moves(ledger: Ledger, name: str, partitions: Iterable[str]) -> None:
    """Records the other partitions whose keys change with a rebuild."""
    ledger.items.set(_KIND, name, moved=sorted(partitions))


def reads_also(ledger: Ledger, name: str, hours: list[str]) -> None:
    """Records the arrival hours that a rebuild must read in addition."""
    ledger.items.set(_KIND, name, also=hours)
