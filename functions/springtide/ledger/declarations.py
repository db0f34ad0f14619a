"""The declaration that the last run has taken up; one item."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from springtide.ledger.table import Ledger


class Declared(TypedDict):
    """The one item of kind `declaration`."""

    digest: str
    document: str  # the declaration as JSON
    since: str  # a moment: when a run took it up


_KEY = ("declaration", "declaration")


def last(ledger: Ledger) -> Declared | None:
    """The declaration, None before the first run."""
    return ledger.items.get(*_KEY)


def keep(ledger: Ledger, digest: str, document: str, now: datetime) -> None:
    """Writes the declaration as JSON, with its digest."""
    item: Declared = {"digest": digest, "document": document, "since": now.isoformat()}
    ledger.items.put(*_KEY, item)
