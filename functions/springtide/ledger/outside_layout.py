"""What the last run has seen in the landing outside its layout; one item."""

from __future__ import annotations

from collections.abc import Sequence

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KEY = ("outside", "outside")


def read(ledger: Ledger) -> Item:
    """How many `objects` lie outside the layout, and the `names` of some."""
    item = ledger.items.get(*_KEY) or {"objects": 0, "names": []}
    return {name: item[name] for name in ("objects", "names")}


def keep(ledger: Ledger, objects: int, names: Sequence[str]) -> None:
    """Writes what a run has seen."""
    ledger.items.put(*_KEY, {"objects": objects, "names": names})
