"""Operators on two values: numbers, texts, moments and intervals."""

from collections.abc import Callable

from sqlglot import exp

from offline.athena.sql.conversions import coerce
from offline.athena.sql.refusals import mismatch, refuse
from offline.athena.sql.typed import Typed
from offline.athena.sql.types import (
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    MONTH_INTERVAL,
    MOST_DIGITS,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    as_decimal,
    coercible,
    common,
)

_SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}
_INTERVALS = (DAY_INTERVAL, MONTH_INTERVAL)


def binary(
    node: exp.Expr, left: Typed, right: Typed, joined: Callable[[list[Typed]], Typed]
) -> Typed:
    """Return the result of an operator.

    Raises QueryFailed.
    """
    if isinstance(node, exp.DPipe):
        return _joined(node, left, right, joined)
    sign = _SIGNS[type(node)]
    if UNKNOWN in (left.type, right.type):
        kind = common(left.type, right.type)
        if kind is None or not kind.is_number:
            raise refuse(node, "an operator with NULL")
        left, right = coerce(left, kind), coerce(right, kind)
    if left.type.is_number and right.type.is_number:
        return _numbers(sign, left, right, node)
    if sign in "+-":
        return _moments(sign, left, right, node)
    raise mismatch(f"Cannot apply operator: {left.type} {sign} {right.type}", node)


def _joined(
    node: exp.Expr, left: Typed, right: Typed, joined: Callable[[list[Typed]], Typed]
) -> Typed:
    if UNKNOWN in (left.type, right.type):
        raise refuse(node, "|| with NULL")
    if all(coercible(item.type, VARCHAR) for item in (left, right)):
        return Typed(f"({coerce(left, VARCHAR).sql} || {coerce(right, VARCHAR).sql})", VARCHAR)
    kinds = {left.type.name, right.type.name}
    if "array" in kinds and UNKNOWN.name not in kinds:
        return joined([left, right])
    if "varbinary" in kinds:
        raise refuse(node, f"|| of {left.type} and {right.type}")
    raise mismatch(f"Unexpected parameters ({left.type}, {right.type}) for function concat", node)


def _numbers(sign: str, left: Typed, right: Typed, node: exp.Expr) -> Typed:
    kind = common(left.type, right.type) or DOUBLE
    if kind.name == "decimal":
        return _decimals(sign, left, right, node)
    a, b = coerce(left, kind).sql, coerce(right, kind).sql
    if kind.name in ("real", "double"):
        if sign == "/":
            return Typed(f"trino_divide({a}, {b})", kind)
        return Typed(f"trino_modulus({a}, {b})" if sign == "%" else f"({a} {sign} {b})", kind)
    sign = {"/": "//"}.get(sign, sign)
    return Typed(f"CAST(({a} {sign} {b}) AS {kind.duckdb})", kind)


def _decimals(sign: str, left: Typed, right: Typed, node: exp.Expr) -> Typed:
    (p, s), (q, t) = as_decimal(left.type).args, as_decimal(right.type).args
    scale = max(s, t)
    if sign in "+-":
        digits = max(p - s, q - t) + scale + 1
    elif sign == "*":
        digits, scale = p + q, s + t
    elif sign == "/":
        digits = p + t + max(0, t - s)
    else:
        digits = min(p - s, q - t) + scale
    if scale > MOST_DIGITS:
        raise mismatch("DECIMAL scale must not exceed 38", node)
    kind = Type("decimal", (min(digits, MOST_DIGITS), scale))
    if sign in "/%":
        function = "py_decimal_divide" if sign == "/" else "py_decimal_modulus"
        texts = ", ".join(f"CAST({item.sql} AS VARCHAR)" for item in (left, right))
        return Typed(f"CAST({function}({texts}, {scale}) AS {kind.duckdb})", kind)
    if sign == "*":
        a, b = (coerce(item, as_decimal(item.type)).sql for item in (left, right))
    else:
        a, b = (f"CAST({item.sql} AS {kind.duckdb})" for item in (left, right))
    return Typed(f"CAST(({a} {sign} {b}) AS {kind.duckdb})", kind)


def _moments(sign: str, left: Typed, right: Typed, node: exp.Expr) -> Typed:
    if sign == "+" and left.type.name in _INTERVALS and right.type.name not in _INTERVALS:
        left, right = right, left
    kind, other = left.type, right.type
    if other.name in _INTERVALS:
        if kind == other and kind.name == DAY_INTERVAL:
            return Typed(f"({left.sql} {sign} {right.sql})", kind)
        if kind == DATE:
            if right.text not in ("day", "week", "month", "quarter", "year"):
                raise refuse(node, "adding this interval to a date")
            return Typed(f"CAST(({left.sql} {sign} {right.sql}) AS DATE)", DATE)
        if kind.name == ZONED and (kind.args[1] == "UTC" or other.name == DAY_INTERVAL):
            result = Type(ZONED, (max(kind.args[0], 3), kind.args[1]))
            hours = right.text not in ("day", "week") or kind.args[1] == "UTC"
            if hours:
                return Typed(f"({left.sql} {sign} {right.sql})", result)
        if kind.name == "timestamp":
            digits = kind.args[0] if other.name == MONTH_INTERVAL else max(kind.args[0], 3)
            return Typed(f"({left.sql} {sign} {right.sql})", Type("timestamp", (digits,)))
        raise refuse(node, f"{kind} {sign} {other}")
    if (
        sign == "-"
        and common(kind, other) is not None
        and kind.name in ("date", "timestamp", ZONED)
    ):
        moment = "TIMESTAMPTZ" if ZONED in (kind.name, other.name) else "TIMESTAMP"
        a, b = (f"CAST({item.sql} AS {moment})" for item in (left, right))
        return Typed(f"({a} - {b})", Type(DAY_INTERVAL))
    raise mismatch(f"Cannot apply operator: {kind} {sign} {other}", node)
