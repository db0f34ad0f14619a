"""The chunks of `events` that a slice merges, and what it leaves waiting for a later one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from springtide.ledger import due, published, waiting
from springtide.ledger.chunks import chunk_document, recorded_rows, underived
from springtide.ledger.step import Step
from springtide.ledger.waiting import Waiting
from springtide.model.documents import Chunk, DeltaRead, Plan
from springtide.model.lanes import LATE
from springtide.model.partitions import EVENTS, Partition, Touched, cut
from springtide.model.versions import planned_at


class Arrived(NamedTuple):
    """What a slice's delta has of an event hour: rows and the first arrival hour, by lane."""

    rows: dict[str, int]
    first: dict[str, str]


class Merge(NamedTuple):
    """The chunks to merge now, and what waits."""

    chunks: list[Chunk]
    deferred: list[Waiting]


def plan_merge(
    it: Step,
    plan: Plan,
    delta: str | None,
    arrived: Mapping[Partition, Arrived],
    rebuilt: Collection[Partition] | None,
) -> Merge:
    """Chunks of the hours that are due, with all that waits for them; of a rebuild, its hours.

    `delta` is the version of the slice's own delta, None if nothing has landed.
    Raises FenceLostError if a partition is not where the runs have left it.
    """
    waits = waiting.by_hour(waiting.entries(it.ledger))
    wanted = sorted(arrived.keys() | waits if rebuilt is None else rebuilt)
    present = published.partitions(it.settings, it.ledger, EVENTS.table, wanted)
    merged, deferred = set(wanted), []
    if rebuilt is None:
        found = {
            hour: due.Hour(
                arrived[hour].rows if hour in arrived else {},
                recorded_rows(present[hour]) if hour in present else None,
                waits.get(hour, []),
            )
            for hour in wanted
        }
        merged = _due(it, plan, found)
        deferred = [
            Waiting(it.slice, hour, delta, each.rows[LATE], each.first[LATE])
            for hour, each in sorted(arrived.items())
            if hour not in merged and delta is not None
        ]
    source = _Source(delta, arrived, waits, rebuilt is not None)
    touched = [
        Touched(hour, source.rows([hour]) + recorded_rows(present.get(hour)))
        for hour in sorted(merged)
        if hour in arrived or hour in waits or hour in present
    ]
    chunks: list[Chunk] = [
        {
            **chunk_document(EVENTS.table, chunk, present),
            "rebuild": rebuilt is not None,
            "delta_rows": [source.rows([hour]) for hour in chunk],
            "deltas": source.reads(chunk),
            "waiting": [entry.document() for entry in source.waiting(chunk)],
        }
        for chunk in cut(touched)
    ]
    return Merge(chunks, deferred)


def _due(it: Step, plan: Plan, found: Mapping[Partition, due.Hour]) -> set[Partition]:
    """The hours that are merged now.

    Rows of arrival hours that were taken before do not wait: some of them may be published. Nor do
    those of an hour that a slice before this one published and died, so that none counts twice.
    """
    moment = datetime.fromisoformat(plan["due"])
    late = due.overdue([entry for hour in found.values() for entry in hour.waiting], moment)
    late.update(underived(plan))
    at_once = planned_at(it.slice) <= moment
    taken = it.ledger.get_all("hour", (entry["hour"] for entry in plan["hours"]))
    return {
        hour
        for hour, each in found.items()
        if due.is_due(each, overdue=hour in late, deferrable=not (taken or at_once))
    }


class _Source(NamedTuple):
    """Where the rows of an event hour come from besides its current version."""

    delta: str | None
    arrived: Mapping[Partition, Arrived]
    waits: Mapping[Partition, list[Waiting]]
    rebuild: bool

    def waiting(self, chunk: Iterable[Partition]) -> list[Waiting]:
        return [entry for hour in chunk for entry in self.waits.get(hour, [])]

    def rows(self, chunk: list[Partition]) -> int:
        own = sum(sum(self.arrived[h].rows.values()) for h in chunk if h in self.arrived)
        return own + waiting.rows_of(self.waiting(chunk))

    def reads(self, chunk: list[Partition]) -> list[DeltaRead]:
        """The lanes of the slice's delta that have rows of the chunk; late ones of others."""
        own = {lane for hour in chunk if hour in self.arrived for lane in self.arrived[hour].rows}
        earlier = {entry.version for entry in self.waiting(chunk)}
        found: list[DeltaRead] = []
        if self.delta is not None and (own or self.rebuild):
            found.append({"versions": [self.delta], "lanes": sorted(own or {LATE})})
        if earlier:
            found.append({"versions": sorted(earlier), "lanes": [LATE]})
        return found
