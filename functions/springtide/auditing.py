"""Judges an audit's result: staged versions must hold exactly what they were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from springtide import athena, lease, queries
from springtide.errors import AuditFailedError, StaleReadError
from springtide.ledger import Ledger
from springtide.partitions import EVENTS, Partition, folder_of, keys_of
from springtide.settings import Settings
from springtide.store import Store
from springtide.versions import table_location


def check_audit(
    settings: Settings, execution: str, slice_id: str, chunk_number: int, now: datetime
) -> dict[str, Any]:
    """Passes a chunk for publishing, with the location and rows of each of its partitions.

    Raises AuditFailedError if the staged rows are not the ones that must be there, and
    StaleReadError if Athena read another current version than the catalog had.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, execution, now)
    store = Store(settings.lake_bucket)
    chunk = store.read(slice_id, "partitions")["chunks"][chunk_number]
    table = chunk["table"]
    keys = keys_of(table)
    audit = queries.succeeded(ledger, slice_id, "audit", chunk_number)
    found = {_partition(row, keys): row for row in athena.rows(audit["query_id"])}
    partitions = [tuple(values) for values in chunk["partitions"]]
    strays = sorted(set(found) - set(partitions))
    if strays:
        raise AuditFailedError(
            f"{table}: rows were written for {folder_of(keys, strays[0])},"
            " which the slice does not touch"
        )
    judge = _judge_events if table == EVENTS.table else _judge_quarantine
    rows = [
        judge(folder_of(keys, partition), found.get(partition, {}), base, delta_rows)
        for partition, base, delta_rows in zip(
            partitions, chunk["base"], chunk["delta_rows"], strict=True
        )
    ]
    version = queries.succeeded(ledger, slice_id, "merge", chunk_number)["version"]
    root = table_location(settings.lake_bucket, table, version)
    staged = [
        {"partition": list(p), "location": root + folder_of(keys, p), "rows": n}
        for p, n in zip(partitions, rows, strict=True)
    ]
    store.write(
        slice_id, f"chunk-{chunk_number}", {"table": table, "version": version, "staged": staged}
    )
    return {"chunk": chunk_number, "partitions": len(staged), "rows": sum(rows)}


def _partition(row: Mapping[str, str | None], keys: Sequence[str]) -> Partition:
    return tuple(row[key] or "" for key in keys)


def _numbers(row: Mapping[str, str | None], *names: str) -> list[int]:
    return [int(row.get(name) or 0) for name in names]


def _judge_events(
    where: str, row: Mapping[str, str | None], base: Mapping[str, Any] | None, counted: int
) -> int:
    """Passes one event hour; returns its rows."""
    current, delta = _numbers(row, "current_rows", "delta_rows")
    recorded = base["rows"] if base else 0
    if current != recorded:
        raise StaleReadError(
            f"events {where}: {current} current rows were read, the catalog records {recorded}"
        )
    if delta != counted:
        raise AuditFailedError(
            f"events {where}: {delta} new rows were read, {counted} were counted"
        )
    missing, foreign, doubled = _numbers(row, "missing_keys", "foreign_keys", "doubled_keys")
    staged, expected = _numbers(row, "staged_rows", "expected_keys")
    if missing or foreign or doubled or staged != expected:
        raise AuditFailedError(
            f"events {where}: {staged} rows for {expected} keys;"
            f" {missing} missing, {foreign} that belong elsewhere, {doubled} doubled"
        )
    return staged


def _judge_quarantine(
    where: str, row: Mapping[str, str | None], base: Mapping[str, Any] | None, counted: int
) -> int:
    """Passes one arrival hour's rejects; returns their number."""
    staged, expected = _numbers(row, "staged_rows", "expected_rows")
    if staged != expected or expected < counted:
        raise AuditFailedError(
            f"quarantine {where}: {staged} rows, {expected} expected, {counted} rejects counted"
        )
    return staged
