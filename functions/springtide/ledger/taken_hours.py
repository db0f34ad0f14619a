"""Arrival hours that were ingested, with the account of each.

Items of kind `hour` hold what was recorded of an hour last; those of kind `taking` what each slice
recorded of it, for a rollback to restore.
"""

from collections.abc import Iterable, Iterator
from typing import NotRequired

from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fingerprint, HourCounts


class Taking(HourCounts):
    """What a slice records of an arrival hour."""

    fingerprint: Fingerprint  # of the objects that were read
    slice: str  # that took the hour
    taken_at: str  # a moment


class TakenHour(Taking):
    """An item of kind `hour` or `taking`."""

    sk: NotRequired[str]  # the arrival hour, of a taking with the slice, in what was read
    erased_by: NotRequired[list[str]]  # erasures, by sort key, whose lines were moved to rejected


_KIND, _TAKING = "hour", "taking"


def read(ledger: Ledger) -> Iterator[TakenHour]:
    """What was recorded last of every hour, the oldest first."""
    return ledger.items.query(_KIND)


def is_any(ledger: Ledger) -> bool:
    """Whether any hour was ingested."""
    return any(True for _ in ledger.items.query(_KIND, limit=1))


def between(ledger: Ledger, first: ArrivalHour, last: ArrivalHour) -> dict[ArrivalHour, TakenHour]:
    """What was recorded of the hours from `first` to `last` when they were last ingested."""
    items = ledger.items.query(_KIND, first=str(first), last=str(last))
    return {ArrivalHour.parse(item["sk"]): item for item in items}


def one(ledger: Ledger, hour: str) -> TakenHour | None:
    """What was recorded of an hour last, None if it was never ingested."""
    return ledger.items.get(_KIND, hour)


def among(ledger: Ledger, hours: Iterable[str]) -> dict[str, TakenHour]:
    """What was recorded last of those of the hours that were ingested."""
    return ledger.items.get_all(_KIND, hours)


def record(ledger: Ledger, hour: str, item: Taking) -> None:
    """Writes what a slice has found in an hour, or has left of it."""
    # Each taking is kept beside the last one, for a rollback to restore what was recorded before.
    ledger.items.put(_TAKING, f"{hour}#{item['slice']}", item)
    ledger.items.put(_KIND, hour, item)


def rewrite(ledger: Ledger, hour: str, item: TakenHour) -> None:
    """Replaces what was recorded of an hour last; what its slice recorded stays."""
    ledger.items.put(_KIND, hour, item)


def forget(ledger: Ledger, hour: str) -> None:
    """Removes what was recorded of an hour last."""
    ledger.items.delete(_KIND, hour)


def takings(ledger: Ledger, hour: ArrivalHour) -> Iterator[TakenHour]:
    """What each slice recorded of an hour, the newest first."""
    return ledger.items.query(_TAKING, prefix=f"{hour}#", newest_first=True)
