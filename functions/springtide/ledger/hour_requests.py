"""Requested ranges of arrival hours that no run has looked through yet; items of kind `request`."""

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class HourRequest(TypedDict):
    """An item of kind `request`."""

    sk: NotRequired[str]  # set when read: the request's execution, or `layout-` and a time
    first: str  # arrival hour; moves forward as the range is looked through
    last: str  # arrival hour, in the range


_KIND = "request"


def read(ledger: Ledger) -> Iterator[HourRequest]:
    """The unfinished requests, by name."""
    return ledger.items.query(_KIND)


def keep(ledger: Ledger, name: str, first: str, last: str) -> None:
    """Writes a request, or what is left of it."""
    item: HourRequest = {"first": first, "last": last}
    ledger.items.put(_KIND, name, item)


def done(ledger: Ledger, name: str) -> None:
    """Removes a request that was looked through."""
    ledger.items.delete(_KIND, name)
