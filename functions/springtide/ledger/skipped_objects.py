"""Objects that are skipped as unreadable, as they were when a run met them.

Items of kind `unreadable`, by key and not by URI: both a key and what an item is sorted by may have
1,024 bytes.
"""

from collections.abc import Set
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class SkippedObject(TypedDict):
    """An item of kind `unreadable`."""

    sk: NotRequired[str]  # the object's key, in what was read
    etag: str  # it is skipped as long as it has this one
    reason: str
    since: str  # a moment
    columns: NotRequired[str]  # digest of the declared ones that a Parquet object does not fit


_KIND = "unreadable"


def read(ledger: Ledger) -> dict[str, SkippedObject]:
    """The objects that are skipped, by key."""
    return {item["sk"]: item for item in ledger.items.query(_KIND)}


def skip(
    ledger: Ledger, key: str, etag: str, reason: str, now: datetime, columns: str | None = None
) -> None:
    """Has an object skipped as long as it is this one."""
    item: SkippedObject = {"etag": etag, "reason": reason, "since": now.isoformat()}
    if columns is not None:
        item["columns"] = columns
    ledger.items.put(_KIND, key, item)


def free(ledger: Ledger, key: str) -> None:
    """Has an object tried again."""
    ledger.items.delete(_KIND, key)


def are_all_skipped(ledger: Ledger, keys: Set[str]) -> bool:
    """Whether each of these objects is still skipped."""
    return ledger.items.get_all(_KIND, keys).keys() == keys
