"""Trino's decimals: division to the larger scale, rounding half away from zero, and exponents."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=120)
_WITH_EXPONENT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,9}")
_PLACES = 80  # digits on each side of the point; no decimal has more than 38


def decimal_divide(left: str, right: str, scale: int) -> str:
    """Divide; raises ZeroDivisionError."""
    if Decimal(right) == 0:
        raise ZeroDivisionError("Division by zero")
    quotient = _EXACT.divide(Decimal(left), Decimal(right))
    return str(quotient.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT))


def without_exponent(text: str) -> str | None:
    """Return a number with an exponent as plain digits, of which DuckDB loses some; else None."""
    if not _WITH_EXPONENT.fullmatch(text):
        return None
    number = Decimal(text)
    if number.adjusted() < -_PLACES or not number:
        return "0"
    return None if number.adjusted() > _PLACES else f"{number:f}"
