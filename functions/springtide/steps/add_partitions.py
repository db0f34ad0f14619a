"""Publishes a chunk: points the table's partitions at their audited versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from springtide.aws import catalog
from springtide.aws.documents import Store
from springtide.ledger import lease
from springtide.ledger.chunks import DOCUMENTS
from springtide.ledger.table import Ledger
from springtide.model.errors import FenceLostError
from springtide.model.partitions import Partition, folder_of, keys_of
from springtide.model.settings import Settings
from springtide.requests import rebuilds


class Target(NamedTuple):
    """What a partition is to point at, and `base`, what it points at before."""

    location: str
    rows: int
    version: str
    base: Mapping[str, Any] | None


def add_partitions(
    settings: Settings, execution: str, slice_id: str, step: str, chunk_number: int, now: datetime
) -> dict[str, Any]:
    """Journals and then flips the partitions of a chunk that `step` staged; idempotent.

    Raises FenceLostError, before anything is flipped, if a partition points neither at the base
    that the merge read nor at the version to publish.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    fence = lease.renew(ledger, execution)
    store = Store(settings.lake_bucket)
    document = store.read(slice_id, DOCUMENTS[step])
    planned = document["chunks"][chunk_number]
    passed = store.read(slice_id, f"{step}-{chunk_number}")
    table, version = passed["table"], passed["version"]
    staged: dict[Partition, Mapping[str, Any]] = {
        tuple(entry["partition"]): entry for entry in passed["staged"]
    }
    bases = {tuple(p): base for p, base in zip(planned["partitions"], planned["base"], strict=True)}
    present = catalog.get_partitions(settings.database, table, list(staged))
    _check_fence(table, staged, bases, present)
    targets = {
        partition: Target(entry["location"], entry["rows"], version, bases[partition])
        for partition, entry in staged.items()
    }
    if "rebuild" in document:
        rebuilds.publishing(ledger, document["rebuild"])
    flip(settings, slice_id, table, targets, present, fence, now)
    return {"table": table, "partitions": len(staged)}


def flip(
    settings: Settings,
    slice_id: str,
    table: str,
    targets: Mapping[Partition, Target],
    present: Iterable[Partition],
    fence: int,
    now: datetime,
) -> None:
    """Journals flips as the slice's and then makes them; `present` are those that Glue has."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    ledger.put_all(
        f"journal#{slice_id}",
        (_journal_entry(table, partition, target, now) for partition, target in targets.items()),
    )
    catalog.put_partitions(
        settings.database,
        table,
        present,
        {
            partition: {
                "Location": target.location,
                "Parameters": {
                    "rows": str(target.rows),
                    "version": target.version,
                    "fence": str(fence),
                },
            }
            for partition, target in targets.items()
        },
    )


def _check_fence(
    table: str,
    staged: Mapping[Partition, Mapping[str, Any]],
    bases: Mapping[Partition, Mapping[str, Any] | None],
    present: Mapping[Partition, Mapping[str, Any]],
) -> None:
    for partition, entry in staged.items():
        base = bases[partition]
        expected = base["location"] if base else None
        points_at = None
        if partition in present:
            points_at = present[partition]["StorageDescriptor"]["Location"]
        if points_at not in (expected, entry["location"]):
            raise FenceLostError(
                f"{table} {folder_of(keys_of(table), partition)} points at {points_at}; the merge"
                f" read {expected}. Another writer has published since; nothing was flipped"
            )


def _journal_entry(
    table: str, partition: Partition, target: Target, now: datetime
) -> tuple[str, dict[str, Any]]:
    """What a flip changes, written before it happens: rollback and clean-up go by it."""
    item: dict[str, Any] = {
        "table": table,
        "partition": list(partition),
        "to": target.location,
        "version": target.version,
        "rows": target.rows,
        "journalled_at": now.isoformat(),
    }
    if target.base is not None:
        item["base"] = dict(target.base)
    return f"{table}#{folder_of(keys_of(table), partition)}", item
