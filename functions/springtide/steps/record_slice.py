"""Records a published slice: its arrival hours are taken, with what was found in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide.arrivals.landing import is_set_aside
from springtide.aws.documents import Store
from springtide.ledger import announcements, completeness, lease, marks, slice_metrics
from springtide.ledger.line_account import total
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.settings import Settings
from springtide.model.unread import bounded


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
    slice_metrics.report(settings, ledger, store, slice_id, now)
    account = bounded(total(counts.values()))
    announcements.intend(ledger, slice_id, plan, account)
    for entry in plan["hours"]:
        counted = _counted(ledger, entry, counts[entry["hour"]])
        if entry["upto"] is None and counted is not None:
            _record_taken(ledger, slice_id, entry, counted, now)
    ledger.update(
        "slice",
        slice_id,
        "SET #state = :recorded, account = :account, recorded_at = :now",
        {":recorded": "recorded", ":account": account, ":now": now.isoformat()},
        names={"#state": "state"},
    )
    _close(settings, ledger, plan, counts)
    return account


def _close(
    settings: Settings, ledger: Ledger, plan: Mapping[str, Any], counts: Mapping[str, Any]
) -> None:
    """Takes what the slice has done off the list of what is to be done."""
    if "rebuild" not in plan:  # of which what is pending stays so: somebody may have asked for it
        for entry in plan["hours"]:
            _close_hour(ledger, entry, _counted(ledger, entry, counts[entry["hour"]]))
    if plan["mark"] is not None:
        marks.advance(ledger, ArrivalHour.parse(plan["mark"]))
    completeness.publish(settings, ledger)
    if "rebuild" in plan:
        ledger.delete("rebuild", plan["rebuild"]["request"])


def _close_hour(
    ledger: Ledger, entry: Mapping[str, Any], counted: Mapping[str, Any] | None
) -> None:
    """Closes an hour that was read to its end, or notes how far it was read.

    It stays pending, and is read from its beginning, if an object that was left out of it as set
    aside has been freed since: nothing else would have it read.
    """
    hour = entry["hour"]
    if counted is None:
        return
    if _all_still_aside(ledger, counted):
        if entry["upto"] is None:
            if ledger.close_hour(hour):
                return
        else:
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
    ledger.start_over(hour)


def _all_still_aside(ledger: Ledger, counted: Mapping[str, Any]) -> bool:
    aside = {entry["key"] for entry in counted["unread"] if is_set_aside(entry["reason"])}
    return ledger.get_all("unreadable", aside).keys() == aside


def _counted(
    ledger: Ledger, entry: Mapping[str, Any], counted: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """All that was counted of an hour up to where the slice has read it, earlier parts included.

    None if an earlier call of this function has closed it.
    """
    if entry["after"] is None:
        return counted
    progress = (ledger.get("open", entry["hour"]) or {}).get("progress")
    if progress is None or progress["after"] != entry["after"]:
        return None
    return total([progress["account"], counted])


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
