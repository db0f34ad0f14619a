"""Undoes the latest slices: makes their arrival hours pending, and flips their partitions back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from springtide.aws import clock
from springtide.aws.batches import batched
from springtide.ledger import completeness, fills, lease, open_hours, slices, taken_hours, waiting
from springtide.ledger.journal import flip
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Base
from springtide.model.errors import RollbackRefusedError
from springtide.model.partitions import Partition
from springtide.model.settings import Settings
from springtide.model.versions import slice_id, table_location, version_id
from springtide.undo.rollback_plan import FlipBack, HourBack, RollbackPlan, plan_rollback

# Partitions flipped between two renewals of the lease.
_BATCH_FLIPS = 500


def roll_back(settings: Settings, to_slice: str, *, hold: bool = False) -> RollbackPlan:
    """Undoes every slice after `to_slice`, in all tables, under the lease.

    First the arrival hours are made pending, and derived tables that the slices filled are
    requested again; or both are held until they are resumed. Then the partitions flip back.
    Interrupted anywhere, it can be repeated with the same result. If a run comes in between, it
    ingests the hours again, except those that only rebuilds read. Raises RollbackRefusedError
    naming every obstacle before anything is written, and LeaseLostError if it took so long that
    another run may be writing.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    started = clock.now()
    holder = f"rollback:{started:%Y-%m-%dT%H:%M:%S.%fZ}"
    with lease.holding(ledger, holder):
        plan = plan_rollback(settings, to_slice)
        if plan.refusals:
            raise RollbackRefusedError("\n".join(plan.refusals))
        if not (plan.slices or plan.flips):
            return plan
        with lease.writing(ledger, holder) as fence:
            slice_ = slice_id(slices.next_number(ledger), started)
            item: Slice = {
                "state": "rollback",
                "execution": holder,
                "fence": fence,
                "to": to_slice,
                "started_at": started.isoformat(),
            }
            slices.begin(ledger, slice_, item)
            _open_hours(ledger, plan.hours, slice_, started, hold)
            for back in plan.hours:
                if back.record is None:
                    taken_hours.forget(ledger, str(back.hour))
                else:
                    taken_hours.rewrite(ledger, str(back.hour), back.record)
            waiting.drop(ledger, plan.waiting.gone)
            waiting.keep(ledger, plan.waiting.again)
            fills.request_again(ledger, plan.fills, slice_, hold=hold)
            completeness.publish(settings, ledger)
        for batch in batched(plan.flips, _BATCH_FLIPS):
            with lease.writing(ledger, holder) as fence:
                _flip_back(settings, slice_, batch, fence, clock.now())
        with lease.writing(ledger, holder):
            for undone in plan.slices:
                slices.undo(ledger, undone["sk"], slice_)
            slices.end_rollback(ledger, slice_, clock.now())
    return plan


class Resumed(NamedTuple):
    """Arrival hours that are pending again, and derived tables that will be filled again."""

    hours: list[ArrivalHour]
    fills: list[str]


def resume(settings: Settings) -> Resumed:
    """Frees what a rollback holds; may be called during a run."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    held = sorted(open_hours.rolled_back(open_hours.read(ledger)))
    hours = [hour for hour in held if open_hours.free(ledger, hour)]
    return Resumed(hours, fills.resume(ledger))


def _open_hours(
    ledger: Ledger, hours: Iterable[HourBack], slice_: str, now: datetime, hold: bool
) -> None:
    """Makes the hours pending or held, whatever their state."""
    pending: OpenHour = {"state": "pending"}
    held: OpenHour = {
        "state": "held",
        "reason": f"{open_hours.ROLLED_BACK}; springtide resume frees it",
        "held_at": now.isoformat(),
        "rolled_back": slice_,
    }
    open_hours.put_all(
        ledger,
        (
            (back.hour, {**(held if hold else pending), "fingerprint": back.fingerprint})
            for back in hours
            if back.again
        ),
    )


def _flip_back(
    settings: Settings,
    slice_: str,
    batch: Iterable[FlipBack],
    fence: int,
    now: datetime,
) -> None:
    """Journals a batch of flips and makes them."""
    version = version_id(slice_, "rollback", 0, 1)
    by_table: dict[str, list[FlipBack]] = defaultdict(list)
    for back in batch:
        by_table[back.table].append(back)
    for table, flips_back in by_table.items():
        root = table_location(settings.lake_bucket, table, version)
        targets: dict[Partition, tuple[Base, Base | None]] = {}
        for back in flips_back:
            nothing: Base = {"location": root + back.folder, "rows": 0, "version": version}
            targets[back.partition] = (back.target or nothing, back.present)
        present = [back.partition for back in flips_back if back.present is not None]
        flip(settings, slice_, table, targets, present, fence, now)
