"""Requests to merge all late rows that wait; items of kind `settle`."""

from __future__ import annotations

from collections.abc import Iterable

from springtide.ledger.table import Ledger

_KIND = "settle"


def names(ledger: Ledger) -> tuple[str, ...]:
    """The requests that are not fulfilled."""
    return tuple(item["sk"] for item in ledger.items.query(_KIND))


def keep(ledger: Ledger, name: str) -> None:
    """Writes a request."""
    ledger.items.put(_KIND, name, {})


def done(ledger: Ledger, requests: Iterable[str]) -> None:
    """Removes requests that are fulfilled."""
    for name in requests:
        ledger.items.delete(_KIND, name)
