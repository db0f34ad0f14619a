"""Has arrival hours ingested again: frees held ones, and rereads objects that were skipped."""

from collections.abc import Sequence
from typing import NamedTuple

from springtide.arrivals.landing import Landing
from springtide.ledger import held_derived, open_hours, skipped_objects, taken_hours
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import InvalidInputError


class Retried(NamedTuple):
    """What a retry did: hours freed, taken hours that are read again, objects no longer skipped.

    `derived` are hours of derived tables that were held. An hour that was pending anyway is not
    named.
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
    """Makes hours pending: those that are named, taken ones too, or all that are held.

    Without names, hours of derived tables that are held are built again too, by the slice of an
    arrival hour that is read again for it. What was held under the declaration of the digest
    `but_of` stays so.

    Objects of these hours that were skipped are tried again; `unreadable` has all such objects
    tried, and their hours. It can be done while a run is going, and twice: an hour that a slice is
    reading without one of these objects stays open.
    Raises InvalidInputError naming an hour of which the ledger knows nothing.
    """
    known = open_hours.read(ledger)
    kept = open_hours.rolled_back(known)
    wanted = _held(known, but_of) - kept if hours is None else set(hours)
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
    # Objects first: a slice that is reading their hour now checks for them at its end.
    read = {*taken, *filter(None, objects.values()), *map(ArrivalHour.parse, derived.values())}
    again = [str(hour) for hour in sorted(read) if _open_again(ledger, hour)]
    return Retried(freed, again, list(objects), list(derived))


def _open_again(ledger: Ledger, hour: ArrivalHour) -> bool:
    """Has an hour read again; False if it is open anyway, or the ledger does not know it."""
    if open_hours.keep_open(ledger, hour):
        return False
    item = taken_hours.one(ledger, str(hour))
    if item is None:
        return False
    pending: OpenHour = {"state": "pending", "fingerprint": item["fingerprint"], "again": True}
    open_hours.put(ledger, hour, pending)
    return True


def _held(known: dict[ArrivalHour, OpenHour], but_of: str | None) -> set[ArrivalHour]:
    """The hours that are held, except under the declaration `but_of`."""
    return {
        hour
        for hour, item in known.items()
        if item["state"] == "held"
        if but_of is None or item.get("declaration") != but_of
    }
