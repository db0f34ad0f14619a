"""Plans which hours of the derived tables a slice has to build again."""

from __future__ import annotations

from typing import Any

from springtide.dataset import loading
from springtide.dataset.declaration import Derived
from springtide.ledger import held_derived, published
from springtide.ledger.chunks import bases_of, chunk_document, recorded_rows, stage, underived
from springtide.ledger.held_derived import Place
from springtide.ledger.step import begin
from springtide.ledger.table import Ledger
from springtide.model.documents import Chunk, Plan
from springtide.model.partitions import EVENTS, Partition, Touched, cut
from springtide.model.settings import Settings
from springtide.sql.derive import neighbours, read_hours

# A query names the version of each hour that it reads, and a statement has an end. One hour with
# the longest reach reads fewer.
MAX_READ_HOURS = 2_000


def plan_derived(settings: Settings, execution: str, slice_id: str) -> dict[str, Any]:
    """Plans the chunks of the derived tables, once the slice's events are published.

    The hours are those of the delta and what their rows reach into; not those whose events changed,
    since a crash between the two publishes would then leave a derived table stale; and those that a
    slice before published and died, since what it read may be gone from the landing. Hours that are
    held are left as they are. Where the
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
    held = held_derived.held(it.ledger)
    chunks = [
        chunk
        for derived in loading.load(settings.data_set).derived
        for chunk in _chunks(
            settings,
            it.ledger,
            derived,
            touched + _filled(plan, derived),
            held,
            plan.get("derive_hours"),
        )
    ]
    it.documents.keep_chunks("derive", {"chunks": chunks, "declaration": plan["declaration"]})
    return stage("derive", len(chunks), earlier=len(merged))


def _filled(plan: Plan, derived: Derived) -> list[Partition]:
    """Event hours of which only this table is built."""
    fill = plan.get("fill")
    return (
        [tuple(hour) for hour in fill["hours"]] if fill and fill["table"] == derived.table else []
    )


def _chunks(
    settings: Settings,
    ledger: Ledger,
    derived: Derived,
    touched: list[Partition],
    held: set[Place],
    hours: int | None,
) -> list[Chunk]:
    reached = sorted(
        {near for hour in touched for near in neighbours(hour, range(derived.reach_hours + 1))}
    )
    read = read_hours(derived, reached)
    events = published.partitions(settings, ledger, EVENTS.table, read)
    present = published.partitions(settings, ledger, derived.table, reached)
    # An hour that a window reaches into has no rows to build if it has no events.
    built = [
        Touched(hour, recorded_rows(events.get(hour)))
        for hour in reached
        if (hour in events or hour in present) and Place(derived.table, hour) not in held
    ]
    chunks = cut(built) if hours is None else cut(built, hours)
    while max((len(read_hours(derived, chunk)) for chunk in chunks), default=0) > MAX_READ_HOURS:
        chunks = cut(built, max(1, max(len(chunk) for chunk in chunks) // 2))
    return [
        {
            **chunk_document(derived.table, chunk, present),
            "events_rows": [recorded_rows(events.get(hour)) for hour in chunk],
            "read": bases_of(read_hours(derived, chunk), events),
        }
        for chunk in chunks
    ]
