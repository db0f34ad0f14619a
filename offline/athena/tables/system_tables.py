"""What Athena shows of the catalog as tables: information_schema, and `"table$partitions"`."""

from collections.abc import Iterable, Mapping, Sequence

from offline.athena.tables.hive_types import athena_type

SCHEMA = "information_schema"
PARTITIONS = "$partitions"
CATALOG = "awsdatacatalog"
# The columns of each table, the position a number, the others text.
COLUMNS = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "columns": (
        "table_catalog", "table_schema", "table_name", "column_name", "ordinal_position",
        "column_default", "is_nullable", "data_type",
    ),
}  # fmt: skip

Row = tuple[str | None, ...]


def schemata(databases: Iterable[str]) -> list[Row]:
    """The databases, and the schema that shows them."""
    return [(CATALOG, name) for name in (*databases, SCHEMA)]


def tables(names: Mapping[str, Sequence[str]]) -> list[Row]:
    """The tables, given by database."""
    return [
        (CATALOG, database, name, "BASE TABLE")
        for database, found in names.items()
        for name in found
    ]


def columns(database: str, table: str, typed: Iterable[tuple[str, str]]) -> list[Row]:
    """A table's columns, given as names and DuckDB's types; partition keys come last."""
    return [
        (CATALOG, database, table, name, str(position), None, "YES", _named(athena_type(kind)))
        for position, (name, kind) in enumerate(typed, 1)
    ]


def _named(kind: str) -> str:
    return "timestamp(3)" if kind == "timestamp" else kind
