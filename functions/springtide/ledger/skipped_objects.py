"""Landed objects that are skipped as unreadable; items of kind `unreadable`.

Sorted by key and not by URI: an object's key and an item's sort key may both have 1,024 bytes.
"""

from collections.abc import Set
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class SkippedObject(TypedDict):
    """An item of kind `unreadable`."""

    sk: NotRequired[str]  # set when read: the object's key
    etag: str  # it is skipped as long as it has this ETag
    reason: str
    since: str  # ISO 8601, UTC
    columns: NotRequired[str]  # Parquet: digest of the declared columns that it does not fit


_KIND = "unreadable"


def read(ledger: Ledger) -> dict[str, SkippedObject]:
    """The skipped objects, by key."""
    return {item["sk"]: item for item in ledger.items.query(_KIND)}


def skip(
    ledger: Ledger, key: str, etag: str, reason: str, now: datetime, columns: str | None = None
) -> None:
    """Skips an object as long as it has this ETag."""
    item: SkippedObject = {"etag": etag, "reason": reason, "since": now.isoformat()}
    if columns is not None:
        item["columns"] = columns
    ledger.items.put(_KIND, key, item)


def free(ledger: Ledger, key: str) -> None:
    """Removes an object's item, so that it is read again."""
    ledger.items.delete(_KIND, key)


def are_all_skipped(ledger: Ledger, keys: Set[str]) -> bool:
    """Whether each of these objects is still skipped."""
    return ledger.items.get_all(_KIND, keys).keys() == keys
