"""Records a published slice: marks its arrival hours as taken and keeps the account of each."""

from collections.abc import Mapping
from datetime import datetime

from springtide.arrivals.landing import is_set_aside
from springtide.ledger import (
    announcements,
    completeness,
    fills,
    held_derived,
    marks,
    open_hours,
    rebuild_requests,
    settle_requests,
    skipped_objects,
    slice_metrics,
    slices,
    taken_hours,
    waiting,
)
from springtide.ledger.line_account import total
from springtide.ledger.slices import SliceAccount
from springtide.ledger.step import Step, begin
from springtide.ledger.table import Ledger
from springtide.ledger.taken_hours import Taking
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import HourCounts, Plan
from springtide.model.settings import Settings
from springtide.model.unread import bounded
from springtide.requests import erasures


def record_slice(settings: Settings, execution: str, slice_id: str, now: datetime) -> SliceAccount:
    """Moves the slice's hours from open to taken; returns the slice's account.

    Every call does all of it, so that the next run can finish the recording of a run that died.
    The hours stay open until the slice itself is recorded.
    """
    it = begin(settings, execution, slice_id)
    ledger, plan, counts = it.ledger, it.documents.plan(), it.documents.counts()
    # Before the first hour is recorded: a taken hour is not read again, so it would never be
    # counted.
    slice_metrics.report(it, now)
    merged = it.documents.chunks("merge")
    deferred = merged.get("deferred", [])
    # An erasure reads no landed lines: its counts are new accounts of hours that were read before.
    read = [] if "erase" in plan else list(counts.values())
    account: SliceAccount = {**bounded(total(read)), "waiting": waiting.rows_of(deferred)}
    announcements.intend(ledger, slice_id, plan, account)
    waiting.keep(ledger, deferred)
    held_derived.built(
        ledger,
        (
            held_derived.Place(chunk["table"], tuple(entry["partition"]))
            for chunk in it.documents.all_passed()
            for entry in chunk["staged"]
        ),
    )
    for entry in plan["hours"]:
        record: Taking = {
            **bounded(counts[entry["hour"]]),
            "fingerprint": entry["fingerprint"],
            "slice": slice_id,
            "taken_at": now.isoformat(),
        }
        taken_hours.record(ledger, entry["hour"], record)
    if "erase" in plan:
        erasures.record(it, merged, now)
    # Before the slice is recorded: the next run only finishes a slice that is not.
    for chunk in merged["chunks"]:
        waiting.drop(ledger, chunk.get("waiting", []))
    slices.record(ledger, slice_id, account, now)
    _close(it, plan, counts)
    return account


def _close(it: Step, plan: Plan, counts: Mapping[str, HourCounts]) -> None:
    """Closes the slice's hours, and removes the requests that it fulfils."""
    ledger = it.ledger
    # The pending hours of a rebuild stay pending: a person may have requested them.
    if "rebuild" not in plan:
        for entry in plan["hours"]:
            _close_hour(ledger, entry["hour"], counts[entry["hour"]])
    if plan["mark"] is not None:
        marks.advance(ledger, ArrivalHour.parse(plan["mark"]))
    completeness.publish(it.settings, ledger)
    if "fill" in plan:
        fills.done(ledger, plan["fill"])
    settle_requests.done(ledger, plan["settle"])
    if "rebuild" in plan:
        rebuild_requests.drop(ledger, plan["rebuild"]["request"])


def _close_hour(ledger: Ledger, hour: str, counted: HourCounts) -> None:
    """Closes an hour, unless it was retried meanwhile.

    It also stays pending if an object that was skipped in it has been freed since: nothing else
    would read that object.
    """
    aside = {entry["key"] for entry in counted["unread"] if is_set_aside(entry["reason"])}
    still_aside = skipped_objects.are_all_skipped(ledger, aside)
    if not (still_aside and open_hours.close(ledger, hour)):
        open_hours.read_again(ledger, hour)
