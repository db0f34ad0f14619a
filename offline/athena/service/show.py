"""Answers SHOW and DESCRIBE from the catalog."""

from offline.athena.sql.statements import Show
from offline.athena.tables.catalog import DEFAULT_PARTITION, Catalog

Answer = tuple[list[tuple[str, str]], list[list[str | None]]]


def answer(catalog: Catalog, statement: Show, database: str) -> Answer:
    """Return the columns and rows of the answer.

    Raises QueryFailed if the table or database does not exist.
    """
    if statement.what == "databases":
        names = [entry["Name"] for entry in catalog.databases()]
        return [("database_name", "string")], [[name] for name in names]
    if statement.what in ("tables", "views"):
        of = statement.name or database
        names = catalog.table_names(of)
        if statement.what == "views":
            names = [name for name in names if catalog.is_view(of, name)]
        column = "tab_name" if statement.what == "tables" else "views"
        return [(column, "string")], [[name] for name in names]
    parts = statement.name.replace('"', "").replace("`", "").split(".")
    table = catalog.table(parts[-2] if len(parts) > 1 else database, parts[-1])
    if statement.what == "tblproperties":
        lines = [f"{name}\t{value}" for name, value in sorted(table.parameters.items())]
        return [("prpt_name", "string")], [[line] for line in lines]
    if statement.what == "partitions":
        keys = [key.name for key in table.keys]
        shown = [
            "/".join(
                f"{key}={DEFAULT_PARTITION if value is None else value}"
                for key, value in zip(keys, partition.values, strict=True)
            )
            for partition in table.partitions
        ]
        return [("partition", "string")], [[line] for line in sorted(shown)]
    columns = [("col_name", "string"), ("data_type", "string"), ("comment", "string")]
    rows: list[list[str | None]] = [
        [column.name, column.hive_type, ""] for column in (*table.columns, *table.keys)
    ]
    return columns, rows
