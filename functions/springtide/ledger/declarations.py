"""The declaration that the last run used; one item."""

from datetime import datetime
from typing import Any, TypedDict

from springtide.ledger.table import Ledger


class LayoutItem(TypedDict):
    """Where objects lie below the landing prefix, as `springtide.dataset.layout` defines it."""

    since: str  # ISO 8601, UTC: when a run took it up
    template: str
    folders: list[list[Any]]  # name and values of each folder that varies
    time_zone: str


class Declared(TypedDict):
    """The one item of kind `declaration`."""

    digest: str
    document: str  # the declaration as JSON
    since: str  # ISO 8601, UTC: when a run took it up
    layouts: list[LayoutItem]  # all that runs have ever used


_KEY = ("declaration", "declaration")


def last(ledger: Ledger) -> Declared | None:
    """The last run's declaration, None before the first run."""
    return ledger.items.get(*_KEY)


def layouts(ledger: Ledger) -> list[LayoutItem]:
    """The layouts that runs have used, the oldest first."""
    item = last(ledger)
    return [] if item is None else item["layouts"]


def keep(
    ledger: Ledger, digest: str, document: str, layouts: list[LayoutItem], now: datetime
) -> None:
    """Writes the declaration as JSON, with its digest and all layouts so far."""
    item: Declared = {
        "digest": digest,
        "document": document,
        "since": now.isoformat(),
        "layouts": layouts,
    }
    ledger.items.put(*_KEY, item)
