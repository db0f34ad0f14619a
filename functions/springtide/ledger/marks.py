"""The high-water mark: from where on the next ordinary run looks for new arrivals."""

from __future__ import annotations

from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour


def advance(ledger: Ledger, newest: ArrivalHour) -> None:
    """Moves the mark up to `newest`, unless an hour at or before it is still pending.

    Held hours do not keep it back: they are items of their own until they are retried.
    """
    mark = ledger.mark()
    if mark is not None and newest <= mark:
        return
    pending = (hour for hour, item in ledger.open_hours().items() if item["state"] == "pending")
    if any(hour <= newest for hour in pending):
        return
    ledger.update(
        "mark", "mark", "SET #hour = :hour", {":hour": str(newest)}, names={"#hour": "hour"}
    )
