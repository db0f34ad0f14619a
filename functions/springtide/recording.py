"""Records a published slice: its arrival hours are taken, with what was found in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide import announcing, completeness, lease, marks, measuring
from springtide.account import total
from springtide.arrival import ArrivalHour
from springtide.ledger import Ledger
from springtide.settings import Settings
from springtide.store import Store
from springtide.unread import bounded


def record_slice(
    settings: Settings, execution: str, slice_id: str, now: datetime
) -> dict[str, Any]:
    """Moves the slice's hours from open to taken; returns the slice's account.

    The hours stay open until the slice itself is recorded: a crash in between has them taken in
    once more, and leaves no slice behind as the newest that was never recorded.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, execution)
    store = Store(settings.lake_bucket)
    plan, counts = store.read(slice_id, "plan"), store.read(slice_id, "counts")
    # Before the first hour is recorded: what is taken is not read again, and would stay uncounted.
    measuring.report(settings, ledger, store, slice_id, now)
    account = bounded(total(counts.values()))
    announcing.intend(ledger, slice_id, plan, account)
    for entry in plan["hours"]:
        if "rebuild" in plan:
            # What is pending stays so: somebody may have asked for it meanwhile.
            _record_taken(ledger, slice_id, entry, counts[entry["hour"]], now)
        else:
            _record_hour(ledger, slice_id, entry, counts[entry["hour"]], now)
    ledger.update(
        "slice",
        slice_id,
        "SET #state = :recorded, account = :account, recorded_at = :now",
        {":recorded": "recorded", ":account": account, ":now": now.isoformat()},
        names={"#state": "state"},
    )
    _close(settings, ledger, plan)
    return account


def _close(settings: Settings, ledger: Ledger, plan: Mapping[str, Any]) -> None:
    """Takes what the slice has done off the list of what is to be done."""
    if "rebuild" not in plan:
        for entry in plan["hours"]:
            if entry["upto"] is None:
                ledger.delete("open", entry["hour"])
    if plan["mark"] is not None:
        marks.advance(ledger, ArrivalHour.parse(plan["mark"]))
    completeness.publish(settings, ledger)
    if "rebuild" in plan:
        ledger.delete("rebuild", plan["rebuild"]["request"])


def _record_hour(
    ledger: Ledger,
    slice_id: str,
    entry: Mapping[str, Any],
    counted: Mapping[str, Any],
    now: datetime,
) -> None:
    """Records one hour as taken, or how far it is taken if the slice read only a part of it."""
    hour = entry["hour"]
    if entry["after"] is not None:
        open_item = ledger.get("open", hour)
        if open_item is None:
            return  # an earlier call of this function got this far
        if entry["upto"] is not None and open_item["progress"]["after"] == entry["upto"]:
            return
        counted = total([open_item["progress"]["account"], counted])
    if entry["upto"] is not None:
        progress = {
            "digest": entry["fingerprint"]["digest"],
            "after": entry["upto"],
            "account": bounded(counted),
        }
        ledger.update(
            "open",
            hour,
            "SET progress = :progress REMOVE stale, transient",
            {":progress": progress},
        )
        return
    _record_taken(ledger, slice_id, entry, counted, now)


def _record_taken(
    ledger: Ledger,
    slice_id: str,
    entry: Mapping[str, Any],
    counted: Mapping[str, Any],
    now: datetime,
) -> None:
    """Writes what is recorded of an hour that was read to its end."""
    hour = entry["hour"]
    record = {
        "fingerprint": entry["fingerprint"],
        **bounded(counted),
        "slice": slice_id,
        "taken_at": now.isoformat(),
    }
    # Each taking is kept beside the last one, for a rollback to restore what was recorded before.
    ledger.put("taking", f"{hour}#{slice_id}", record)
    ledger.put("hour", hour, record)
