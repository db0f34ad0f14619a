"""Ranges of arrival hours that a person has requested, and that no run has looked through yet.

Items of kind `request`: `first` moves on as the range is looked through.
"""

from __future__ import annotations

from collections.abc import Iterator

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KIND = "request"


def read(ledger: Ledger) -> Iterator[Item]:
    """The requests that are not done, by name."""
    return ledger.items.query(_KIND)


def keep(ledger: Ledger, name: str, first: str, last: str) -> None:
    """Writes a request, or what is left of it."""
    ledger.items.put(_KIND, name, {"first": first, "last": last})


def done(ledger: Ledger, name: str) -> None:
    """Removes a request that was looked through."""
    ledger.items.delete(_KIND, name)
