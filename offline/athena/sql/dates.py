"""How the functions and operators of dates and times are written for DuckDB."""

from collections.abc import Callable

from sqlglot import exp

from offline.athena.sql.building import call, text, unary
from offline.athena.sql.casts import plain
from offline.athena.sql.kinds import Kind, kind_of


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


RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.AtTimeZone: _at_time_zone,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Add: _plus_interval,
    exp.Sub: _plus_interval,
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.Date: unary("trino_date"),
    exp.FromISO8601Timestamp: unary("trino_iso8601"),
    exp.StrToTime: lambda node: call("trino_date_parse", node.this, node.args["format"]),
    exp.TimeToUnix: unary("trino_to_unixtime"),
    exp.UnixToTime: lambda node: call("trino_from_unixtime", node.this),
}
