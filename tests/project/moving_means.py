"""Finds means and sums of doubles over moving windows, whose last digits depend on the cut."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from springtide.dataset.declaration import DataSet, Derived
from springtide.dataset.tables import event_columns
from springtide.model.errors import DataSetError
from springtide.model.partitions import EVENTS
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

# Sums of these are exact, whatever was added and taken away before.
_EXACT = (*exp.DataType.INTEGER_TYPES, exp.DataType.Type.DECIMAL, exp.DataType.Type.NULL)


def moving_means(data_set: DataSet) -> list[str]:
    """One line for each `avg` or `sum` of a derived table that no exact number goes into.

    Raises DataSetError if the SQL is none, or names columns that `events` does not have.
    An engine adds what comes into a moving window and takes away what leaves it, so a double's last
    digits depend on the rows before the window: an hour built alone differs from one that is built
    with its day, and 40 may come out below 40.
    """
    return [
        f"{derived.table}.sql: {call} over a moving window adds doubles, so that its last digits"
        " depend on which hours are built together; sum up whole numbers or decimals"
        for derived in data_set.derived
        for call in _inexact(data_set, derived)
    ]


def _inexact(data_set: DataSet, derived: Derived) -> Iterator[str]:
    sql = derived.sql.replace("{built_hours}", "TRUE").replace("{read_hours}", "TRUE")
    columns: dict[str, object] = {
        **dict(event_columns(data_set)),
        **dict.fromkeys(data_set.event_keys, "varchar"),
    }
    schema: dict[str, object] = {EVENTS.table: columns}
    try:
        tree = qualify(sqlglot.parse_one(sql, read="athena"), schema=schema, dialect="athena")
    except SqlglotError as err:
        raise DataSetError(f"{derived.table}.sql: {err}") from err
    for window in annotate_types(tree, schema=schema).find_all(exp.Window):
        call = window.this.this if isinstance(window.this, exp.Filter) else window.this
        moves = window.args.get("order") is not None and isinstance(call, exp.Avg | exp.Sum)
        if moves and not call.this.is_type(*_EXACT):
            yield call.sql(dialect="athena").replace('"', "")
