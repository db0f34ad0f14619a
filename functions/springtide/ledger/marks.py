"""The high-water mark: the arrival hour from which the next run looks for new arrivals."""

from typing import NotRequired, TypedDict

from springtide.ledger import open_hours
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour


class Mark(TypedDict):
    """The one item of kind `mark`."""

    hour: NotRequired[str]  # the mark: an arrival hour; missing before the first hour is taken
    slices: NotRequired[int]  # how many slices were planned


_KEY = ("mark", "mark")


def mark(ledger: Ledger) -> ArrivalHour | None:
    """The high-water mark: the newest taken hour with nothing pending at or before it."""
    item: Mark | None = ledger.items.get(*_KEY)
    return None if item is None or "hour" not in item else ArrivalHour.parse(item["hour"])


def advance(ledger: Ledger, newest: ArrivalHour) -> None:
    """Moves the mark up to `newest`, unless an hour at or before it is still pending.

    Held hours do not keep the mark back: each has an item of its own until it is retried.
    """
    now_is = mark(ledger)
    if now_is is not None and newest <= now_is:
        return
    pending = (hour for hour, item in open_hours.read(ledger).items() if item["state"] == "pending")
    if any(hour <= newest for hour in pending):
        return
    ledger.items.set(*_KEY, hour=str(newest))
