"""Retries arrival hours: frees held ones, and reads skipped objects again."""

from collections.abc import Sequence
from typing import NamedTuple

from springtide.arrivals.landing import Landing
from springtide.ledger import held_derived, open_hours, skipped_objects, taken_hours
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import InvalidInputError


class Retried(NamedTuple):
    """What a retry did: hours freed, taken hours to read again, objects no longer skipped.

    `derived` are hours of derived tables that were held. Hours that were already pending are not
    listed.
    """

    freed: list[str]
    again: list[str]
    objects: list[str]
    derived: list[str]


def retry(
    ledger: Ledger,
    landing: Landing,
    hours: Sequence[ArrivalHour] | None = None,
    *,
    unreadable: bool = False,
    but_of: str | None = None,
) -> Retried:
    """Makes hours pending: the named ones, even if taken, or else all held ones.

    Without names it also frees held hours of derived tables, to be built by the slice of an arrival
    hour that is read again for them. Hours held under the declaration of the digest `but_of` stay
    held. Skipped objects of these hours are tried again. With `unreadable`, all skipped objects
    are, with their hours.

    It may be called during a run, and repeated: an hour that a slice is reading without one of
    these objects stays open. Raises InvalidInputError naming an hour that the ledger does not know.
    """
    known = open_hours.read(ledger)
    kept = open_hours.rolled_back(known)
    wanted = held(known, but_of) if hours is None else set(hours)
    aside = {key: landing.hour_of(key) for key in skipped_objects.read(ledger)}
    if unreadable:
        wanted |= {hour for hour in aside.values() if hour is not None} - kept
    taken = [hour for hour in wanted if hour not in known]
    for hour in taken:
        if hours is not None and hour in hours and taken_hours.one(ledger, str(hour)) is None:
            raise InvalidInputError(
                f"retry: {hour} is not an arrival hour that was held or ingested"
            )
    objects = {key: hour for key, hour in sorted(aside.items()) if hour in wanted or unreadable}
    for key in objects:
        skipped_objects.free(ledger, key)
    freed = [str(hour) for hour in sorted(wanted & known.keys()) if open_hours.free(ledger, hour)]
    derived = held_derived.free(ledger, but_of) if hours is None else {}
    # Objects first: a slice that is reading their hour checks for them at its end.
    read = {*taken, *filter(None, objects.values()), *map(ArrivalHour.parse, derived.values())}
    again = [str(hour) for hour in sorted(read) if _open_again(ledger, hour)]
    return Retried(freed, again, list(objects), list(derived))


def _open_again(ledger: Ledger, hour: ArrivalHour) -> bool:
    """Makes an hour pending; False if it is open already, or the ledger does not know it."""
    if open_hours.keep_open(ledger, hour):
        return False
    item = taken_hours.one(ledger, str(hour))
    if item is None:
        return False
    pending: OpenHour = {"state": "pending", "fingerprint": item["fingerprint"], "again": True}
    open_hours.put(ledger, hour, pending)
    return True


def held(known: dict[ArrivalHour, OpenHour], but_of: str | None = None) -> set[ArrivalHour]:
    """The held hours; not those that a rollback holds, or that the declaration `but_of` does."""
    found = {
        hour
        for hour, item in known.items()
        if item["state"] == "held"
        if but_of is None or item.get("declaration") != but_of
    }
    return found - open_hours.rolled_back(known)
