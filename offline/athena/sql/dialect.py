"""Rewrites Athena's SQL into DuckDB's so that it keeps Trino's meaning."""

import re
from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from offline.athena.errors import refused
from offline.athena.functions.offered import OFFERED
from offline.athena.functions.regexps import is_plain, spelled, template
from offline.athena.sql import arithmetic, lists, nan
from offline.athena.sql.building import call, is_name, once, text, with_one
from offline.athena.sql.casts import attempt, cast, plain
from offline.athena.sql.kinds import WHOLE, Kind, kind_of
from offline.athena.sql.unnesting import unnest

# The white space of airlift's SliceUtf8; a no-break space is not part of it.
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"
    "\u200a\u2028\u2029\u205f\u3000"
)
# Macros that use an argument several times; those of aggregates cannot be in a lambda.
_ONCE = {f"trino_{name}" for name, (*_, own, _) in OFFERED.items() if own} - {"trino_map_agg"}
_POSITION = re.compile(r'"[^"]*"|\[([0-9]+)\]')


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


def _at_time_zone(node: exp.Expr) -> exp.Expr:
    """Keep UTC an instant; for other zones DuckDB's local time stands for Trino's zoned one."""
    zone = node.args["zone"]
    instant: exp.Expr = node.this
    if kind_of(instant) != exp.DataType.Type.TIMESTAMPTZ:
        instant = exp.Cast(this=instant, to=exp.DataType.build("timestamptz"))
    if zone.name.upper() == "UTC":
        return instant
    return call("timezone", zone, instant)


def _date_diff(node: exp.Expr) -> exp.Expr:
    """Count whole units, where DuckDB's date_diff counts the boundaries crossed."""
    return call("date_sub", text(node.args["unit"].name.lower()), node.expression, node.this)


def _date_add(node: exp.Expr) -> exp.Expr:
    step = exp.Interval(this=text("1"), unit=exp.var(node.args["unit"].name))
    return _moved(node.this, exp.Mul(this=exp.Paren(this=node.expression), expression=step))


def _moved(moment: exp.Expr, amount: exp.Expr) -> exp.Expr:
    """Add an interval; a date stays a date."""
    kind = kind_of(moment)
    if kind in (None, Kind.TIMESTAMPTZ):
        return call("trino_plus", moment, amount)
    moved = call("add", moment, amount)
    return _as_date(moved) if kind == Kind.DATE else moved


def _as_date(node: exp.Expr) -> exp.Expr:
    return plain(exp.Cast(to=exp.DataType.build("date")), node)


def _date_trunc(node: exp.Expr) -> exp.Expr:
    unit, kind = text(node.args["unit"].name.lower()), kind_of(node.this)
    cut = call("trino_date_trunc" if kind is None else "date_trunc", unit, node.this)
    return _as_date(cut) if kind == Kind.DATE else cut


def _plus_interval(node: exp.Expr) -> exp.Expr:
    """Keep a date a date when an interval is added; two dates are an interval apart."""
    left, right = node.this, node.expression
    if isinstance(node, exp.Sub) and kind_of(left) == kind_of(right) == Kind.DATE:
        days = exp.Sub(this=exp.Paren(this=left), expression=exp.Paren(this=right))
        return call("to_days", call("as_integer", days))
    if kind_of(right) == Kind.INTERVAL:
        right = exp.Paren(this=right)
        return _moved(left, exp.Neg(this=right) if isinstance(node, exp.Sub) else right)
    if kind_of(left) == Kind.INTERVAL and isinstance(node, exp.Add):
        return _moved(right, left)
    return node


def _java_format(node: exp.Expr) -> exp.Expr:
    varchar = exp.DataType.build("varchar")
    texts = [plain(exp.Cast(to=varchar.copy()), item) for item in node.expressions]
    return call("py_format", node.this, call("json_array", *texts))


def _json_extract(node: exp.Expr) -> exp.Expr:
    scalar = isinstance(node, exp.JSONExtractScalar)
    path = re.sub(r'\["([^"]*)"\]', r'."\1"', node.expression.name)
    if '"*"' in path:
        raise refused('a member "*" in a path')  # DuckDB reads it as any member
    made = _json_value(node.this, path, scalar=scalar)
    # In Trino `[1]` also means a member "1" of an object.
    named = _POSITION.sub(lambda found: f'."{found[1]}"' if found[1] else found[0], path)
    if named == path:
        return made
    other = _json_value(node.this.copy(), named, scalar=scalar)
    return exp.Coalesce(this=made, expressions=[other])


def _json_value(value: exp.Expr, path: str, *, scalar: bool) -> exp.Expr:
    if not scalar or kind_of(value) != Kind.JSON:
        macro = "trino_json_extract_scalar" if scalar else "trino_json_extract"
        return with_one(value, "document", lambda x: call(macro, x, text(path)))
    found = value if path == "$" else call("json_extract", value, text(path))
    return with_one(found, "found", lambda x: call("java_scalar", x))


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
        return _regexp_count(node)
    if name == "with_timezone":
        return once(node.expressions, lambda moment, zone: call("with_zone", moment, zone))
    if name == "trino_replace" and node.expressions[1].name:
        return call("replace", *node.expressions[:2], *(node.expressions[2:] or [text("")]))
    if name in _ONCE and not all(map(is_name, node.expressions)):
        return once(node.expressions, lambda *arguments: call(name, *arguments))
    return node


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


def _regexp(node: exp.Expr) -> exp.Expr:
    """Use DuckDB's own matcher if it reads the pattern like Trino."""
    pattern = node.expression.name
    written = text(spelled(pattern))
    if isinstance(node, exp.RegexpLike):
        if is_plain(pattern, parts=False):
            return call("regexp_matches", node.this, written)
        if pattern.endswith("$") and is_plain(pattern[:-1] + ".", parts=False):
            return call("regexp_matches", node.this, text(written.name[:-1] + r"\n?\z"))
        return with_one(node.this, "searched", lambda x: call("careful_like", x, written))
    if isinstance(node, exp.RegexpReplace):
        new = node.args.get("replacement") or text("")
        if isinstance(new, exp.Literal):
            new = text(template(new.name))
        if is_plain(pattern, parts=True):
            return call("regexp_replace", node.this, written, new, text("g"))
        return call("py_regexp_replace", node.this, written, new)
    group = node.args.get("group") or exp.Literal.number(0)
    plain = is_plain(pattern, parts=True)
    if isinstance(node, exp.RegexpExtractAll):
        macro = "regexp_extract_all" if plain else "py_regexp_extract_all"
        return call(macro, node.this, written, group)
    macro = "trino_regexp_extract" if plain else "py_regexp_extract"
    return once([node.this], lambda x: call(macro, x, written, group))


def _regexp_count(node: exp.Expr) -> exp.Expr:
    searched, pattern = node.expressions
    found = exp.RegexpExtractAll(this=searched, expression=pattern)
    return call("as_bigint", call("len", found))


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


def _listagg(node: exp.Expr) -> exp.Expr:
    node.set("separator", node.args.get("separator") or text(""))
    return node


def _reverse(node: exp.Expr) -> exp.Expr:
    """Reverse code points; DuckDB's own reverses grapheme clusters."""
    if kind_of(node.this) == Kind.ARRAY:
        return call("list_reverse", node.this)
    points = call("regexp_extract_all", node.this, text("(?s)."))
    return call("array_to_string", call("list_reverse", points), text(""))


def _substring(node: exp.Expr) -> exp.Expr:
    """Leave the usual form to DuckDB; the two differ at 0 and beyond the start."""
    start, length = node.args.get("start"), node.args.get("length")
    usual = isinstance(start, exp.Literal) and start.name != "0"
    if usual and (length is None or isinstance(length, exp.Literal)):
        return node
    return call("trino_substr", *(item for item in (node.this, start, length) if item is not None))


def _trim(node: exp.Expr) -> exp.Expr:
    """Remove all of Trino's white space; DuckDB removes only spaces."""
    if node.expression is not None:
        return node
    sides = {"LEADING": "trino_ltrim", "TRAILING": "rtrim"}
    side = sides.get(node.args.get("position") or "", "trim")
    return call(side, node.this, text(_WHITE_SPACE))


def _unary(name: str) -> Callable[[exp.Expr], exp.Expr]:
    return lambda node: with_one(node.this, "operand", lambda x: call(name, x))


def _from_utf8(node: exp.Expr) -> exp.Expr:
    """Decode bytes; the bytes of a text are that text, unless some of them are escaped."""
    if isinstance(node.this, exp.Encode):
        return with_one(node.this.this, "operand", lambda x: call("trino_reread", x))
    return _unary("trino_from_utf8")(node)


def _character(node: exp.Expr) -> exp.Expr:
    """Write a character itself if its code is a constant: DuckDB need not bind a call."""
    (code,) = node.expressions
    number = int(code.name) if isinstance(code, exp.Literal) and code.is_int else 0
    if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF:  # no NUL, no surrogate
        return text(chr(number))
    return call("chr", call("as_integer", code))


def _equals(node: exp.Expr) -> exp.Expr:
    nan.refuse_equals(node)
    return node


_RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Cast: cast,
    exp.TryCast: cast,
    exp.Try: attempt,
    exp.AtTimeZone: _at_time_zone,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Add: _plus_interval,
    exp.Sub: _plus_interval,
    exp.JSONExtract: _json_extract,
    exp.JSONExtractScalar: _json_extract,
    exp.Chr: _character,
    exp.Reduce: lists.reduce,
    exp.Format: _java_format,
    exp.Reverse: _reverse,
    exp.Unnest: unnest,
    exp.ArraySize: lambda node: call("as_bigint", call("cardinality", node.this)),
    exp.Bracket: lists.subscript,
    exp.RegexpReplace: _regexp,
    exp.RegexpExtract: _regexp,
    exp.RegexpExtractAll: _regexp,
    exp.RegexpLike: _regexp,
    exp.Struct: _row,
    **arithmetic.RULES,
    **nan.RULES,
    exp.ApproxQuantile: _quantile,
    exp.ApproxDistinct: _distinct,
    # DuckDB's own is NULL for no rows.
    exp.CountIf: lambda node: exp.Count(this=exp.If(this=node.this, true=exp.Literal.number(1))),
    exp.GroupConcat: _listagg,
    exp.Grouping: lambda node: call("as_integer", call("grouping", *node.expressions)),
    exp.StrToTime: lambda node: call("trino_date_parse", node.this, node.args["format"]),
    exp.In: _in,
    exp.Case: _equals,
    exp.Nullif: _equals,
    exp.ArrayContains: _equals,
    exp.DataType: _data_type,
    exp.Anonymous: _anonymous,
    exp.UnixToTime: lambda node: call("trino_from_unixtime", node.this),
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.ArgMax: lambda node: call("arg_max_null", node.this, nan.greatest(node).expression),
    exp.ArgMin: lambda node: call("arg_min_null", node.this, node.expression),
    exp.ParseJSON: _unary("trino_json_parse"),
    exp.JSONFormat: _unary("trino_json_format"),
    exp.FromISO8601Timestamp: _unary("trino_iso8601"),
    exp.Date: _unary("trino_date"),
    exp.TimeToUnix: _unary("trino_to_unixtime"),
    exp.Encode: _unary("trino_to_utf8"),
    exp.Decode: _from_utf8,
}
