"""Ends of runs that were reported; items of kind `report`, one for an execution and its end."""

from __future__ import annotations

from springtide.ledger.table import Ledger

_KIND = "report"


def is_sent(ledger: Ledger, end: str) -> bool:
    """Whether an end was reported before."""
    return ledger.items.get(_KIND, end) is not None


def sent(ledger: Ledger, end: str, status: str, error: str | None) -> None:
    """Notes that an end was reported."""
    ledger.items.put(_KIND, end, {"status": status, "error": error})
