"""Publishes a chunk: points the table's partitions at their audited versions."""

from datetime import datetime
from typing import Any

from springtide.aws import glue_partitions
from springtide.ledger import rebuild_requests
from springtide.ledger.chunks import base_of
from springtide.ledger.journal import flip
from springtide.ledger.step import begin
from springtide.model.documents import Base, StagedPartition
from springtide.model.errors import FenceLostError
from springtide.model.partitions import Partition, folder_of
from springtide.model.settings import Settings


def add_partitions(
    settings: Settings, execution: str, slice_id: str, step: str, chunk_number: int, now: datetime
) -> dict[str, Any]:
    """Journals and then flips the partitions of a chunk that `step` staged; idempotent.

    Raises FenceLostError, before anything is flipped, if a partition points neither at the base
    that the query read nor at the version to publish.
    """
    it = begin(settings, execution, slice_id)
    document = it.documents.chunks(step)
    planned = document["chunks"][chunk_number]
    passed = it.documents.passed(step, chunk_number)
    table, version = passed["table"], passed["version"]
    staged: dict[Partition, StagedPartition] = {
        tuple(entry["partition"]): entry for entry in passed["staged"]
    }
    bases = {tuple(p): base for p, base in zip(planned["partitions"], planned["base"], strict=True)}
    present = glue_partitions.get(settings.database, table, list(staged))
    for partition, entry in staged.items():
        base, now_there = bases[partition], base_of(present.get(partition))
        expected = base["location"] if base else None
        points_at = now_there["location"] if now_there else None
        if points_at not in (expected, entry["location"]):
            raise FenceLostError(
                f"{table} {folder_of(table, partition)} points at {points_at}; the merge"
                f" read {expected}. Another writer has published since; nothing was flipped"
            )
    targets: dict[Partition, tuple[Base, Base | None]] = {
        partition: (
            {"location": entry["location"], "rows": entry["rows"], "version": version},
            bases[partition],
        )
        for partition, entry in staged.items()
    }
    if "rebuild" in document:
        rebuild_requests.publishing(it.ledger, document["rebuild"])
    flip(settings, slice_id, table, targets, present, it.fence, now)
    return {"table": table, "partitions": len(staged)}
