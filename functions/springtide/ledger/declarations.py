"""The declaration that the last run has taken up; one item."""

from __future__ import annotations

from datetime import datetime

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KEY = ("declaration", "declaration")


def last(ledger: Ledger) -> Item | None:
    """The `digest` and the `document` of the declaration, None before the first run."""
    return ledger.items.get(*_KEY)


def keep(ledger: Ledger, digest: str, document: str, now: datetime) -> None:
    """Writes the declaration as JSON, with its digest."""
    item = {"digest": digest, "document": document, "since": now.isoformat()}
    ledger.items.put(*_KEY, item)
