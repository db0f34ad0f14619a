"""Reads the columns of Parquet files in a table's Hive types, as Trino does."""

from collections.abc import Mapping, Sequence
from typing import Any

from offline.athena.catalog.hive_types import duckdb_type, element_of, members_of
from offline.athena.errors import not_supported

# The DuckDB types that Trino reads as each Hive type; it refuses others or reads garbage.
_TAKEN = {
    "VARCHAR": {"VARCHAR", "BLOB", "JSON", "ENUM"},
    "BOOLEAN": {"BOOLEAN"},
    "INTEGER": {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT"},
    "BIGINT": {
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "HUGEINT",
    },
    "FLOAT": {"FLOAT"},
    "DOUBLE": {"DOUBLE", "FLOAT"},
    "DATE": {"DATE"},
    "TIMESTAMP": {
        "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS",
    },
    "BLOB": {"BLOB", "VARCHAR"},
}  # fmt: skip


def value(place: str, column: str, found: Any, hive: str) -> str:
    """Return DuckDB's expression for a column of a file whose DuckDB type is `found`.

    Members are matched by name, case-insensitively. Raises QueryFailed for a type that Trino does
    not read as this one; like Trino, it does not name the file.
    """
    hive = hive.strip().lower()
    kind = hive.partition("<")[0].partition("(")[0]
    if kind == "struct" and found.id == "struct":
        if not _has_any(found, hive):
            return f"CAST(NULL AS {duckdb_type(hive)})"
        stored = {name.lower(): (name, below) for name, below in found.children}
        members = ", ".join(
            f'"{name}" := {_member(place, column, stored, name, below)}'
            for name, below in members_of(hive)
        )
        return f"CASE WHEN {place} IS NOT NULL THEN struct_pack({members}) END"
    if kind == "array" and found.id == "list":
        inner = value("x", column, found.children[0][1], element_of(hive))
        return f"list_transform({place}, lambda x: {inner})"
    if kind == "map" and str(found) == duckdb_type(hive) and "TIMESTAMP" not in str(found):
        return place  # with duplicate keys, which DuckDB does not put into a map
    if kind == "map" and found.id == "map":
        (_, of_key), (_, of_value) = found.children
        key = value("x.key", column, of_key, "string")
        inner = value("x.value", column, of_value, element_of(hive))
        entries = (
            f"list_transform(map_entries({place}), lambda x: {{'key': {key}, 'value': {inner}}})"
        )
        return f"map_from_entries({entries})"
    target = duckdb_type(hive)
    if str(found) not in _TAKEN.get(target, {str(found)}) and not _is_decimal(target, found):
        raise not_supported(f"reading a Parquet column {column} of type {found} as {hive}")
    if target == "VARCHAR" and str(found) == "BLOB":
        return f"trino_from_utf8({place})"
    if target == "TIMESTAMP" and str(found).endswith("_NS"):
        count = f"epoch_ns({place})"  # a cast would round before the milliseconds are cut
        place = f"make_timestamp({count} // 1000 - ({count} % 1000 < 0)::INTEGER)"
    if target == "TIMESTAMP":
        return f"trino_milliseconds(CAST({place} AS TIMESTAMP))"
    return f"CAST({place} AS {target})"


def _member(
    place: str, column: str, stored: Mapping[str, tuple[str, Any]], name: str, hive: str
) -> str:
    if name not in stored:
        return f"CAST(NULL AS {duckdb_type(hive)})"
    spelled, found = stored[name]
    return value(f'{place}."{spelled}"', f"{column}.{name}", found, hive)


def _has_any(found: Any, hive: str) -> bool:
    """Whether a file's struct has any member of a Hive type's; in Trino it is NULL if not."""
    declared = dict(members_of(hive))
    return any(
        below.id != "struct" or _has_any(below, declared[name.lower()])
        for name, below in found.children
        if name.lower() in declared
    )


def _is_decimal(target: str, found: Any) -> bool:
    return target.startswith("DECIMAL") and found.id == "decimal"


def columns(names: Sequence[tuple[str, Any]]) -> dict[str, tuple[str, Any]]:
    """Return a file's columns by lower-case name; of two equal ones, Trino takes the first."""
    found: dict[str, tuple[str, Any]] = {}
    for name, kind in names:
        found.setdefault(name.lower(), (name, kind))
    return found
