"""Rewrites Athena's SQL into DuckDB's so that it keeps Trino's meaning."""

import re
from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from offline.athena.service.errors import not_supported
from offline.athena.sql import lists
from offline.athena.sql.building import call, text
from offline.athena.sql.casts import attempt, cast
from offline.athena.sql.kinds import kind_of

# What airlift's SliceUtf8 takes for white space, a no-break space not among it.
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"
    "\u200a\u2028\u2029\u205f\u3000"
)
_POSITION = re.compile(r"\[([0-9]+)\]")
_RENAMED = {
    "json_size": "trino_json_size",
    "is_json_scalar": "trino_is_json_scalar",
    "to_iso8601": "trino_to_iso8601",
}


def to_duckdb(statement: exp.Expr) -> str:
    """Return DuckDB's SQL for a parsed statement whose tables already are DuckDB's."""
    return rewrite(statement).sql(dialect=DuckDB)


def rewrite(statement: exp.Expr) -> exp.Expr:
    """Return the statement with DuckDB's functions, or ours, in place of Trino's."""
    holder = exp.Paren(this=statement.copy())
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


def _at_time_zone(node: exp.Expr) -> exp.Expr:
    """Keep UTC an instant; elsewhere DuckDB's local time stands for Trino's zoned one."""
    zone = node.args["zone"]
    instant: exp.Expr = node.this
    if kind_of(instant) != exp.DataType.Type.TIMESTAMPTZ:
        instant = exp.Cast(this=instant, to=exp.DataType.build("timestamptz"))
    if zone.name.upper() == "UTC":
        return instant
    return call("timezone", zone, instant)


def _date_diff(node: exp.Expr) -> exp.Expr:
    """Count whole units, where DuckDB's date_diff counts the boundaries crossed."""
    unit = node.args.get("unit")
    return call(
        "date_sub", text((unit.name if unit else "day").lower()), node.expression, node.this
    )


def _date_add(node: exp.Expr) -> exp.Expr:
    unit = node.args.get("unit")
    step = exp.Interval(this=text("1"), unit=exp.var(unit.name if unit else "day"))
    amount = exp.Mul(this=exp.Paren(this=node.expression), expression=step)
    return call("trino_plus", node.this, amount)


def _date_trunc(node: exp.Expr) -> exp.Expr:
    return call("trino_date_trunc", text(node.args["unit"].name.lower()), node.this)


def _plus_interval(node: exp.Expr) -> exp.Expr:
    """Keep a date a date when an interval is added to it."""
    left, right = node.this, node.expression
    if isinstance(right, exp.Interval):
        amount = exp.Neg(this=right) if isinstance(node, exp.Sub) else right
        return call("trino_plus", left, amount)
    if isinstance(left, exp.Interval) and isinstance(node, exp.Add):
        return call("trino_plus", right, left)
    return node


def _concat(node: exp.Expr) -> exp.Expr:
    """NULL if any part is NULL, which DuckDB's concat skips."""
    whole = node.expressions[0]
    for part in node.expressions[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return exp.Paren(this=whole)


def _json_extract(node: exp.Expr) -> exp.Expr:
    scalar = isinstance(node, exp.JSONExtractScalar)
    name = "trino_json_extract_scalar" if scalar else "trino_json_extract"
    path = node.expression.sql(dialect=DuckDB).strip("'")
    found = call(name, node.this, text(path))
    # In Trino `[1]` is a member "1" of an object as well.
    named = _POSITION.sub(r'."\1"', path)
    return (
        found
        if named == path
        else exp.Coalesce(this=found, expressions=[call(name, node.this.copy(), text(named))])
    )


def _like(node: exp.Expr) -> exp.Expr:
    """Answer `json_format(x) LIKE '{%'` from the first character, without formatting."""
    subject, pattern = node.this, node.expression
    found = re.fullmatch(r"([{\[])%", pattern.name) if isinstance(pattern, exp.Literal) else None
    if found and isinstance(subject, exp.JSONFormat):
        first = call("json_first", subject.this)
        return exp.EQ(this=first, expression=text(found[1]))
    return node


def _regexp_replace(node: exp.Expr) -> exp.Expr:
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal):
        escaped = re.sub(r"\$(\d)", r"\\\1", replacement.this)
        node.set("replacement", text(escaped))
    return node


def _in(node: exp.Expr) -> exp.Expr:
    """Compare rows as tuples: DuckDB compares structs by name too."""
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
    if name == "zip_with":
        return lists.zip_with(node)
    if name == "zip_with":
        return lists.zip_with(node)
    if name == "at_timezone":
        return _at_time_zone(exp.AtTimeZone(this=node.expressions[0], zone=node.expressions[1]))
    if name == "with_timezone":
        moment, zone = node.expressions
        return call("timezone", zone, moment)
    if name in _RENAMED:
        return call(_RENAMED[name], *node.expressions)
    return node


def _from_unixtime(node: exp.Expr) -> exp.Expr:
    if node.args.get("zone") or node.args.get("hours"):
        raise not_supported("from_unixtime with a time zone")
    return call("trino_from_unixtime", node.this)


def _substring(node: exp.Expr) -> exp.Expr:
    """Leave the usual form to DuckDB; they differ at 0 and beyond the start."""
    start, length = node.args.get("start"), node.args.get("length")
    usual = isinstance(start, exp.Literal) and start.name != "0"
    if usual and (length is None or isinstance(length, exp.Literal)):
        return node
    return call("trino_substr", *(item for item in (node.this, start, length) if item is not None))


def _trim(node: exp.Expr) -> exp.Expr:
    """Take off all of Trino's white space, where DuckDB takes spaces only."""
    if node.expression is not None:
        return node
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim")
    return call(side, node.this, text(_WHITE_SPACE))


def _unary(name: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda node: call(name, node.this)


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: cast,
    exp.TryCast: cast,
    exp.Try: attempt,
    exp.AtTimeZone: _at_time_zone,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Add: _plus_interval,
    exp.Sub: _plus_interval,
    exp.Concat: _concat,
    exp.JSONExtract: _json_extract,
    exp.JSONExtractScalar: _json_extract,
    exp.ArrayToString: lists.join,
    exp.Bracket: lists.subscript,
    exp.ArrayToString: lists.join,
    exp.Bracket: lists.subscript,
    exp.Like: _like,
    exp.RegexpReplace: _regexp_replace,
    exp.In: _in,
    exp.DataType: _data_type,
    exp.Anonymous: _anonymous,
    exp.UnixToTime: _from_unixtime,
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.SplitPart: lambda node: call(
        "trino_split_part", node.this, node.args["delimiter"], node.args["part_index"]
    ),
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.ArgMax: lambda node: call("arg_max_null", node.this, node.expression),
    exp.ArgMin: lambda node: call("arg_min_null", node.this, node.expression),
    exp.ParseJSON: _unary("trino_json_parse"),
    exp.JSONFormat: _unary("trino_json_format"),
    exp.FromISO8601Timestamp: _unary("trino_iso8601"),
    exp.FromISO8601Date: _unary("trino_date"),
    exp.Date: _unary("trino_date"),
    exp.TimeToUnix: _unary("trino_to_unixtime"),
    exp.Encode: _unary("trino_to_utf8"),
    exp.Decode: _unary("trino_from_utf8"),
}
