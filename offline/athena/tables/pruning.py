"""Finds which partitions and objects a statement can need, before any is read."""

from collections.abc import Sequence
from typing import Any

import duckdb
from sqlglot import exp

from offline.athena.catalog.catalog import Column
from offline.athena.sql.dialect import to_duckdb
from offline.athena.sql.finding import find

# In an outer join, WHERE sees the columns of the optional side as NULL, so a predicate over them
# says nothing about which files matter.
_OPTIONAL_SIDES = {"LEFT", "FULL"}
_JOINED = (exp.Paren, exp.And, exp.Or)


def predicate_over(table: exp.Table, names: Sequence[str]) -> exp.Expr | None:
    """Return the part of the SELECT's conditions that only uses these columns of the table.

    Every row that the statement uses satisfies it: other parts are taken as true. None if nothing
    is left.
    """
    conditions = [_relaxed(item, table, names) for item in _conditions(table)]
    kept = [item for item in conditions if item is not None]
    return exp.and_(*kept, copy=False) if kept else None


def _conditions(table: exp.Table) -> list[exp.Expr]:
    """Return the WHERE and ON conditions that every used row of the table satisfies."""
    select = table.find_ancestor(exp.Select)
    if select is None:
        return []
    joins = select.args.get("joins") or []
    parent = table.parent
    own = parent if isinstance(parent, exp.Join) else None
    if own is None and not isinstance(parent, exp.From):
        return []
    where = select.args.get("where")
    # A later RIGHT or FULL join makes everything before it optional
    position = joins.index(own) if own is not None else -1
    optional = any(join.side in ("RIGHT", "FULL") for join in joins[position + 1 :]) or (
        own is not None and own.side in _OPTIONAL_SIDES
    )
    found = [where.this] if where is not None and not optional else []
    if own is not None and own.args.get("on") is not None and own.side in ("", "LEFT"):
        found.append(own.args["on"])
    return found


def _relaxed(node: exp.Expr, table: exp.Table, names: Sequence[str]) -> exp.Expr | None:
    """Return a condition that follows from this one and only needs these columns; None for true."""
    if isinstance(node, exp.Paren):
        return _relaxed(node.this, table, names)
    if isinstance(node, exp.And):
        parts = [_relaxed(item, table, names) for item in node.flatten()]
        kept = [item for item in parts if item is not None]
        return exp.and_(*kept, copy=False) if kept else None
    if isinstance(node, exp.Or):
        parts = [_relaxed(item, table, names) for item in node.flatten()]
        return None if None in parts else exp.or_(*parts, copy=False)
    if isinstance(node, exp.Boolean):
        return node.copy()
    return _without_table(node) if _speaks_of(node, table, names) else None


def _speaks_of(node: exp.Expr, table: exp.Table, names: Sequence[str]) -> bool:
    if node.find(exp.Query, exp.AggFunc, exp.Window, exp.Rand):
        return False
    alone = not _has_company(table)
    columns = find(node, exp.Column)
    return bool(columns) and all(
        column.name.lower() in names
        and (column.table.lower() == table.alias_or_name.lower() or (not column.table and alone))
        for column in columns
    )


def _has_company(table: exp.Table) -> bool:
    """Tell whether an unqualified column name may belong to something other than the table."""
    select = table.find_ancestor(exp.Select)
    joins = (select.args.get("joins") or []) if select is not None else []
    return isinstance(table.parent, exp.Join) or any(
        not isinstance(join.this, exp.Unnest) for join in joins
    )


def drop_settled(table: exp.Table, names: Sequence[str]) -> None:
    """Remove a WHERE whose every part uses these columns of the table: all files left satisfy it.

    DuckDB would evaluate it for every row again, and collect long lines into one large block for
    that.
    """
    select = table.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    if where is None or not any(item is where.this for item in _conditions(table)):
        return
    parts = where.this.walk(prune=lambda node: not isinstance(node, _JOINED))
    if all(isinstance(part, _JOINED) or _speaks_of(part, table, names) for part in parts):
        where.pop()


def _without_table(node: exp.Expr) -> exp.Expr:
    node = node.copy()
    for column in find(node, exp.Column):
        for part in ("table", "db", "catalog"):
            column.set(part, None)
    return node


def keep(
    cursor: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | None]],
    predicate: exp.Expr | None,
) -> list[int]:
    """Return which rows, by position, satisfy the predicate, as evaluated by DuckDB."""
    if predicate is None or not rows:
        return list(range(len(rows)))
    select, values = typed(columns, rows)
    where = to_duckdb(predicate.copy())
    sql = f'SELECT "$at" FROM ({select}) WHERE {where} ORDER BY "$at"'
    return [at for (at,) in cursor.execute(sql, values).fetchall()]


def typed(columns: Sequence[Column], rows: Sequence[Sequence[str | None]]) -> tuple[str, list[Any]]:
    """Return a SELECT of rows of text, cast to the columns' types, and its parameters.

    `$at` is an additional column: a row's position.
    """
    values = [list(range(len(rows))), *([row[at] for row in rows] for at in range(len(columns)))]
    casts = (
        f'CAST(unnest(${at}::varchar[]) AS {column.type}) AS "{column.name}"'
        for at, column in enumerate(columns, 2)
    )
    return ", ".join(['SELECT unnest($1::bigint[]) AS "$at"', *casts]), values
