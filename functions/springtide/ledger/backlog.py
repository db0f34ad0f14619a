"""Metrics of the backlog: arrival hours that are pending or held, their age, and unread objects."""

from datetime import datetime

from springtide.ledger import open_hours, outside_layout
from springtide.ledger.table import Ledger


def gauges(ledger: Ledger, now: datetime) -> dict[str, float]:
    """The metrics of what is pending and held now.

    An hour's age counts from when a run first found it new or changed, not from its arrival. A late
    object or a backfill over years is not an hour that has been pending for years.
    """
    items = list(open_hours.read(ledger).values())
    pending = [item for item in items if item["state"] == "pending"]
    ages = [
        (now - datetime.fromisoformat(item["pending_since"])).total_seconds()
        for item in pending
        if "pending_since" in item  # one that was requested and not planned yet has none
    ]
    return {
        "PendingHours": len(pending),
        "HeldHours": len(items) - len(pending),
        "OldestPendingSeconds": max(ages, default=0),
        "OutsideLayout": outside_layout.read(ledger)["objects"],
    }
