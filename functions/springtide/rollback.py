"""Undoes the latest slices: their arrival hours are pending again, their partitions flip back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from springtide import completeness, lease, publishing
from springtide.arrival import ArrivalHour
from springtide.batches import batched
from springtide.chunks import base_of
from springtide.errors import InvalidInputError, RollbackRefusedError
from springtide.history import Flip, flips, present_partitions
from springtide.landing import Fingerprint
from springtide.ledger import Item, Ledger
from springtide.partitions import Partition, folder_of, keys_of
from springtide.publishing import Target
from springtide.restorable import Rereading, missing_version
from springtide.settings import Settings
from springtide.store import Store
from springtide.versions import slice_id, table_location, version_id

# What `to_slice` is to go back to before the first slice.
BEFORE_ALL = "none"
# Partitions flipped between two renewals of the lease.
_BATCH_FLIPS = 500

Place = tuple[str, Partition]


class FlipBack(NamedTuple):
    """A partition that flips back, to `target`, or to nothing if there was no version before.

    `present` is what it points at now, None if it is not in the catalog any more.
    """

    table: str
    partition: Partition
    present: Mapping[str, Any] | None
    target: Mapping[str, Any] | None

    @property
    def folder(self) -> str:
        """The partition as a Hive-style folder, ending in a slash."""
        return folder_of(keys_of(self.table), self.partition)


class HourBack(NamedTuple):
    """An arrival hour that undone slices read; `record` is what was recorded of it before.

    It is taken in once more unless only rebuilds read it; those are undone, and not done again.
    """

    hour: ArrivalHour
    fingerprint: Mapping[str, Any]
    record: Mapping[str, Any] | None
    again: bool


@dataclass(frozen=True)
class RollbackPlan:
    """What a rollback does: `slices` are undone, newest first, unless there are `refusals`."""

    to: str
    slices: list[Item]
    flips: list[FlipBack]
    hours: list[HourBack]
    refusals: list[str]

    @property
    def pending(self) -> list[ArrivalHour]:
        """The hours that are taken in once more."""
        return [back.hour for back in self.hours if back.again]


def plan_rollback(settings: Settings, to_slice: str) -> RollbackPlan:
    """Finds what going back to `to_slice` undoes, and what stands in its way; writes nothing.

    Raises InvalidInputError if it is no slice that one can go back to.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    after = _slices_after(ledger, to_slice)
    journal = {item["sk"]: list(flips(ledger, item["sk"])) for item in after}
    undone = [item for item in after if item["state"] not in ("undone", "rollback")]
    back, strays = _flips_back(settings, after, journal)
    refusals = strays + [
        f"{flip.table} {flip.folder}: {reason}"
        for flip in back
        if flip.target and (reason := missing_version(ledger, flip.target))
    ]
    hours, obstacles = _hours_back(settings, ledger, to_slice, undone, journal)
    return RollbackPlan(to_slice, undone[::-1], back, hours, refusals + obstacles)


def roll_back(
    settings: Settings, to_slice: str, clock: Callable[[], datetime], *, hold: bool = False
) -> RollbackPlan:
    """Undoes every slice after `to_slice`, in all tables, under the lease.

    First the arrival hours are pending, or held until they are resumed, then the partitions flip
    back. Interrupted anywhere, it can be done again with the same result; and if a run comes in
    between, it takes the hours in again, but for those that only rebuilds read. Raises
    RollbackRefusedError naming everything that stands in the way, before anything is written, and
    LeaseLostError if it took so long that another run may be at work.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    started = clock()
    holder = f"rollback:{started:%Y-%m-%dT%H:%M:%S.%fZ}"
    with lease.holding(ledger, holder):
        plan = plan_rollback(settings, to_slice)
        if plan.refusals:
            raise RollbackRefusedError("\n".join(plan.refusals))
        if not (plan.slices or plan.flips):
            return plan
        with lease.writing(ledger, holder) as fence:
            slice_ = slice_id(ledger.next_slice_number(), started)
            item = {"state": "rollback", "execution": holder, "fence": fence, "to": to_slice}
            ledger.put("slice", slice_, {**item, "started_at": started.isoformat()})
            _open_hours(ledger, plan.hours, slice_, started, hold)
            _restore_records(ledger, plan.hours)
            completeness.publish(settings, ledger)
        for batch in batched(plan.flips, _BATCH_FLIPS):
            with lease.writing(ledger, holder) as fence:
                _flip_back(settings, slice_, batch, fence, clock())
        with lease.writing(ledger, holder):
            for undone in plan.slices:
                _undone(ledger, undone["sk"], slice_)
    return plan


def resume(settings: Settings) -> list[ArrivalHour]:
    """Makes the hours pending that a rollback holds; returns them. A run may be going."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    held = [hour for hour, item in ledger.open_hours().items() if "rolled_back" in item]
    return [hour for hour in held if ledger.free_hour(hour)]


# ------------------------------------------------------------------ planning


def _slices_after(ledger: Ledger, to_slice: str) -> list[Item]:
    """The slices after the one to go back to, oldest first."""
    if to_slice == BEFORE_ALL:
        return list(ledger.query("slice"))
    item = ledger.get("slice", to_slice) if to_slice else None
    if item is None:
        raise InvalidInputError(f"there is no slice {to_slice!r}; `springtide versions` lists them")
    if item["state"] != "recorded":
        by = f" by {item['undone_by']}" if "undone_by" in item else ""
        raise InvalidInputError(
            f"slice {to_slice} is {item['state']}{by} and not recorded; go back to one that is"
        )
    return [item for item in ledger.query("slice", first=to_slice) if item["sk"] != to_slice]


def _flips_back(
    settings: Settings, after: Iterable[Item], journal: Mapping[str, list[Flip]]
) -> tuple[list[FlipBack], list[str]]:
    """Each partition's flip to the base of the oldest flip; and partitions that somebody moved."""
    rollbacks = {item["sk"] for item in after if item["state"] == "rollback"}
    chains: dict[Place, list[Flip]] = defaultdict(list)
    for entries in journal.values():
        for flip in entries:
            chains[flip.table, flip.partition].append(flip)
    present = present_partitions(settings, [chain[0] for chain in chains.values()])
    back, strays = [], []
    for (table, partition), chain in sorted(chains.items()):
        now, target = base_of(present.get((table, partition))), chain[0].base
        nothing = {flip.to for flip in chain if flip.slice in rollbacks and flip.rows == 0}
        if now is None and target is None:
            continue  # journalled, and never flipped
        if now is not None and (
            now["location"] in nothing if target is None else now["location"] == target["location"]
        ):
            continue
        if now is not None and not any(now["location"] in flip.locations for flip in chain):
            strays.append(
                f"{table} {chain[0].folder}: points at {now['location']}, which no slice after"
                " the one to go back to wrote; somebody else moved it"
            )
        back.append(FlipBack(table, partition, now, target))
    return back, strays


def _hours_back(
    settings: Settings,
    ledger: Ledger,
    to_slice: str,
    undone: Iterable[Item],
    journal: Mapping[str, list[Flip]],
) -> tuple[list[HourBack], list[str]]:
    """The arrival hours of slices that published, and what of them cannot be read again."""
    store, rereading = Store(settings.lake_bucket), Rereading(settings, ledger)
    entries: dict[ArrivalHour, list[Mapping[str, Any]]] = {}
    obstacles: list[str] = []
    for item in undone:
        # What a slice that never published was to take in is open anyway.
        if item["state"] != "recorded" and not journal[item["sk"]]:
            continue
        try:
            plan = store.read(item["sk"], "plan")
        except ClientError as err:
            if err.response["Error"]["Code"] != "NoSuchKey":
                raise
            obstacles.append(f"slice {item['sk']}: the plan that lists what it read is gone")
            continue
        for entry in plan["hours"]:
            listed = entries.setdefault(ArrivalHour.parse(entry["hour"]), [])
            if "rebuild" not in plan:
                listed.append(entry)
    hours = []
    for hour, listed in sorted(entries.items()):
        present = rereading.objects(hour) if listed else []
        obstacles += rereading.obstacles(hour, listed, present)
        record = _record_before(ledger, hour, to_slice)
        fingerprint = Fingerprint.of(present)._asdict()
        hours.append(HourBack(hour, fingerprint, record, again=bool(listed)))
    return hours, obstacles


def _record_before(ledger: Ledger, hour: ArrivalHour, to_slice: str) -> Item | None:
    """What was recorded of an hour by the last slice, up to the one to go back to, that counts."""
    if to_slice == BEFORE_ALL:
        return None
    for item in ledger.query("taking", prefix=f"{hour}#", newest_first=True):
        if item["slice"] <= to_slice:
            taken_by = ledger.get("slice", item["slice"])
            if taken_by is not None and taken_by["state"] == "recorded":
                return {name: value for name, value in item.items() if name not in ("pk", "sk")}
    return None


# ------------------------------------------------------------------ writing


def _open_hours(
    ledger: Ledger, hours: Iterable[HourBack], slice_: str, now: datetime, hold: bool
) -> None:
    """Makes the hours pending or held, from their beginning, whatever state they are in."""
    pending = {"state": "pending"}
    held = {
        "state": "held",
        "reason": "rolled back with --hold",
        "held_at": now.isoformat(),
        "rolled_back": slice_,
    }
    ledger.put_all(
        "open",
        (
            (str(back.hour), {**(held if hold else pending), "fingerprint": back.fingerprint})
            for back in hours
            if back.again
        ),
    )


def _restore_records(ledger: Ledger, hours: Iterable[HourBack]) -> None:
    for back in hours:
        if back.record is None:
            ledger.delete("hour", str(back.hour))
        else:
            ledger.put("hour", str(back.hour), back.record)


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
        nothing = {"rows": 0, "version": version}
        targets = {
            back.partition: Target(
                **(back.target or {**nothing, "location": root + back.folder}), base=back.present
            )
            for back in flips_back
        }
        present = [back.partition for back in flips_back if back.present is not None]
        publishing.flip(settings, slice_, table, targets, present, fence, now)


def _undone(ledger: Ledger, slice_: str, by: str) -> None:
    ledger.update(
        "slice",
        slice_,
        "SET #state = :undone, undone_by = :by",
        {":undone": "undone", ":by": by},
        names={"#state": "state"},
    )
