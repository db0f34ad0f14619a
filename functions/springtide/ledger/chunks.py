"""Builds chunk documents: the partitions that one query writes, and where each points before it."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from springtide.ledger.documents import AUDIT_OF
from springtide.model.documents import Base, Chunk, Plan
from springtide.model.partitions import Partition

# The factor by which chunks that were too much for Athena get smaller; each try ingests the slice
# again.
_SMALLER = 4
# Chunks do not get smaller than gives this many of them: each adds to the execution's history
# (tests/pipeline/test_history.py).
MAX_SMALL_CHUNKS = 100


def stage(step: str, chunks: int, earlier: int = 0) -> dict[str, Any]:
    """The next stage for the state machine: one Map that writes, audits and publishes these chunks.

    `step` writes a chunk and `audit` audits it. `slice_chunks` also counts the slice's `earlier`
    chunks, since all of them take their share of the run's history.
    """
    return {
        "step": step,
        "audit": AUDIT_OF[step],
        "chunks": list(range(chunks)),
        "slice_chunks": earlier + chunks,
    }


def chunk_document(
    table: str, chunk: list[Partition], present: Mapping[Partition, Mapping[str, Any]]
) -> Chunk:
    """A chunk with each partition's base: where it points before the query reads it."""
    return {
        "table": table,
        "partitions": [list(values) for values in chunk],
        "base": [base_of(present.get(values)) for values in chunk],
    }


def smaller_chunks(chunks: Sequence[Chunk]) -> int | None:
    """Partitions per chunk after shrinking these chunks; None if they are small enough."""
    hours = [len(chunk["partitions"]) for chunk in chunks]
    fewer = max(max(hours) // _SMALLER, ceil(sum(hours) / MAX_SMALL_CHUNKS))
    return fewer if fewer < max(hours) else None


def recorded_rows(partition: Mapping[str, Any] | None) -> int:
    """The rows that a published partition records; 0 if there is no partition."""
    return 0 if partition is None else int(partition.get("Parameters", {}).get("rows", 0))


def base_of(partition: Mapping[str, Any] | None) -> Base | None:
    """Where a partition points, with its recorded rows and version; None if there is none."""
    if partition is None:
        return None
    return {
        "location": partition["StorageDescriptor"]["Location"],
        "rows": recorded_rows(partition),
        "version": partition.get("Parameters", {}).get("version", ""),
    }


def underived(plan: Plan) -> list[Partition]:
    """Event hours published by earlier slices that died before anything was derived from them."""
    return [tuple(values) for values in plan["underived"]]
