"""The catalog as tables: information_schema, and `"table$partitions"`."""

from collections.abc import Iterable

from offline.athena.catalog.hive_types import trino_type

SCHEMA = "information_schema"
PARTITIONS = "$partitions"
CATALOG = "awsdatacatalog"
# The columns of each table: positions are numbers, all others are text.
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
    """The rows of `schemata`: the databases, and information_schema itself."""
    return [(CATALOG, name) for name in (*databases, SCHEMA)]


def table(database: str, name: str, *, view: bool) -> Row:
    """A table or a view."""
    return (CATALOG, database, name, "VIEW" if view else "BASE TABLE")


def columns(database: str, table: str, typed: Iterable[tuple[str, str]]) -> list[Row]:
    """A table's columns, given as names and Hive types; partition keys come last."""
    return [
        (CATALOG, database, table, name, str(position), None, "YES", trino_type(kind))
        for position, (name, kind) in enumerate(typed, 1)
    ]
