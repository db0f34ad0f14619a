"""Decimal division as Trino does it: to the larger scale, half away from zero."""

from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=120)


def decimal_divide(left: str, right: str, scale: int) -> str:
    """Divide; raises ZeroDivisionError."""
    if Decimal(right) == 0:
        raise ZeroDivisionError("Division by zero")
    quotient = _EXACT.divide(Decimal(left), Decimal(right))
    return str(quotient.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT))
