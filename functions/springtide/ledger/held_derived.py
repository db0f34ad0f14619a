"""Event hours of derived tables that are held, since their query fails."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from springtide.ledger.published import sort_of
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fill
from springtide.model.partitions import Partition, folder_of


class HeldDerived(TypedDict):
    """An item of kind `held_derived`."""

    sk: NotRequired[str]  # set when read: the table and the partition's folder
    state: str  # held, or pending once it is retried
    table: str
    partition: list[str]
    reason: str  # the error, cut
    held_at: str  # ISO 8601, UTC
    arrival_hour: str  # the first arrival hour of the slice that failed
    declaration: NotRequired[str]  # digest of the one under which it was held


_KIND = "held_derived"
# If more event hours than this were held, the table's SQL would be to blame, not the hours.
MAX_HELD = 12


class Place(NamedTuple):
    """An event hour of a derived table."""

    table: str
    partition: Partition

    def __str__(self) -> str:
        return f"{self.table} {folder_of(self.table, self.partition)}"


def held(ledger: Ledger) -> set[Place]:
    """The hours that no slice builds until they are retried."""
    return {_place(item) for item in _held(ledger)}


def shown(ledger: Ledger) -> list[dict[str, str]]:
    """The held hours as text, each with its reason."""
    return [
        {"hour": str(_place(item)), "reason": item["reason"], "held_at": item["held_at"]}
        for item in _held(ledger)
    ]


def retried(ledger: Ledger) -> set[Partition]:
    """The event hours that the next slice derives from, whatever arrival hours it reads."""
    return {_place(item).partition for item in _read(ledger) if item["state"] == "pending"}


def following(ledger: Ledger, tables: Iterable[str]) -> Fill | None:
    """A table's retried hours that no slice has built yet, None if there are none."""
    pending = [_place(item) for item in _read(ledger) if item["state"] == "pending"]
    for table in tables:
        hours = [list(place.partition) for place in pending if place.table == table]
        if hours:
            return {"table": table, "hours": hours}
    return None


def hold(
    ledger: Ledger,
    places: Iterable[Place],
    reason: str,
    now: datetime,
    arrival_hour: str,
    declaration: str,
) -> None:
    """Holds hours, each with the first arrival hour of the slice that failed to build them.

    A retry reads that arrival hour again, so that there is a slice to build them in.
    """
    for place in places:
        item: HeldDerived = {
            "state": "held",
            "table": place.table,
            "partition": list(place.partition),
            "reason": reason,
            "held_at": now.isoformat(),
            "arrival_hour": arrival_hour,
            "declaration": declaration,
        }
        ledger.items.put(_KIND, sort_of(*place), item)


def incomplete_from(ledger: Ledger) -> dict[str, ArrivalHour]:
    """By table, the first arrival hour whose rows it may lack."""
    found: dict[str, ArrivalHour] = {}
    for item in _read(ledger):
        hour = ArrivalHour.parse(item["arrival_hour"])
        found[item["table"]] = min(hour, found.get(item["table"], hour))
    return found


def free(ledger: Ledger, but_of: str | None = None) -> dict[str, str]:
    """Makes held hours pending for the next slice; returns the arrival hour kept with each.

    Hours that were held under the declaration of the digest `but_of` stay held.
    """
    freed = {}
    for item in _held(ledger, but_of):
        ledger.items.set(_KIND, item["sk"], if_there=True, state="pending")
        freed[str(_place(item))] = item["arrival_hour"]
    return freed


def arrival_hours(ledger: Ledger, but_of: str) -> set[ArrivalHour]:
    """The arrival hours that `free` would return."""
    return {ArrivalHour.parse(item["arrival_hour"]) for item in _held(ledger, but_of)}


def _held(ledger: Ledger, but_of: str | None = None) -> Iterator[HeldDerived]:
    for item in _read(ledger):
        same = but_of is not None and item.get("declaration") == but_of
        if item["state"] == "held" and not same:
            yield item


def built(ledger: Ledger, places: Iterable[Place]) -> None:
    """Removes hours that a slice has published."""
    known = {_place(item): item["sk"] for item in _read(ledger)}
    for place in known.keys() & set(places):
        ledger.items.delete(_KIND, known[place])


def _read(ledger: Ledger) -> Iterator[HeldDerived]:
    return ledger.items.query(_KIND)


def _place(item: HeldDerived) -> Place:
    return Place(item["table"], tuple(item["partition"]))
