"""Arrival hours that wait to be ingested: pending ones, and those that are held with a reason.

Items of kind `open`, one for an hour, until it is taken.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fingerprint


class OpenHour(TypedDict):
    """An item of kind `open`."""

    sk: NotRequired[str]  # the arrival hour, in what was read
    state: str  # pending or held
    fingerprint: NotRequired[Fingerprint]  # when its objects were last listed
    pending_since: NotRequired[str]  # a moment: when a run first found it new or changed
    max_hours: NotRequired[int]  # arrival hours that a slice with it may have
    stale: NotRequired[int]  # 1 if a run read something torn in it, 0 once it has twice
    transient: NotRequired[int]  # 1 if a run failed over it with an error that Athena calls its own
    again: NotRequired[bool]  # it was retried, and stays open whatever slice reads it
    reason: NotRequired[str]  # why it is held: the error, cut
    held_at: NotRequired[str]  # a moment
    held_by: NotRequired[str]  # the execution
    declaration: NotRequired[str]  # digest of the one under which it was held
    rolled_back: NotRequired[str]  # the rollback that holds it until it is resumed


_KIND = "open"
# Begins the reason of an hour that a rollback holds.
ROLLED_BACK = "rolled back with --hold"


def read(ledger: Ledger) -> dict[ArrivalHour, OpenHour]:
    """Hours that are pending or held, oldest first."""
    return {ArrivalHour.parse(item["sk"]): item for item in ledger.items.query(_KIND)}


def rolled_back(known: Mapping[ArrivalHour, OpenHour]) -> set[ArrivalHour]:
    """Those that a rollback holds: they are left to `springtide resume`, or freed by name."""
    return {hour for hour, item in known.items() if "rolled_back" in item}


def one(ledger: Ledger, hour: str) -> OpenHour | None:
    """The item of an hour, None if it is not open."""
    return ledger.items.get(_KIND, hour)


def put(ledger: Ledger, hour: ArrivalHour, item: OpenHour) -> None:
    """Opens an hour, or writes the item of an open one."""
    ledger.items.put(_KIND, str(hour), item)


def put_all(ledger: Ledger, items: Iterable[tuple[ArrivalHour, OpenHour]]) -> None:
    """Opens many hours, whatever was known of them before."""
    ledger.items.put_all(_KIND, ((str(hour), item) for hour, item in items))


def drop(ledger: Ledger, hour: ArrivalHour) -> None:
    """Removes an hour whose objects are gone."""
    ledger.items.delete(_KIND, str(hour))


def hold(
    ledger: Ledger, hour: str, reason: str, now: datetime, execution: str, declaration: str
) -> None:
    """Holds an open hour until it is retried; one that is not open stays so."""
    ledger.items.set(
        _KIND,
        hour,
        if_there=True,
        state="held",
        reason=reason,
        held_at=now.isoformat(),
        held_by=execution,
        declaration=declaration,
    )


def free(ledger: Ledger, hour: ArrivalHour) -> bool:
    """Makes a held hour pending, nothing left of its failures; False if it is not held."""
    freed = ledger.items.update(
        _KIND,
        str(hour),
        "SET #state = :pending REMOVE reason, held_at, held_by, rolled_back, max_hours, stale,"
        " transient, pending_since, declaration",
        {":pending": "pending", ":held": "held"},
        condition="#state = :held",
    )
    return freed is not None


def set_mark(ledger: Ledger, hour: str, mark: str, value: int) -> None:
    """Notes how an open hour failed (`stale`, `transient`), or in how small a slice it is taken."""
    ledger.items.set(_KIND, hour, if_there=True, **{mark: value})


def keep_open(ledger: Ledger, hour: ArrivalHour) -> bool:
    """Has an open hour stay open whatever slice may be reading it; False if it is not open.

    Planning the hour again reverts this.
    """
    return ledger.items.set(_KIND, str(hour), if_there=True, again=True) is not None


def close(ledger: Ledger, hour: str) -> bool:
    """Takes an hour that was read off what is open; False if it has to stay open."""
    return ledger.items.delete_unless(_KIND, hour, attribute="again")


def read_again(ledger: Ledger, hour: str) -> None:
    """Has an open hour that was taken stay open, nothing left of its failures."""
    ledger.items.update(
        _KIND,
        hour,
        "SET again = :again REMOVE max_hours, stale, transient",
        {":again": True},
        condition="attribute_exists(sk)",
    )
