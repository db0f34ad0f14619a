"""Has arrival hours taken in once more: held ones freed, objects that were set aside read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from springtide.arrival import ArrivalHour
from springtide.errors import InvalidInputError
from springtide.ledger import Item, Ledger


class Retried(NamedTuple):
    """What a retry did: hours freed, taken hours that are read again, objects no longer set aside.

    Hours that were pending anyway are in neither list.
    """

    freed: list[str]
    again: list[str]
    objects: list[str]


def retry(
    ledger: Ledger,
    prefix: str,
    hours: Sequence[ArrivalHour] | None = None,
    *,
    unreadable: bool = False,
) -> Retried:
    """Makes hours pending: those that are named, taken ones too, or all that are held.

    Objects of these hours that were set aside are tried again; `unreadable` has all such objects
    tried, and their hours. It can be done while a run is going, and twice.
    Raises InvalidInputError naming an hour of which the ledger knows nothing.
    """
    open_hours = ledger.open_hours()
    wanted = set(hours) if hours is not None else _held(open_hours)
    aside = {key: ArrivalHour.of_key(key, prefix) for key in ledger.unreadable()}
    if unreadable:
        wanted |= {hour for hour in aside.values() if hour is not None}
    taken = {hour: ledger.get("hour", str(hour)) for hour in wanted if hour not in open_hours}
    for hour, item in taken.items():
        if item is None and hours is not None and hour in hours:
            raise InvalidInputError(f"retry: {hour} is no arrival hour that was held or taken in")
    objects = sorted(key for key, hour in aside.items() if hour in wanted)
    for key in objects:
        ledger.delete("unreadable", key)
    freed = [str(hour) for hour in sorted(wanted & open_hours.keys()) if ledger.free_hour(hour)]
    again = []
    for hour, item in sorted(taken.items()):
        if item is not None:
            ledger.put("open", str(hour), {"state": "pending", "fingerprint": item["fingerprint"]})
            again.append(str(hour))
    return Retried(freed, again, objects)


def _held(open_hours: dict[ArrivalHour, Item]) -> set[ArrivalHour]:
    """Hours that failed; what a rollback holds is left to `springtide resume`."""
    return {
        hour
        for hour, item in open_hours.items()
        if item["state"] == "held" and "rolled_back" not in item
    }
