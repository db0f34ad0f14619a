"""Plans which partitions of the derived tables a slice builds."""

from typing import Any

from springtide.dataset import loading
from springtide.dataset.declaration import Derived
from springtide.dataset.reach import reached_by, read_by
from springtide.ledger import held_derived, published
from springtide.ledger.chunks import base_of, chunk_document, recorded_rows, stage, underived
from springtide.ledger.held_derived import Place
from springtide.ledger.step import Step, begin
from springtide.model.documents import Chunk, Chunks
from springtide.model.partitions import EVENTS, Partition, Touched, around, cut
from springtide.model.settings import Settings

# A query names the version of each partition that it reads, and a statement's length is limited.
# One day with the longest reach reads fewer than this.
MAX_READ_PARTITIONS = 2_000


def plan_derived(settings: Settings, execution: str, slice_id: str) -> dict[str, Any]:
    """Plans the chunks of the derived tables, once the slice's events are published.

    These are the partitions of the delta's hours and those that their windows reach. They do
    not depend on whether `events` changed: a crash between the two publishes would then leave a
    derived table stale. Hours that an earlier slice published before it died are included,
    since their objects may be gone from the landing. Held partitions are left out. Where the
    plan has `derive_hours`, a chunk has at most that many.
    """
    it = begin(settings, execution, slice_id)
    plan, merged = it.documents.plan(), it.documents.chunks("merge")["chunks"]
    touched = underived(plan) + [
        tuple(values)
        for chunk in merged
        if chunk["table"] == EVENTS.table
        for values in chunk["partitions"]
    ]
    data_set, held = loading.load(settings.data_set), held_derived.held(it.ledger)
    chunks: list[Chunk] = []
    fill = plan.get("fill")
    for derived in data_set.derived:
        own = fill["hours"] if fill and fill["table"] == derived.table else []
        reached = reached_by(derived, touched + [tuple(hour) for hour in own])
        there = _Events(it, data_set.grain, derived, reached)
        chunks += there.chunks(held, plan.get("derive_hours"))
    document: Chunks = {
        "chunks": chunks,
        "declaration": plan["declaration"],
        "retired": plan["retired"],
    }
    it.documents.keep_chunks("derive", document)
    return stage("derive", len(chunks), earlier=len(merged))


class _Events:
    """The partitions of a derived table to build, and those of `events` that each reads."""

    def __init__(self, it: Step, grain: str, derived: Derived, reached: list[Partition]) -> None:
        self._derived, self._grain, self._reached = derived, grain, reached
        read = self._read(reached)
        self._events = published.partitions(it.settings, it.ledger, EVENTS.table, read)
        self._present = published.partitions(it.settings, it.ledger, derived.table, reached)

    def chunks(self, held: set[Place], most: int | None) -> list[Chunk]:
        """The chunks to build; at most `most` partitions each, if given."""
        # A partition without events has no rows to build, even if a window reaches it.
        built = [
            Touched(each, self._rows(each))
            for each in self._reached
            if (each in self._present or not self._events.keys().isdisjoint(self._within(each)))
            and Place(self._derived.table, each) not in held
        ]
        chunks = cut(built) if most is None else cut(built, most)
        while max((len(self._read(chunk)) for chunk in chunks), default=0) > MAX_READ_PARTITIONS:
            chunks = cut(built, max(1, max(len(chunk) for chunk in chunks) // 2))
        return [
            {
                **chunk_document(self._derived.table, chunk, self._present),
                "events_rows": [self._rows(each) for each in chunk],
                "read": [
                    (list(each), base_of(self._events[each]))
                    for each in self._read(chunk)
                    if each in self._events
                ],
            }
            for chunk in chunks
        ]

    def _read(self, chunk: list[Partition]) -> list[Partition]:
        return read_by(self._derived, self._grain, chunk)

    def _within(self, partition: Partition) -> list[Partition]:
        """The partitions of `events` in a partition of the table."""
        return around(partition, 0, 0, self._grain)

    def _rows(self, partition: Partition) -> int:
        return sum(recorded_rows(self._events.get(each)) for each in self._within(partition))
