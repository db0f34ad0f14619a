"""Rewrites Athena's SQL into DuckDB's so that it keeps Trino's meaning."""

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from offline.athena.errors import refused
from offline.athena.functions.offered import OFFERED
from offline.athena.sql import arithmetic, dates, json_access, lists, nan, texts
from offline.athena.sql.building import call, is_name, once, text, with_one
from offline.athena.sql.casts import attempt, cast
from offline.athena.sql.kinds import WHOLE, Kind, kind_of
from offline.athena.sql.unnesting import unnest

# Macros that use an argument several times; those of aggregates cannot be in a lambda.
_ONCE = {f"trino_{name}" for name, (*_, own, _) in OFFERED.items() if own} - {"trino_map_agg"}


def to_duckdb(statement: exp.Expr) -> str:
    """Return DuckDB's SQL for a parsed statement whose tables are already DuckDB's.

    The statement is changed: a copy costs as much as the rewriting.
    """
    for item in statement.selects if isinstance(statement, exp.Select) else ():
        value = item.unalias()
        # The result of json_extract on a varchar keeps its order; other JSON has Trino's.
        kept = isinstance(value, exp.JSONExtract) and kind_of(value.this) != Kind.JSON
        if kind_of(value) == Kind.JSON:
            made = value.copy() if kept else call("trino_to_json", value.copy())
            member = isinstance(value, exp.Bracket | exp.Dot)
            shown = made if member else call("trino_json_shown", made)
            named = item is value and value.output_name
            value.replace(exp.alias_(shown, named, quoted=True) if named else shown)
    made = rewrite(statement)
    nan.refuse_try(made)
    return made.sql(dialect=DuckDB, copy=False)


def rewrite(statement: exp.Expr) -> exp.Expr:
    """Replace Trino's functions by DuckDB's or by macros; return the statement."""
    holder = exp.Paren(this=statement)
    waiting = [holder.this]
    while waiting:
        node = waiting.pop()
        rule = _RULES.get(type(node))
        changed = rule(node) if rule else node
        if changed is node:
            waiting.extend(node.iter_expressions())
        else:
            node.replace(changed)
            waiting.append(changed)
    rewritten: exp.Expr = holder.this
    return rewritten.pop()


def _in(node: exp.Expr) -> exp.Expr:
    """Compare rows as tuples: DuckDB compares structs by their names too."""
    nan.refuse_equals(node)
    node.set("this", _as_tuple(node.this))
    node.set("expressions", [_as_tuple(item) for item in node.expressions])
    return node


def _as_tuple(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Struct):
        return node
    values = [
        item.expression if isinstance(item, exp.PropertyEQ) else item for item in node.expressions
    ]
    return exp.Tuple(expressions=values)


def _data_type(node: exp.Expr) -> exp.Expr:
    """Drop a timestamp's precision: DuckDB has another type for each."""
    if node.this in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ):
        node.set("expressions", [])
    return node


def _anonymous(node: exp.Expr) -> exp.Expr:
    name = node.name.lower()
    if name in nan.SEARCHES:
        nan.refuse_equals(node)
    if name in lists.RULES:
        return lists.RULES[name](node)
    if name == "trino_regexp_count":
        return texts.regexp_count(node)
    if name == "with_timezone":
        return once(node.expressions, lambda moment, zone: call("with_zone", moment, zone))
    if name == "trino_replace" and node.expressions[1].name:
        return call("replace", *node.expressions[:2], *(node.expressions[2:] or [text("")]))
    own = _by_kind(name, node)
    if name in _ONCE and not all(map(is_name, node.expressions)):
        return once(node.expressions, lambda *arguments: call(own, *arguments))
    return node if own == name else call(own, *node.expressions)


_BY_KIND = ("trino_sequence", "trino_to_iso8601")
_SUFFIXES = {
    **dict.fromkeys(WHOLE, "bigint"),
    **{Kind.DATE: "date", Kind.TIMESTAMP: "timestamp", Kind.TIMESTAMPTZ: "timestamptz"},
}


def _by_kind(name: str, node: exp.Expr) -> str:
    """Return the macro for the first argument's type.

    DuckDB 2.0 fails to bind an outer column in a macro whose parameters have types.
    """
    kind = kind_of(node.expressions[0]) if name in _BY_KIND else None
    return f"{name}_{_SUFFIXES[kind]}" if kind in _SUFFIXES else name


def _row(node: exp.Expr) -> exp.Expr:
    """Name a row's unnamed fields as Athena shows them."""
    if all(isinstance(item, exp.PropertyEQ) for item in node.expressions):
        return node
    named = [
        item
        if isinstance(item, exp.PropertyEQ)
        else exp.PropertyEQ(this=exp.to_identifier(f"field{at}"), expression=item)
        for at, item in enumerate(node.expressions)
    ]
    return exp.Struct(expressions=named)


def _quantile(node: exp.Expr) -> exp.Expr:
    """Take the value at the position that Trino's digest gives for few values."""
    kind, share = kind_of(node.this), node.args["quantile"]
    items = (
        exp.Cast(this=node.this, to=exp.DataType.build("bigint")) if kind in WHOLE else node.this
    )

    if not isinstance(share, exp.Literal) or share.is_string or float(share.name) > 1:
        raise refused("approx_percentile but of one share, a constant from 0 to 1")
    place = exp.Literal.number(min(float(share.name) + 1e-9, 1.0))
    return call("quantile_disc", nan.greatest(node).this if items is node.this else items, place)


def _distinct(node: exp.Expr) -> exp.Expr:
    counted = node.this
    whole = isinstance(counted, exp.Distinct)
    return exp.Count(this=counted if whole else exp.Distinct(expressions=[counted]))


def _equals(node: exp.Expr) -> exp.Expr:
    nan.refuse_equals(node)
    return node


def _nullif(node: exp.Expr) -> exp.Expr:
    """Compute the value once: DuckDB's own is a macro with a CASE."""
    nan.refuse_equals(node)
    if is_name(node.this):
        return node
    other = node.expression
    return with_one(node.this, "value", lambda x: exp.Nullif(this=x, expression=other))


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: cast,
    exp.TryCast: cast,
    exp.Try: attempt,
    exp.Reduce: lists.reduce,
    exp.Unnest: unnest,
    exp.ArraySize: lambda node: call("as_bigint", call("cardinality", node.this)),
    exp.Bracket: lists.subscript,
    exp.Struct: _row,
    **arithmetic.RULES,
    **dates.RULES,
    **json_access.RULES,
    **nan.RULES,
    **texts.RULES,
    exp.ApproxQuantile: _quantile,
    exp.ApproxDistinct: _distinct,
    # DuckDB's own is NULL for no rows.
    exp.CountIf: lambda node: exp.Count(this=exp.If(this=node.this, true=exp.Literal.number(1))),
    exp.Grouping: lambda node: call("as_integer", call("grouping", *node.expressions)),
    exp.In: _in,
    exp.Case: _equals,
    exp.Nullif: _nullif,
    exp.ArrayContains: _equals,
    exp.DataType: _data_type,
    exp.Anonymous: _anonymous,
    exp.ArgMax: lambda node: call("arg_max_null", node.this, nan.greatest(node).expression),
    exp.ArgMin: lambda node: call("arg_min_null", node.this, node.expression),
}
