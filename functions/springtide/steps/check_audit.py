"""Checks an audit's result: a staged version must hold exactly the rows it was made from."""

from collections.abc import Iterable, Mapping
from typing import Any

from springtide.aws import athena
from springtide.dataset import loading
from springtide.ledger import attempts
from springtide.ledger.documents import AUDIT_OF
from springtide.ledger.step import begin
from springtide.model.documents import Chunk, Passed, StagedPartition
from springtide.model.errors import AuditFailedError, StaleReadError
from springtide.model.partitions import EVENTS, QUARANTINE, folder_of
from springtide.model.settings import Settings
from springtide.model.versions import table_location


def check_audit(
    settings: Settings, execution: str, slice_id: str, step: str, chunk_number: int
) -> dict[str, Any]:
    """Checks a chunk that `step` staged; returns each partition's location and rows.

    Raises AuditFailedError if the staged rows are not the expected ones, and StaleReadError if
    Athena read another current version than the catalog points at.
    """
    it = begin(settings, execution, slice_id)
    chunk = it.documents.chunks(step)["chunks"][chunk_number]
    table = chunk["table"]
    keys = loading.load(settings.data_set).partition_keys(table)
    audit = attempts.succeeded(it.ledger, slice_id, AUDIT_OF[step], chunk_number)
    rows_found = athena.rows(audit["query_id"])
    found = {tuple(row[key] or "" for key in keys): row for row in rows_found}
    partitions = [tuple(values) for values in chunk["partitions"]]
    strays = sorted(set(found) - set(partitions))
    if strays:
        raise AuditFailedError(
            f"{table}: rows were written for {folder_of(table, strays[0])},"
            " which the slice does not touch"
        )
    _check_read(table, step, chunk_number, found.values())
    rows = [
        _judge(table, folder_of(table, partition), found.get(partition, {}), chunk, number)
        for number, partition in enumerate(partitions)
    ]
    version = attempts.succeeded(it.ledger, slice_id, step, chunk_number)["version"]
    root = table_location(settings.lake_bucket, table, version)
    staged: list[StagedPartition] = [
        {"partition": list(p), "location": root + folder_of(table, p), "rows": n}
        for p, n in zip(partitions, rows, strict=True)
    ]
    passed: Passed = {"table": table, "version": version, "staged": staged}
    it.documents.keep_passed(step, chunk_number, passed)
    return {"chunk": chunk_number, "partitions": len(staged), "rows": sum(rows)}


def _check_read(
    table: str, step: str, number: int, found: Iterable[Mapping[str, str | None]]
) -> None:
    """Raises StaleReadError if the query read other versions than planned and so wrote nothing.

    For a derived table whose keys depend on neighbouring hours, the audit finds no row in that
    case.
    """
    totals = [_numbers(row, "staged_rows", "expected_keys") for row in found]
    staged, expected = (any(each[n] for each in totals) for n in (0, 1))
    if step == "derive" and staged and not expected:
        raise StaleReadError(
            f"{table}: the audit of {step} {number} has found no key: it read another version of"
            " events than the catalog points at; or the keys' SQL selects nothing"
        )
    if expected and not staged:
        raise StaleReadError(
            f"{table}: {step} {number} has written no row: it read another version of events than"
            " the catalog points at"
            + ("; or the data set's SQL selects nothing" if step == "derive" else "")
        )


def _numbers(row: Mapping[str, str | None], *names: str) -> list[int]:
    return [int(row.get(name) or 0) for name in names]


def _judge(table: str, where: str, row: Mapping[str, str | None], chunk: Chunk, number: int) -> int:
    """Checks one partition; returns its rows."""
    if table == QUARANTINE.table:
        return _judge_quarantine(where, row, chunk["delta_rows"][number])
    base = chunk["base"][number]
    current = int(row.get("current_rows") or 0)
    recorded = base["rows"] if base else 0
    if table == EVENTS.table:
        delta, counted = int(row.get("delta_rows") or 0), chunk["delta_rows"][number]
        if delta != counted:
            raise AuditFailedError(f"{table} {where}: {delta} new rows read, {counted} counted")
    else:
        recorded = chunk["events_rows"][number]
    if current != recorded:
        raise StaleReadError(
            f"{table} {where}: {current} rows of {EVENTS.table} were read,"
            f" the catalog records {recorded}"
        )
    return _judge_keys(table, where, row)


def _judge_keys(table: str, where: str, row: Mapping[str, str | None]) -> int:
    missing, foreign, doubled = _numbers(row, "missing_keys", "foreign_keys", "doubled_keys")
    staged, expected = _numbers(row, "staged_rows", "expected_keys")
    if missing or foreign or doubled or staged != expected:
        hint = ""
        if table == EVENTS.table and missing == foreign and not doubled:
            hint = (
                ". If the key was changed, rows of before may have NULL in it: rebuild this hour"
                " (springtide rebuild), then run again"
            )
        if table != EVENTS.table and doubled:
            hint = (
                f". Rows of {table} share a key: add to it what tells them apart, such as a field"
                f" that the key of events has now, in dataset.toml, {table}.sql and"
                f" {table}_keys.sql, then run again"
            )
        raise AuditFailedError(
            f"{table} {where}: {staged} rows for {expected} keys;"
            f" {missing} missing, {foreign} that belong elsewhere, {doubled} doubled{hint}"
        )
    return staged


def _judge_quarantine(where: str, row: Mapping[str, str | None], counted: int) -> int:
    staged, expected = _numbers(row, "staged_rows", "expected_rows")
    if staged != expected or expected < counted:
        raise AuditFailedError(
            f"quarantine {where}: {staged} rows, {expected} expected, {counted} rejects counted"
        )
    return staged
