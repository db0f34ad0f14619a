"""Expressions that the embedded engine refuses, by one condition each."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from offline.athena.sql.finding import find
from offline.athena.sql.kinds import NESTED, SMALL, Kind, kind_of


def _number(node: exp.Expr | None) -> bool:
    return node is None or (isinstance(node, exp.Literal) and node.is_int)


def _odd_shift(node: exp.Expr) -> bool:
    """`lag` and `lead` with another type than the value's, which DuckDB makes the value's."""
    default, wider = node.args.get("default"), (Kind.DECIMAL, Kind.DOUBLE, Kind.TIMESTAMP)
    same = default is None or node.this.type == default.type
    fits = kind_of(default) not in wider and kind_of(node.this) not in SMALL
    return not (_number(node.args.get("offset")) and (same or fits))


def _odd_escape(node: exp.Expr) -> bool:
    pattern, mark = node.this.expression, re.escape(node.expression.name)
    plain = rf"([^{mark}]|{mark}[{mark}%_])*" if len(node.expression.name) == 1 else r"\Z."
    return not (isinstance(pattern, exp.Literal) and re.fullmatch(plain, pattern.name))


def _odd_join(node: exp.Expr) -> bool:
    _, *items = node.expressions
    return any(kind_of(x) == Kind.ARRAY and (items[1:] or type(x) is not exp.Array) for x in items)


def _odd_join_of_tables(node: exp.Expr) -> bool:
    """A comma between tables is a join without `pivots`."""
    by_comma = "pivots" not in node.args or node.args.get("kind") == "CROSS"
    on = node.args.get("on") or node.args.get("using")
    return bool(node.args.get("method")) or not (by_comma or on)


def _odd_map(node: exp.Expr) -> bool:
    keys = node.args.get("keys")
    kind = keys.type if keys is not None else None
    return kind is not None and any(item.this in NESTED for item in kind.expressions)


def _odd_list(node: exp.Expr) -> bool:
    ordered = isinstance(node.this, exp.Order)
    return not ordered or kind_of(node.this.this) not in (Kind.VARCHAR, None)


def _odd_unnest(node: exp.Expr) -> bool:
    """A column that is named like the table: DuckDB names both so, Trino the table alone."""
    if node.alias_column_names or node.args.get("offset"):
        return node.args.get("offset") is True
    select = node.find_ancestor(exp.Select) or node
    return any(each.name.lower() == node.alias.lower() for each in find(select, exp.Column))


def _odd_day(node: exp.Expr) -> bool:
    """Only the difference of two dates is sure to have whole days."""
    whole = node.this.unnest()
    return kind_of(whole) == Kind.INTERVAL and not (
        isinstance(whole, exp.Sub) and kind_of(whole.this) == Kind.DATE
    )


def small_beside_literal(node: exp.Expr) -> bool:
    """A literal that DuckDB takes to be as small as the value beside it; Trino has an integer."""
    parts = [part for each in node.iter_expressions() for part in (each, *each.iter_expressions())]
    values = [
        part
        for part in parts
        if not (isinstance(part.parent, exp.Case | exp.If | exp.Cast) and part.arg_key == "this")
    ]
    return any(map(_number, values)) and any(kind_of(part) in SMALL for part in values)


# By kind of expression, when it is refused and how it is then called.
FORMS: Mapping[type[exp.Expr], tuple[Callable[[Any], object], str]] = {
    exp.With: (lambda node: node.recursive, "WITH RECURSIVE"),
    exp.Filter: (lambda node: isinstance(node.this, exp.Anonymous), "FILTER of such an aggregate"),
    exp.Join: (_odd_join_of_tables, "a NATURAL JOIN, or a JOIN without ON and USING"),
    exp.Map: (_odd_map, "a map whose keys are arrays, maps or rows"),
    exp.Lateral: (lambda node: node.parent.args.get("side"), "an outer join of LATERAL"),
    exp.LimitOptions: (lambda node: node.args.get("with_ties"), "WITH TIES"),
    exp.Is: (lambda node: not isinstance(node.expression, exp.Null), "IS but with NULL"),
    exp.Neg: (lambda node: kind_of(node.this) in SMALL, "a negative tinyint or smallint; cast it"),
    exp.Reduce: (
        lambda node: kind_of(node.args["initial"]) == Kind.DECIMAL,
        "reduce from a decimal; cast it to double",
    ),
    exp.Lag: (_odd_shift, "lag with such an offset or default"),
    exp.Lead: (_odd_shift, "lead with such an offset or default"),
    exp.NthValue: (lambda node: node.args["offset"].name in ("", "0"), "nth_value at such a place"),
    exp.ArrayFilter: (lambda node: isinstance(node.expression.this, exp.Null), "filter by NULL"),
    exp.Escape: (_odd_escape, "LIKE with such an ESCAPE"),
    exp.Pad: (
        lambda node: not _number(node.expression) or node.args["fill_pattern"].name == "",
        "padding to a size that is no constant, or with an empty text",
    ),
    exp.ConcatWs: (_odd_join, "concat_ws of an array; use array_join"),
    exp.GroupConcat: (_odd_list, "listagg of what is no varchar, or without WITHIN GROUP"),
    exp.WithinGroup: (lambda node: True, "WITHIN GROUP but of listagg; write ORDER BY within"),
    exp.Distinct: (lambda node: node.expressions[1:], "DISTINCT of several; write DISTINCT (a, b)"),
    exp.Between: (lambda node: node.args.get("symmetric") is not None, "BETWEEN SYMMETRIC"),
    exp.Count: (lambda node: isinstance(node.this, exp.Column) and node.this.is_star, "count(t.*)"),
    exp.Dot: (
        lambda node: isinstance(node.this.unnest(), exp.Struct),
        "a field of ROW(…); cast it to a ROW with names",
    ),
    exp.Fetch: (
        lambda node: (count := node.args.get("count")) is not None and count.name == "0",
        "FETCH FIRST 0 ROWS",
    ),
    exp.Values: (lambda node: find(node, exp.Column), "VALUES of columns"),
    exp.Unnest: (_odd_unnest, "UNNEST without names of its columns; write AS t(a)"),
    exp.Day: (_odd_day, "a part of an interval"),
    exp.Reverse: (
        lambda node: kind_of(node.this) not in (Kind.VARCHAR, Kind.ARRAY),
        "reverse of what is no varchar or array by its form",
    ),
    **{
        kind: (lambda node: True, what)
        for kind, what in (
            (exp.CurrentCatalog, "current_catalog"),
            (exp.CurrentUser, "current_user"),
            (exp.CurrentTime, "current_time"),
            (exp.Localtime, "localtime"),
            (exp.TableSample, "TABLESAMPLE"),
            (exp.Version, "FOR TIMESTAMP AS OF and FOR VERSION AS OF"),
            (exp.BitwiseLeftShift, "what is written as <<"),
            (exp.BitwiseRightShift, "what is written as >>"),
        )
    },
}
