"""Adapts an INSERT INTO's query to the table's columns."""

import re
from collections.abc import Sequence

from springtide.sql.quoting import quoted

from offline.athena.catalog.catalog import Table
from offline.athena.catalog.hive_types import athena_type, trino_type
from offline.athena.errors import QueryFailed, not_supported, syntax_error
from offline.athena.files.unload import key_folder
from offline.athena.sql.statements import Insert, Query, Unload

_ALIAS = "inserted"
# The engines' message for a query with another number of columns than its names.
_OTHER_NUMBER = re.compile(rf"\b{_ALIAS}\W+has (\d+) columns")
# Each type fits into those after it.
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "decimal", "float", "double")


def named_query(table: Table, statement: Insert) -> Query:
    """Return the query with its columns named like the table's columns they are for.

    Raises QueryFailed for a table that cannot be inserted into.
    """
    if table.rows is not None or table.is_text or table.is_projected:
        raise not_supported("INSERT INTO anything but Parquet tables without projected partitions")
    for part in table.partitions:
        pairs = zip(table.keys, part.values, strict=True)
        folder = "".join(key_folder(key.name, value) for key, value in pairs)
        if part.location.rstrip("/") + "/" != _home(table) + folder:
            raise not_supported(
                f"INSERT INTO {table.name}: its partition {folder} lies in {part.location}"
            )
    columns = _columns(table, statement)
    listed = ", ".join(map(quoted, columns))
    begin = "SELECT*FROM("  # in place of spaces, so that positions stay
    return Query(f"{begin}{statement.query.text[len(begin) :]}) AS {_ALIAS} ({listed})")


def mismatch(table: Table, statement: Insert, failed: QueryFailed) -> QueryFailed:
    """Return why the named query cannot be described: it may have another number of columns."""
    found = _OTHER_NUMBER.search(failed.reason)
    return _mismatch(table, statement, f"{found[1]} columns") if found else failed


def _mismatch(table: Table, statement: Insert, query_types: str) -> QueryFailed:
    wanted = {column.name: column.type for column in table.every}
    table_types = ", ".join(athena_type(wanted[name]) for name in _columns(table, statement))
    return syntax_error(
        "TYPE_MISMATCH: Insert query has mismatched column types: "
        f"Table: [{table_types}], Query: {query_types}"
    )


def rows(table: Table, statement: Insert, query: Query, given: Sequence[tuple[str, str]]) -> Unload:
    """Return what writes the rows of the named query; `given` are its columns' DuckDB types.

    Raises QueryFailed if they do not fit the table's columns.
    """
    types = dict(given)
    wanted = {column.name: column.type for column in table.every}
    columns = _columns(table, statement)
    if len(given) != len(columns) or not all(_fits(types[c], wanted[c]) for c in columns):
        query_types = ", ".join(athena_type(kind) for _, kind in given)
        raise _mismatch(table, statement, f"[{query_types}]")
    values = []
    for column in table.every:
        value = quoted(column.name) if column.name in types else "NULL"
        if types.get(column.name) != column.type:
            value = f"CAST({value} AS {trino_type(column.hive_type)})"
        values.append(f"{value} AS {quoted(column.name)}")
    return Unload(
        Query(f"SELECT {', '.join(values)} FROM ({query.text})"),
        _home(table),
        partitioned_by=tuple(key.name for key in table.keys),
        may_be_filled=True,
        inserts=True,
    )


def _home(table: Table) -> str:
    return table.location.rstrip("/") + "/"


def _columns(table: Table, statement: Insert) -> tuple[str, ...]:
    every = tuple(column.name for column in table.every)
    for name in statement.columns:
        if name not in every:
            raise syntax_error(f"COLUMN_NOT_FOUND: Insert column name does not exist: {name}")
    return statement.columns or every


def _fits(given: str, wanted: str) -> bool:
    if given in ('"NULL"', wanted) or (given, wanted) == ("DATE", "TIMESTAMP"):
        return True
    kinds = athena_type(given), athena_type(wanted)
    if not set(kinds) <= set(_NUMBERS):
        return False
    return _NUMBERS.index(kinds[0]) <= _NUMBERS.index(kinds[1])
