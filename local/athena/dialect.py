"""Rewrites Athena's SQL into DuckDB's so that it keeps Trino's meaning."""

import json
import re
from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from local.athena.errors import not_supported
from local.athena.kinds import kind_of

_CASTS = {
    exp.DataType.Type.TINYINT: "tinyint",
    exp.DataType.Type.SMALLINT: "smallint",
    exp.DataType.Type.INT: "integer",
    exp.DataType.Type.BIGINT: "bigint",
    exp.DataType.Type.FLOAT: "real",
    exp.DataType.Type.DOUBLE: "double",
    exp.DataType.Type.VARCHAR: "varchar",
    exp.DataType.Type.TEXT: "varchar",
    exp.DataType.Type.BOOLEAN: "boolean",
    exp.DataType.Type.DATE: "date",
    exp.DataType.Type.TIMESTAMP: "timestamp",
    exp.DataType.Type.TIMESTAMPTZ: "timestamptz",
}
_WHOLE_NUMBERS = (
    exp.DataType.Type.TINYINT,
    exp.DataType.Type.SMALLINT,
    exp.DataType.Type.INT,
    exp.DataType.Type.BIGINT,
)
_PLAIN = "plain"  # in a node's meta: DuckDB's own cast is meant
_ROW_TYPES = (exp.DataType.Type.STRUCT, exp.DataType.Type.OBJECT)
_RENAMED = {
    "json_size": "trino_json_size",
    "is_json_scalar": "trino_is_json_scalar",
    "to_iso8601": "trino_to_iso8601",
}
# Functions that fail or give a value, and give NULL for NULL: for these, TRY(f(x)) is f's try form
_LENIENT = (exp.Cast, exp.ParseJSON, exp.FromISO8601Timestamp, exp.Paren, exp.Column)


def to_duckdb(statement: exp.Expression) -> str:
    """Return DuckDB's SQL for a parsed statement whose tables already are DuckDB's."""
    return rewrite(statement).sql(dialect=DuckDB)


def rewrite(statement: exp.Expression) -> exp.Expression:
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
    return holder.this.pop()


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _text(value: str) -> exp.Expression:
    return exp.Literal.string(value)


def _cast(node: exp.Expression) -> exp.Expression:
    """Cast as Trino does; what is already exact in DuckDB stays a cast."""
    if node.meta.get(_PLAIN):
        return node
    prefix = "try_" if isinstance(node, exp.TryCast) else "trino_"
    target = node.args["to"]
    kind = target.this
    if isinstance(node.this, exp.Literal) and node.this.is_string and kind in _LITERAL_TYPES:
        target.set("expressions", [])
        return node
    if kind in _ROW_TYPES and not isinstance(node.this, exp.Struct):
        return _cast_to_row(node, prefix)
    if kind == exp.DataType.Type.JSON:
        return _call("to_json", node.this)
    if kind not in _CASTS:
        return node
    result = _plain_cast(node) or _call(prefix + _CASTS[kind], node.this)
    if _CASTS[kind] == "varchar" and target.expressions:
        return _call("substr", result, exp.Literal.number(1), target.expressions[0].this.copy())
    return result


def _plain_cast(node: exp.Expression) -> exp.Expression | None:
    """Return a cast that DuckDB does as Trino does, if the operand's type is plain to see."""
    source, target = kind_of(node.this), node.args["to"].this
    moments = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ)
    if source in moments and target in (*moments, exp.DataType.Type.DATE):
        node.args["to"].set("expressions", [])
        return _plain(node, node.this)
    if source == exp.DataType.Type.DOUBLE and target in _WHOLE_NUMBERS:
        return _plain(node, exp.Round(this=node.this))
    return None


def _plain(node: exp.Expression, operand: exp.Expression) -> exp.Expression:
    """Return DuckDB's own cast, marked so that it stays one."""
    plain = type(node)(this=operand, to=node.args["to"])
    plain.meta[_PLAIN] = True
    return plain


_LITERAL_TYPES = (
    exp.DataType.Type.DATE,
    exp.DataType.Type.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPTZ,
)


def _cast_to_row(node: exp.Expression, prefix: str) -> exp.Expression:
    """Take the fields as JSON first, then cast each: DuckDB's own cast of objects is stricter."""
    fields = [(field.name.lower(), field.args["kind"]) for field in node.args["to"].expressions]
    names = [name for name, _ in fields]
    structure = json.dumps(dict.fromkeys(names, "JSON"))
    source, form = node.this, "json_row"
    if isinstance(source, exp.ParseJSON):
        source, form = source.this, "json_text_row"
    row = _call(prefix + form, source, _text(structure), _text(",".join(names)))
    if all(kind.this == exp.DataType.Type.JSON for _, kind in fields):
        return row
    item = exp.to_identifier("item")
    members = []
    for name, kind in fields:
        value: exp.Expression = exp.Dot(this=item.copy(), expression=exp.to_identifier(name))
        if kind.this != exp.DataType.Type.JSON:
            value = type(node)(this=value, to=kind.copy())
        members.append(exp.PropertyEQ(this=exp.to_identifier(name), expression=value))
    typed = exp.Lambda(this=exp.Struct(expressions=members), expressions=[item])
    rows = _call("list_transform", exp.Array(expressions=[row]), typed)
    return _call("list_extract", rows, exp.Literal.number(1))


def _try(node: exp.Expression) -> exp.Expression:
    """Use the try forms where they mean the same; DuckDB's TRY works row by row after a failure."""
    inner = node.this
    chain = inner
    while isinstance(chain, _LENIENT) and not isinstance(chain, exp.Column):
        chain = chain.this
    if not isinstance(chain, exp.Column):
        return node
    return _lenient(inner)


def _lenient(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Column):
        return node
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_lenient(node.this))
    if isinstance(node.this, exp.ParseJSON) and node.args["to"].this in _ROW_TYPES:
        parsed = exp.ParseJSON(this=_lenient(node.this.this))
        return exp.TryCast(this=parsed, to=node.args["to"].copy())
    inner = _lenient(node.this)
    if isinstance(node, exp.ParseJSON):
        return _call("try_json_parse", inner)
    if isinstance(node, exp.FromISO8601Timestamp):
        return _call("try_iso8601", inner)
    return exp.TryCast(this=inner, to=node.args["to"].copy())


def _at_time_zone(node: exp.Expression) -> exp.Expression:
    """Keep UTC an instant; elsewhere DuckDB's local time stands for Trino's zoned one."""
    zone = node.args["zone"]
    instant = node.this
    if kind_of(instant) != exp.DataType.Type.TIMESTAMPTZ:
        instant = exp.Cast(this=instant, to=exp.DataType.build("timestamptz"))
    if zone.name.upper() == "UTC":
        return instant
    return _call("timezone", zone, instant)


def _date_diff(node: exp.Expression) -> exp.Expression:
    """Count whole units, where DuckDB's date_diff counts the boundaries crossed."""
    unit = node.args.get("unit")
    return _call(
        "date_sub", _text((unit.name if unit else "day").lower()), node.expression, node.this
    )


def _date_add(node: exp.Expression) -> exp.Expression:
    unit = node.args.get("unit")
    step = exp.Interval(this=_text("1"), unit=exp.var(unit.name if unit else "day"))
    amount = exp.Mul(this=exp.Paren(this=node.expression), expression=step)
    return _call("trino_plus", node.this, amount)


def _plus_interval(node: exp.Expression) -> exp.Expression:
    """Keep a date a date when an interval is added to it."""
    left, right = node.left, node.right
    if isinstance(right, exp.Interval):
        amount = exp.Neg(this=right) if isinstance(node, exp.Sub) else right
        return _call("trino_plus", left, amount)
    if isinstance(left, exp.Interval) and isinstance(node, exp.Add):
        return _call("trino_plus", right, left)
    return node


def _concat(node: exp.Expression) -> exp.Expression:
    """NULL if any part is NULL, which DuckDB's concat skips."""
    whole = node.expressions[0]
    for part in node.expressions[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return exp.Paren(this=whole)


def _json_extract(node: exp.Expression) -> exp.Expression:
    scalar = isinstance(node, exp.JSONExtractScalar)
    path = node.expression.sql(dialect=DuckDB).strip("'")
    return _call(
        "trino_json_extract_scalar" if scalar else "trino_json_extract", node.this, _text(path)
    )


def _like(node: exp.Expression) -> exp.Expression:
    """Answer `json_format(x) LIKE '{%'` from the first character, without formatting."""
    subject, pattern = node.this, node.expression
    found = re.fullmatch(r"([{\[])%", pattern.name) if isinstance(pattern, exp.Literal) else None
    if found and isinstance(subject, exp.JSONFormat):
        first = _call("json_first", subject.this)
        return exp.EQ(this=first, expression=_text(found[1]))
    return node


def _regexp_replace(node: exp.Expression) -> exp.Expression:
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal):
        escaped = re.sub(r"\$(\d)", r"\\\1", replacement.this)
        node.set("replacement", _text(escaped))
    return node


def _in(node: exp.Expression) -> exp.Expression:
    """Compare rows as tuples: DuckDB compares structs by name too."""
    node.set("this", _as_tuple(node.this))
    node.set("expressions", [_as_tuple(item) for item in node.expressions])
    return node


def _as_tuple(node: exp.Expression) -> exp.Expression:
    if not isinstance(node, exp.Struct):
        return node
    values = [
        item.expression if isinstance(item, exp.PropertyEQ) else item for item in node.expressions
    ]
    return exp.Tuple(expressions=values)


def _data_type(node: exp.Expression) -> exp.Expression:
    """Drop a timestamp's precision: DuckDB has another type for each."""
    if node.this in (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ):
        node.set("expressions", [])
    return node


def _anonymous(node: exp.Expression) -> exp.Expression:
    name = node.name.lower()
    if name == "at_timezone":
        return _at_time_zone(exp.AtTimeZone(this=node.expressions[0], zone=node.expressions[1]))
    if name in _RENAMED:
        return _call(_RENAMED[name], *node.expressions)
    return node


def _from_unixtime(node: exp.Expression) -> exp.Expression:
    if node.args.get("zone") or node.args.get("hours"):
        raise not_supported("from_unixtime with a time zone")
    return _call("trino_from_unixtime", node.this)


def _substring(node: exp.Expression) -> exp.Expression:
    """Leave the usual form to DuckDB; they differ at 0 and beyond the start."""
    start, length = node.args.get("start"), node.args.get("length")
    usual = isinstance(start, exp.Literal) and start.name != "0"
    if usual and (length is None or isinstance(length, exp.Literal)):
        return node
    return _call("trino_substr", *(item for item in (node.this, start, length) if item is not None))


def _unary(name: str) -> Callable[[exp.Expression], exp.Expression]:
    return lambda node: _call(name, node.this)


_RULES: dict[type[exp.Expression], Callable[[exp.Expression], exp.Expression]] = {
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Try: _try,
    exp.AtTimeZone: _at_time_zone,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Add: _plus_interval,
    exp.Sub: _plus_interval,
    exp.Concat: _concat,
    exp.JSONExtract: _json_extract,
    exp.JSONExtractScalar: _json_extract,
    exp.Like: _like,
    exp.RegexpReplace: _regexp_replace,
    exp.In: _in,
    exp.DataType: _data_type,
    exp.Anonymous: _anonymous,
    exp.UnixToTime: _from_unixtime,
    exp.TimestampTrunc: lambda node: _call(
        "trino_date_trunc", _text(node.args["unit"].name.lower()), node.this
    ),
    exp.SplitPart: lambda node: _call(
        "trino_split_part", node.this, node.args["delimiter"], node.args["part_index"]
    ),
    exp.Substring: _substring,
    exp.ArgMax: lambda node: _call("arg_max_null", node.this, node.expression),
    exp.ArgMin: lambda node: _call("arg_min_null", node.this, node.expression),
    exp.ParseJSON: _unary("trino_json_parse"),
    exp.JSONFormat: _unary("trino_json_format"),
    exp.FromISO8601Timestamp: _unary("trino_iso8601"),
    exp.FromISO8601Date: _unary("trino_date"),
    exp.Date: _unary("trino_date"),
    exp.TimeToUnix: _unary("trino_to_unixtime"),
    exp.Encode: _unary("trino_to_utf8"),
    exp.Decode: _unary("trino_from_utf8"),
}
