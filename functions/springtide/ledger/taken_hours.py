"""Arrival hours that were ingested, with the account of each.

Items of kind `hour` hold the last record of an hour; items of kind `taking` hold each slice's
record of it, so that a rollback can restore the one before.
"""

from collections.abc import Iterable, Iterator
from typing import NotRequired

from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fingerprint, HourCounts


class Taking(HourCounts):
    """A slice's record of an arrival hour."""

    fingerprint: Fingerprint  # hash of the objects that were read
    slice: str  # the slice that took the hour
    taken_at: str  # ISO 8601, UTC


class TakenHour(Taking):
    """An item of kind `hour` or `taking`."""

    sk: NotRequired[str]  # set when read: the arrival hour; of a taking, with the slice
    erased_by: NotRequired[list[str]]  # erasures, by sort key, that moved lines to rejected


_KIND, _TAKING = "hour", "taking"


def read(ledger: Ledger) -> Iterator[TakenHour]:
    """The last record of every hour, the oldest first."""
    return ledger.items.query(_KIND)


def is_any(ledger: Ledger) -> bool:
    """Whether any hour was ingested."""
    return any(True for _ in ledger.items.query(_KIND, limit=1))


def between(ledger: Ledger, first: ArrivalHour, last: ArrivalHour) -> dict[ArrivalHour, TakenHour]:
    """The last records of the hours from `first` to `last`."""
    items = ledger.items.query(_KIND, first=str(first), last=str(last))
    return {ArrivalHour.parse(item["sk"]): item for item in items}


def one(ledger: Ledger, hour: str) -> TakenHour | None:
    """The last record of an hour, None if it was never ingested."""
    return ledger.items.get(_KIND, hour)


def among(ledger: Ledger, hours: Iterable[str]) -> dict[str, TakenHour]:
    """The last records of those of the hours that were ingested."""
    return ledger.items.get_all(_KIND, hours)


def record(ledger: Ledger, hour: str, item: Taking) -> None:
    """Writes what a slice found in an hour, or left of it."""
    # Each taking is kept beside the last record, so that a rollback can restore the one before.
    ledger.items.put(_TAKING, f"{hour}#{item['slice']}", item)
    ledger.items.put(_KIND, hour, item)


def rewrite(ledger: Ledger, hour: str, item: TakenHour) -> None:
    """Replaces the last record of an hour; the record of its slice stays."""
    ledger.items.put(_KIND, hour, item)


def forget(ledger: Ledger, hour: str) -> None:
    """Removes the last record of an hour."""
    ledger.items.delete(_KIND, hour)


def takings(ledger: Ledger, hour: ArrivalHour) -> Iterator[TakenHour]:
    """Each slice's record of an hour, the newest first."""
    return ledger.items.query(_TAKING, prefix=f"{hour}#", newest_first=True)
