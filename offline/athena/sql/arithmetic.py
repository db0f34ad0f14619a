"""Rewrites arithmetic: division, rounding and averages."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql import nan
from offline.athena.sql.building import call, once
from offline.athena.sql.casts import plain
from offline.athena.sql.kinds import WHOLE, Kind, decimal, digits, kind_of

_NARROW = 18  # digits of a decimal that DuckDB keeps in 64 bits


def _multiply(node: exp.Expr) -> exp.Expr:
    """Leave a product of decimals room: DuckDB keeps to 18 digits if each factor does."""
    left, right = digits(node.this.type), digits(node.expression.type)
    if kind_of(node) != Kind.DECIMAL or left is None or right is None:
        return node
    if max(left[0], right[0]) <= _NARROW < left[0] + right[0]:
        wider = exp.Cast(to=decimal(_NARROW + 1, left[1]))
        node.set("this", plain(wider, node.this))
    return node


def _divide(node: exp.Expr) -> exp.Expr:
    """Divide decimals with Trino's digits, and doubles by 0 too."""
    left, right = node.this, node.expression
    kinds = kind_of(left), kind_of(right)
    node.set("typed", False)
    if Kind.DOUBLE in kinds or Kind.FLOAT in kinds:
        if isinstance(right, exp.Literal) and float(right.name):
            return node
        return once([left, right], lambda a, b: call("double_divide", a, b))
    result = digits(node.type)
    if Kind.DECIMAL not in kinds:
        return node
    if result is None or node.type is None:
        raise refused("division of decimals whose digits are unknown")
    return _quotient(left, right, node.type)


def _quotient(left: exp.Expr, right: exp.Expr, kind: exp.DataType) -> exp.Expr:
    """Divide through text, to a decimal type whose digits are known."""
    scale = exp.Literal.number(kind.expressions[1].name)
    texts = (call("as_text", left), call("as_text", right))
    return plain(exp.Cast(to=kind.copy()), call("py_decimal_divide", *texts, scale))


def _average(node: exp.Expr) -> exp.Expr:
    """Give the average of decimals Trino's digits; DuckDB would return a double."""
    averaged = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
    if kind_of(averaged) != Kind.DECIMAL:
        return node
    if digits(averaged.type) is None or node.type is None:
        raise refused("avg of decimals whose digits are unknown; cast them")
    if averaged is not node.this or isinstance(node.parent, exp.Window | exp.Filter):
        raise refused("avg of decimals with DISTINCT, FILTER or OVER; cast them to double")
    return _quotient(exp.Sum(this=averaged), exp.Count(this=averaged.copy()), node.type)


def _ceiling(node: exp.Expr) -> exp.Expr:
    """Leave a whole number as it is; DuckDB would return a double."""
    return node.this if kind_of(node.this) in WHOLE else node


def _round(node: exp.Expr) -> exp.Expr:
    """Give a rounded decimal the digits that Trino shows."""
    if kind_of(node.this) != Kind.DECIMAL or node.type is None:
        return node
    if digits(node.this.type) is None:
        raise refused("round of a decimal whose digits are unknown; cast it")
    places = node.args.get("decimals") or exp.Literal.number(0)
    return plain(exp.Cast(to=node.type.copy()), call("round", node.this, places))


def _sign(node: exp.Expr) -> exp.Expr:
    """Give the sign the number's type."""
    kind = kind_of(node.this)
    if kind is None or node.this.type is None:
        raise refused("sign of what has no plain type; cast it")
    of_decimal = exp.DataType.build("decimal(1, 0)")
    target = of_decimal if kind == Kind.DECIMAL else node.this.type.copy()
    return plain(exp.Cast(to=target), call("sign", nan.number(node.this)))


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Mul: _multiply,
    exp.Div: _divide,
    exp.Avg: _average,
    exp.Ceil: _ceiling,
    exp.Floor: _ceiling,
    exp.Round: _round,
    exp.Sign: _sign,
}
