"""Requests to erase values of a field.

Items of kind `erase`. They stay for good: lines that are read again are left out by them. Beside
them one item names the last slice of the last erasure: what it and those before it have replaced
is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KIND = "erase"
_UPTO = ("erased", "erased")


def read(ledger: Ledger) -> Iterator[Item]:
    """All requests, fulfilled or not, by name."""
    return ledger.items.query(_KIND)


def keep(ledger: Ledger, name: str, item: Mapping[str, Any]) -> None:
    """Writes a request."""
    ledger.items.put(_KIND, name, item)


def first_found(ledger: Ledger, name: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keeps what was found of the values, unless an earlier count has; returns what is kept."""
    item = ledger.items.update(
        _KIND,
        name,
        "SET #found = if_not_exists(#found, :found)",
        {":found": found},
        names={"#found": "found"},
    )
    assert item is not None
    kept: Mapping[str, Any] = item["found"]
    return kept


def done(ledger: Ledger, name: str, slice_id: str, now: datetime) -> None:
    """Ends a request with the slice that has erased the last of it."""
    ledger.items.put(*_UPTO, {"upto": slice_id})
    ledger.items.update(
        _KIND,
        name,
        "SET #state = :done, done_at = :now, slice = :slice",
        {":done": "done", ":now": now.isoformat(), ":slice": slice_id},
        names={"#state": "state"},
    )


def erased_upto(ledger: Ledger) -> str:
    """The last slice of the last erasure, empty if nothing was erased."""
    upto: str = (ledger.items.get(*_UPTO) or {}).get("upto", "")
    return upto
