"""Answers SHOW and DESCRIBE from the catalog."""

import re
from collections.abc import Callable, Iterable

from offline.athena.catalog.catalog import DEFAULT_PARTITION, Catalog, Table
from offline.athena.errors import syntax_error
from offline.athena.sql.shows import Show

_WIDTH = 20  # Hive, and so Athena, pads the names of SHOW COLUMNS to this width.
Answer = tuple[list[tuple[str, str]], list[list[str | None]]]


def answer(catalog: Catalog, statement: Show, database: str) -> Answer:
    """Return the columns and rows of the answer.

    Raises QueryFailed if the table or database does not exist.
    """
    what, of = statement.what, statement.of or database
    if what == "databases":
        every = (entry["Name"] for entry in catalog.databases())
        return _listed("database_name", _fitting(every, statement.only))
    if what == "tables":
        return _listed("tab_name", _fitting(catalog.table_names(of), statement.only))
    if what == "views":
        views = (name for name in catalog.table_names(of) if catalog.is_view(of, name))
        return _listed("views", _fitting(views, statement.only))
    *before, name = statement.name.split(".")
    return _OF_A_TABLE[what](catalog.table(before[-1] if before else of, name))


def _fitting(names: Iterable[str], pattern: str | None) -> list[str]:
    """Return the names that match a Hive pattern: `*` or `.*` for any text, `|` for a choice.

    Raises QueryFailed.
    """
    if pattern is None:
        return list(names)
    try:
        fits = re.compile(re.sub(r"(?<!\.)\*", ".*", pattern), re.IGNORECASE)
    except re.error as error:
        raise syntax_error(f"SYNTAX_ERROR: '{pattern}' is no pattern: {error}") from error
    return [name for name in names if fits.fullmatch(name)]


def _listed(column: str, lines: Iterable[str]) -> Answer:
    return [(column, "string")], [[line] for line in lines]


def _columns(table: Table) -> Answer:
    return _listed("field", (name.name.ljust(_WIDTH) for name in table.every))


def _describe(table: Table) -> Answer:
    columns = [("col_name", "string"), ("data_type", "string"), ("comment", "string")]
    return columns, [[name.name, name.hive_type, ""] for name in table.every]


def _tblproperties(table: Table) -> Answer:
    lines = (f"{name}\t{value}" for name, value in sorted(table.parameters.items()))
    return _listed("prpt_name", lines)


def _partitions(table: Table) -> Answer:
    keys = [key.name for key in table.keys]
    return _listed(
        "partition",
        sorted(
            "/".join(
                f"{key}={DEFAULT_PARTITION if value is None else value}"
                for key, value in zip(keys, partition.values, strict=True)
            )
            for partition in table.partitions
        ),
    )


_OF_A_TABLE: dict[str, Callable[[Table], Answer]] = {
    "columns": _columns,
    "describe": _describe,
    "partitions": _partitions,
    "tblproperties": _tblproperties,
}
