"""Requests to merge all late rows that wait; items of kind `settle`."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class SettleRequest(TypedDict):
    """An item of kind `settle`: that it is there says all."""

    sk: NotRequired[str]  # the name of the request's execution, in what was read


_KIND = "settle"


def names(ledger: Ledger) -> tuple[str, ...]:
    """The requests that are not fulfilled."""
    items: Iterable[SettleRequest] = ledger.items.query(_KIND)
    return tuple(item["sk"] for item in items)


def keep(ledger: Ledger, name: str) -> None:
    """Writes a request."""
    item: SettleRequest = {}
    ledger.items.put(_KIND, name, item)


def done(ledger: Ledger, requests: Iterable[str]) -> None:
    """Removes requests that are fulfilled."""
    for name in requests:
        ledger.items.delete(_KIND, name)
