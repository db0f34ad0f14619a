"""Requests to merge all late rows that wait; items of kind `settle`."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class SettleRequest(TypedDict):
    """An item of kind `settle`; it has no fields of its own."""

    sk: NotRequired[str]  # set when read: the name of the request's execution


_KIND = "settle"


def names(ledger: Ledger) -> tuple[str, ...]:
    """The names of the unfulfilled requests."""
    items: Iterable[SettleRequest] = ledger.items.query(_KIND)
    return tuple(item["sk"] for item in items)


def keep(ledger: Ledger, name: str) -> None:
    """Writes a request."""
    item: SettleRequest = {}
    ledger.items.put(_KIND, name, item)


def done(ledger: Ledger, requests: Iterable[str]) -> None:
    """Removes fulfilled requests."""
    for name in requests:
        ledger.items.delete(_KIND, name)
