"""Arrival hours that are pending or held; items of kind `open`, one per hour, until it is taken."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fingerprint


class OpenHour(TypedDict):
    """An item of kind `open`."""

    sk: NotRequired[str]  # set when read: the arrival hour
    state: str  # pending or held
    fingerprint: NotRequired[Fingerprint]  # when its objects were last listed
    pending_since: NotRequired[str]  # ISO 8601, UTC: when a run first found it new or changed
    max_hours: NotRequired[int]  # how many arrival hours a slice with it may have
    stale: NotRequired[int]  # 1 if a run read a torn state in it, 0 after the second time
    transient: NotRequired[int]  # 1 if a run failed over it with Athena's internal error
    again: NotRequired[bool]  # it was retried: it stays open, whatever slice is reading it
    reason: NotRequired[str]  # why it is held: the error, cut short
    held_at: NotRequired[str]  # ISO 8601, UTC
    held_by: NotRequired[str]  # the execution that holds it
    declaration: NotRequired[str]  # digest of the declaration under which it was held
    rolled_back: NotRequired[str]  # the rollback that holds it until it is resumed


_KIND = "open"
# Prefix of the reason of an hour that a rollback holds.
ROLLED_BACK = "rolled back with --hold"


def read(ledger: Ledger) -> dict[ArrivalHour, OpenHour]:
    """All open hours, the oldest first."""
    return {ArrivalHour.parse(item["sk"]): item for item in ledger.items.query(_KIND)}


def rolled_back(known: Mapping[ArrivalHour, OpenHour]) -> set[ArrivalHour]:
    """The hours that a rollback holds until `springtide resume`, or a retry that names them."""
    return {hour for hour, item in known.items() if "rolled_back" in item}


def one(ledger: Ledger, hour: str) -> OpenHour | None:
    """The item of an hour, None if it is not open."""
    return ledger.items.get(_KIND, hour)


def put(ledger: Ledger, hour: ArrivalHour, item: OpenHour) -> None:
    """Opens an hour, or replaces the item of an open one."""
    ledger.items.put(_KIND, str(hour), item)


def put_all(ledger: Ledger, items: Iterable[tuple[ArrivalHour, OpenHour]]) -> None:
    """Opens many hours, and replaces the items of open ones."""
    ledger.items.put_all(_KIND, ((str(hour), item) for hour, item in items))


def drop(ledger: Ledger, hour: ArrivalHour) -> None:
    """Removes an hour whose objects are gone."""
    ledger.items.delete(_KIND, str(hour))


def hold(
    ledger: Ledger, hour: str, reason: str, now: datetime, execution: str, declaration: str
) -> None:
    """Holds an open hour until it is retried; an hour that is not open stays closed."""
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
    """Makes a held hour pending and clears its failures; False if it is not held."""
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
    """Records on an open hour how it failed (`stale`, `transient`), or its next slice's size."""
    ledger.items.set(_KIND, hour, if_there=True, **{mark: value})


def keep_open(ledger: Ledger, hour: ArrivalHour) -> bool:
    """Keeps an open hour open, whatever slice may be reading it; False if it is not open.

    Planning the hour again reverts this.
    """
    return ledger.items.set(_KIND, str(hour), if_there=True, again=True) is not None


def close(ledger: Ledger, hour: str) -> bool:
    """Removes an hour that was read; False if it has to stay open."""
    return ledger.items.delete_unless(_KIND, hour, attribute="again")


def read_again(ledger: Ledger, hour: str) -> None:
    """Keeps a taken hour open, and clears its failures."""
    ledger.items.update(
        _KIND,
        hour,
        "SET again = :again REMOVE max_hours, stale, transient",
        {":again": True},
        condition="attribute_exists(sk)",
    )
