"""Rewrites Athena's casts, and TRY around them, into DuckDB's or into macros."""

import re
from datetime import datetime

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.building import LEAVES, call, each, once, text, with_one
from offline.athena.sql.kinds import WHOLE, Kind, kind_of
from offline.athena.sql.rows import ROW_TYPES, cast_to_row, is_parsed_row

_CLOCKS = (Kind.TIMESTAMP, Kind.TIMESTAMPTZ)

# Target types by their names in Trino, which are in the macros' names.
_CASTS = {
    **{kind: kind.name.lower() for kind in (*WHOLE, Kind.DOUBLE, Kind.VARCHAR, Kind.BOOLEAN)},
    **{kind: kind.name.lower() for kind in (Kind.DATE, Kind.DECIMAL, *_CLOCKS)},
    **{Kind.INT: "integer", Kind.FLOAT: "real", Kind.TEXT: "varchar"},
}
# How most literals of these types are written.
_WRITTEN = {
    Kind.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Kind.TIMESTAMP: re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3})?"
    ),
}
_PLAIN = "plain"  # in a node's meta: DuckDB's own cast is meant
# Functions that fail or give a value, and give NULL for NULL: TRY(f(x)) is their try form.
_LENIENT = (exp.Cast, exp.ParseJSON, exp.FromISO8601Timestamp, exp.Paren)


def cast(node: exp.Expr) -> exp.Expr:
    """Cast like Trino; a cast that is already exact in DuckDB stays."""
    if node.meta.get(_PLAIN):
        return node
    prefix = "try_" if isinstance(node, exp.TryCast) else "trino_"
    target = node.args["to"]
    kind = target.this
    if kind in ROW_TYPES:
        if kind_of(node.this) == Kind.STRUCT and not isinstance(node.this, exp.Struct):
            raise refused("a cast of a row to another, but of ROW(…)")
        return cast_to_row(node, prefix)
    if kind == Kind.JSON:  # within others of these it would be bound three times per level
        return with_one(node.this, "cast", lambda x: call("trino_to_json", x))
    if kind in (Kind.ARRAY, Kind.MAP) and kind_of(node.this) in (kind, Kind.JSON, None):
        return _elements(node)
    if kind not in _CASTS:
        return plain(node, node.this)
    source = kind_of(node.this)
    macro = prefix + ("text_" if source == Kind.VARCHAR else "") + _CASTS[kind]
    if kind == Kind.DECIMAL:
        return _to_decimal(node, macro, source)
    result = _plain_cast(node) or with_one(node.this, "cast", lambda x: call(macro, x))
    if _CASTS[kind] == "varchar" and target.expressions:
        size = target.expressions[0].this.copy()
        return once([node.this, result], lambda x, made: call("trino_fitting", x, made, size))
    return result


def _elements(node: exp.Expr) -> exp.Expr:
    """Cast each element of an array, a JSON array or object; TRY_CAST takes all or nothing."""
    target, items = node.args["to"], node.this
    kind = target.expressions[-1]

    def element(value: exp.Expr) -> exp.Expr:
        if kind_of(node.this) == Kind.JSON:
            value.type = Kind.JSON
            if kind.this == Kind.JSON:
                return value
        return exp.Cast(this=value, to=kind.copy())

    if target.this == Kind.MAP:
        form = "json_entries" if kind_of(items) == Kind.JSON else "map_entries"
        entries = with_one(items, "object", lambda x: call(form, x))
        key = call("struct_extract", exp.to_identifier("member"), text("key"))
        value = call("struct_extract", exp.to_identifier("member"), text("value"))
        key = exp.Cast(this=key, to=target.expressions[0].copy())
        pair = call("row", key, element(value))
        made = call("map_from_entries", each(entries, "member", lambda x: pair))
    else:
        if kind_of(items) == Kind.JSON:
            items = with_one(items, "array", lambda x: call("json_elements", x))
        made = each(items, "element", element)
    return exp.Try(this=made) if isinstance(node, exp.TryCast) else made


def _to_decimal(node: exp.Expr, macro: str, source: Kind | None) -> exp.Expr:
    """Read a text, or a double through its text, whose digits Trino rounds half away from zero."""
    if source in (Kind.DECIMAL, Kind.BOOLEAN, *WHOLE):
        return plain(node, node.this)
    if source in (Kind.DOUBLE, Kind.FLOAT):
        return plain(node, plain(exp.Cast(to=exp.DataType.build("varchar")), node.this))
    return plain(node, with_one(node.this, "cast", lambda x: call(macro, x)))


def _plain_cast(node: exp.Expr) -> exp.Expr | None:
    """Return a cast that DuckDB does like Trino, if the operand's type is known to allow it."""
    source, target = kind_of(node.this), node.args["to"].this
    if isinstance(node.this, exp.Literal) and _is_date(node.this.name, target):
        return plain(node, node.this)
    if source in _CLOCKS and target in (*_CLOCKS, Kind.DATE):
        return plain(node, node.this)
    if source == Kind.DOUBLE and target in WHOLE:
        return plain(node, exp.Round(this=node.this))
    if target == Kind.DOUBLE and source in (Kind.DECIMAL, *WHOLE):
        return plain(node, node.this)
    return None


def _is_date(literal: str, target: Kind) -> bool:
    """Whether a literal is a date, or a timestamp, in the form that DuckDB reads like Trino."""
    form = _WRITTEN.get(target)
    if form is None or not form.fullmatch(literal):
        return False
    try:
        datetime.fromisoformat(literal)
    except ValueError:  # February 30
        return False
    return True


def plain(node: exp.Expr, operand: exp.Expr) -> exp.Expr:
    """Return DuckDB's own cast, marked so that it stays."""
    target = node.args["to"].copy()
    if target.this in _CLOCKS:
        target.set("expressions", [])
    plain = type(node)(this=operand, to=target)
    plain.meta[_PLAIN] = True
    return plain


def attempt(node: exp.Expr) -> exp.Expr:
    """Use the try forms if they mean the same; DuckDB's TRY works row by row after a failure."""
    inner = node.this
    chain = inner
    while isinstance(chain, _LENIENT):
        chain = chain.this
    return _lenient(inner) if isinstance(chain, LEAVES) else node


def _lenient(node: exp.Expr) -> exp.Expr:
    if isinstance(node, LEAVES):
        return node
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_lenient(node.this))
    if is_parsed_row(node):
        parsed = exp.ParseJSON(this=_lenient(node.this.this))
        return exp.TryCast(this=parsed, to=node.args["to"].copy())
    inner = _lenient(node.this)
    if isinstance(node, exp.ParseJSON):
        return call("try_json_parse", inner)
    if isinstance(node, exp.FromISO8601Timestamp):
        return call("try_iso8601", inner)
    return exp.TryCast(this=inner, to=node.args["to"].copy())
