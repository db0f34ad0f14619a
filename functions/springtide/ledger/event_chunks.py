"""Plans the chunks of `events` that a slice merges, and the rows that it leaves waiting."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from springtide.ledger import due, published, taken_hours, waiting
from springtide.ledger.chunks import chunk_document, recorded_rows, underived
from springtide.ledger.step import Step
from springtide.model.documents import Chunk, Plan, WaitingRows
from springtide.model.lanes import LATE
from springtide.model.partitions import EVENTS, Partition, Touched, cut
from springtide.model.versions import planned_at


class Arrived(NamedTuple):
    """A slice's rows of an event hour, and their first arrival hour, by lane."""

    rows: dict[str, int]
    first: dict[str, str]


class Merge(NamedTuple):
    """The chunks to merge now, and the rows that wait."""

    chunks: list[Chunk]
    deferred: list[WaitingRows]


def plan_merge(
    it: Step,
    plan: Plan,
    delta: str | None,
    arrived: Mapping[Partition, Arrived],
    rebuilt: Collection[Partition] | None,
) -> Merge:
    """Chunks of the hours that are due, with all rows that wait for them; for a rebuild, its hours.

    `delta` is the version of the slice's own delta, None if it read no lines. Raises FenceLostError
    if a partition does not point where the last run left it.
    """
    entries, moment = waiting.entries(it.ledger), datetime.fromisoformat(plan["due"])
    waits = waiting.by_hour(entries)
    wanted = sorted(arrived.keys() | waits if rebuilt is None else rebuilt)
    present = published.partitions(it.settings, it.ledger, EVENTS.table, wanted)
    merged = set(wanted)
    deferred: list[WaitingRows] = []
    if rebuilt is None:
        found = {
            hour: due.Hour(
                arrived[hour].rows if hour in arrived else {},
                recorded_rows(present[hour]) if hour in present else None,
                waits.get(hour, []),
            )
            for hour in wanted
        }
        settles = planned_at(it.slice) <= moment or due.must_settle(entries, moment)
        merged = _due(it, plan, found, settles=settles)
        deferred = [
            {
                "slice": it.slice,
                "hour": list(hour),
                "version": delta,
                "rows": each.rows[LATE],
                "arrival": each.first[LATE],
            }
            for hour, each in sorted(arrived.items())
            if hour not in merged and delta is not None
        ]
    source = _Source(arrived, waits)
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
            "lanes": source.lanes(chunk),
            "waiting": source.waiting(chunk),
        }
        for chunk in cut(touched)
    ]
    return Merge(chunks, deferred)


def _due(
    it: Step, plan: Plan, found: Mapping[Partition, due.Hour], *, settles: bool
) -> set[Partition]:
    """The hours that are merged now.

    Rows of arrival hours that were taken before do not wait, since some may already be published.
    Nor do rows of an hour that an earlier slice published before it died, so that none counts
    twice.
    """
    if settles:
        return set(found)
    taken = taken_hours.among(it.ledger, (entry["hour"] for entry in plan["hours"]))
    merged = {hour for hour, each in found.items() if due.is_due(each, deferrable=not taken)}
    return merged.union(found.keys() & set(underived(plan)))


class _Source(NamedTuple):
    """Where the rows of an event hour come from besides its current version."""

    arrived: Mapping[Partition, Arrived]
    waits: Mapping[Partition, list[WaitingRows]]

    def waiting(self, chunk: Iterable[Partition]) -> list[WaitingRows]:
        return [entry for hour in chunk for entry in self.waits.get(hour, [])]

    def rows(self, chunk: Sequence[Partition]) -> int:
        own = sum(sum(self.arrived[h].rows.values()) for h in chunk if h in self.arrived)
        return own + waiting.rows_of(self.waiting(chunk))

    def lanes(self, chunk: Iterable[Partition]) -> list[str]:
        """The lanes of the slice's delta that hold rows of the chunk."""
        arrived = [self.arrived[hour] for hour in chunk if hour in self.arrived]
        return sorted({lane for each in arrived for lane in each.rows})
