"""Finds what a rollback would undo, and the obstacles to it; writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from springtide.arrivals.landing import Landing, fingerprint
from springtide.aws import catalog
from springtide.ledger import erase_requests, published, slices, taken_hours, waiting
from springtide.ledger.chunks import base_of, underived
from springtide.ledger.documents import CHUNKS_OF, Documents
from springtide.ledger.journal import Flip, flips, present_partitions
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.ledger.taken_hours import TakenHour
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Base, Fingerprint, Plan, PlannedHour, WaitingRows
from springtide.model.errors import InvalidInputError
from springtide.model.partitions import EVENTS, QUARANTINE, Partition, folder_of
from springtide.model.settings import Settings
from springtide.model.versions import delta_location
from springtide.undo.rollback_obstacles import Rereading, missing_version

# The value of `to_slice` that means before the first slice.
BEFORE_ALL = "none"

Place = tuple[str, Partition]


class FlipBack(NamedTuple):
    """A partition that flips back to `target`, or to nothing if there was no version before.

    `present` is what it points at now, None if it is no longer in the catalog.
    """

    table: str
    partition: Partition
    present: Base | None
    target: Base | None

    @property
    def folder(self) -> str:
        """The partition as a Hive-style folder, ending in a slash."""
        return folder_of(self.table, self.partition)


class HourBack(NamedTuple):
    """An arrival hour that undone slices read; `record` is its record from before.

    It is ingested again unless only rebuilds read it; those are undone, and not repeated.
    """

    hour: ArrivalHour
    fingerprint: Fingerprint
    record: TakenHour | None
    again: bool


class WaitingBack(NamedTuple):
    """`again` are late rows that an undone slice has merged; `gone` those that one has read.

    The arrival hours of the latter are ingested again.
    """

    again: list[WaitingRows]
    gone: list[WaitingRows]


@dataclass(frozen=True)
class RollbackPlan:
    """What a rollback does: `slices` are undone, newest first, unless there are `refusals`.

    `waiting` are late rows that wait again, and those that are read again with their hours. `fills`
    are derived tables that are filled again.
    """

    to: str
    slices: list[Slice]
    flips: list[FlipBack]
    hours: list[HourBack]
    waiting: WaitingBack
    fills: list[str]
    refusals: list[str]

    @property
    def pending(self) -> list[ArrivalHour]:
        """The hours that are ingested again."""
        return [back.hour for back in self.hours if back.again]


def plan_rollback(settings: Settings, to_slice: str) -> RollbackPlan:
    """Finds what going back to `to_slice` undoes, and the obstacles to it; writes nothing.

    Raises InvalidInputError if it is not a slice to go back to, and FenceLostError if a table is
    gone.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    published.check_tables(settings, ledger)
    after = _slices_after(ledger, to_slice)
    journal = {item["sk"]: list(flips(ledger, item["sk"])) for item in after}
    undone = [item for item in after if item["state"] not in ("undone", "rollback")]
    back, strays = _flips_back(settings, after, journal)
    erased = erase_requests.erased_upto(ledger)
    if any(item["sk"] <= erased for item in undone):
        strays.append(f"slice {erased} has erased rows: going back before it would restore them")
    refusals = strays + [
        f"{flip.table} {flip.folder}: {reason}"
        for flip in back
        if flip.target
        and (reason := missing_version(ledger, flip.target["location"], flip.target["rows"]))
    ]
    # The hours of a slice that never published are still open.
    publishing = [i for i in undone if i["state"] == "recorded" or journal[i["sk"]]]
    plans, lost = _plans(settings, publishing)
    hours, obstacles = _hours_back(settings, ledger, to_slice, plans.values())
    kept = "" if to_slice == BEFORE_ALL else to_slice
    waits, gone = _waiting_back(settings, ledger, publishing, kept)
    refusals += lost + obstacles + gone
    fills = {table for sk, plan in plans.items() for table in _filled(plan, journal[sk])}
    if to_slice == BEFORE_ALL:  # no event hour is left to fill from
        fills = set()
    return RollbackPlan(to_slice, undone[::-1], back, hours, waits, sorted(fills), refusals)


def _slices_after(ledger: Ledger, to_slice: str) -> list[Slice]:
    """The slices after the one to go back to, the oldest first."""
    if to_slice == BEFORE_ALL:
        return slices.after(ledger, None)
    item = slices.one(ledger, to_slice) if to_slice else None
    if item is None:
        raise InvalidInputError(
            f"there is no slice {to_slice!r}; `springtide versions --slices` lists them"
        )
    if item["state"] != "recorded":
        by = f" by {item['undone_by']}" if "undone_by" in item else ""
        raise InvalidInputError(
            f"slice {to_slice} is {item['state']}{by} and not recorded; go back to one that is"
        )
    return slices.after(ledger, to_slice)


def _flips_back(
    settings: Settings, after: Iterable[Slice], journal: Mapping[str, list[Flip]]
) -> tuple[list[FlipBack], list[str]]:
    """Each partition's flip to the base of its oldest flip; and partitions moved by others."""
    rollbacks = {item["sk"] for item in after if item["state"] == "rollback"}
    there = catalog.tables(settings.database)
    chains: dict[Place, list[Flip]] = defaultdict(list)
    for flip in (flip for entries in journal.values() for flip in entries):
        if flip.table in there:  # otherwise it was dropped after its table was no longer declared
            chains[flip.table, flip.partition].append(flip)
    present = present_partitions(settings, [chain[0] for chain in chains.values()])
    back, strays = [], []
    for (table, partition), chain in sorted(chains.items()):
        now, target = base_of(present.get((table, partition))), chain[0].base
        nothing = {flip.to for flip in chain if flip.slice in rollbacks and flip.rows == 0}
        if now is None and target is None:
            continue  # journalled and never flipped
        if now is not None and (
            now["location"] in nothing if target is None else now["location"] == target["location"]
        ):
            continue
        if now is not None and not any(now["location"] in flip.locations for flip in chain):
            strays.append(
                f"{table} {chain[0].folder}: points at {now['location']}, which no slice after"
                " the one to go back to wrote; another writer moved it"
            )
        back.append(FlipBack(table, partition, now, target))
    return back, strays


def _plans(settings: Settings, undone: Iterable[Slice]) -> tuple[dict[str, Plan], list[str]]:
    """The plans of slices that published, by slice; plans that are gone are obstacles."""
    plans: dict[str, Plan] = {}
    obstacles: list[str] = []
    for item in undone:
        plan = Documents(settings.lake_bucket, item["sk"]).find("plan")
        if plan is None:
            obstacles.append(f"slice {item['sk']}: the plan that lists what it read is gone")
        else:
            plans[item["sk"]] = plan
    return plans, obstacles


def _filled(plan: Plan, flips: Iterable[Flip]) -> set[str]:
    """The derived tables that a slice has built for other event hours than it read.

    Ingesting its arrival hours again does not build these.
    """
    filled = {plan["fill"]["table"]} if "fill" in plan else set()
    if underived(plan):  # hours of earlier slices, or held ones that were retried; of any table
        filled |= {flip.table for flip in flips} - {EVENTS.table, QUARANTINE.table}
    return filled


def _hours_back(
    settings: Settings, ledger: Ledger, to_slice: str, plans: Iterable[Plan]
) -> tuple[list[HourBack], list[str]]:
    """The arrival hours of slices that published, and objects of them that cannot be read again."""
    landing = Landing.of(settings)
    rereading = Rereading(landing, ledger)
    entries: dict[ArrivalHour, list[PlannedHour]] = {}
    obstacles: list[str] = []
    for plan in plans:
        for entry in plan["hours"]:
            listed = entries.setdefault(ArrivalHour.parse(entry["hour"]), [])
            if "rebuild" not in plan:
                listed.append(entry)
    hours = []
    for hour, listed in sorted(entries.items()):
        present = landing.hour(hour) if listed else []
        obstacles += rereading.obstacles(hour, listed, present)
        record = _record_before(ledger, hour, to_slice)
        hours.append(HourBack(hour, fingerprint(present), record, again=bool(listed)))
    return hours, obstacles


def _record_before(ledger: Ledger, hour: ArrivalHour, to_slice: str) -> TakenHour | None:
    """The record of an hour by the last slice that counts, up to the one to go back to."""
    if to_slice == BEFORE_ALL:
        return None
    for item in taken_hours.takings(ledger, hour):
        if item["slice"] <= to_slice:
            taken_by = slices.one(ledger, item["slice"])
            if taken_by is not None and taken_by["state"] == "recorded":
                return item
    return None


def _waiting_back(
    settings: Settings, ledger: Ledger, undone: Iterable[Slice], kept: str
) -> tuple[WaitingBack, list[str]]:
    """The changes to waiting rows, and the obstacles, if these slices are undone.

    The slices are those that have published something. `kept` is the last slice that stays, empty
    if none does.
    """
    again: dict[str, WaitingRows] = {}
    obstacles: list[str] = []
    for item in undone:
        document = Documents(settings.lake_bucket, item["sk"]).find(CHUNKS_OF["merge"])
        if document is None:
            obstacles.append(f"slice {item['sk']}: the document of what it merged is gone")
            continue
        merged = (entry for chunk in document["chunks"] for entry in chunk.get("waiting", []))
        again |= {waiting.sort_of(entry): entry for entry in merged if entry["slice"] <= kept}
    for version in sorted({entry["version"] for entry in again.values()}):
        rows = sum(entry["rows"] for entry in again.values() if entry["version"] == version)
        reason = missing_version(ledger, delta_location(settings.lake_bucket, version), rows)
        if reason is not None:
            obstacles.append(f"late rows that a slice has merged: {reason}")
    gone = [entry for entry in waiting.every(ledger) if entry["slice"] > kept]
    return WaitingBack(list(again.values()), gone), obstacles
