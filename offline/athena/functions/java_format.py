"""Trino's `format`, which is Java's Formatter, for text, whole numbers and fractions."""

import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal

# A conversion: flags, width, digits after the point, kind.
_CONVERSION = re.compile(
    r"%(?P<flags>[-0,]*)(?P<width>[1-9]\d*)?(\.(?P<digits>\d+))?(?P<kind>.?)", re.S
)
_TAKEN = re.compile(
    r"%(%|(-?[1-9]\d*)?s|(0[1-9]\d*|-?,?[1-9]\d*|,)?d|(-?,?[1-9]\d*|,)?(\.\d{1,2})?f)"
)
_EXACT = Context(prec=400)


def kinds(pattern: str) -> str | None:
    """The kinds of a pattern's arguments, such as `sdf`; None if one is refused."""
    found = list(_CONVERSION.finditer(pattern))
    if not all(_TAKEN.fullmatch(each[0]) for each in found):
        return None
    return "".join(each["kind"] for each in found).replace("%", "")


def java_format(pattern: str, arguments: str) -> str:
    """Fill a pattern with arguments, which are a JSON list of texts."""
    values = iter(json.loads(arguments))
    return _CONVERSION.sub(lambda found: _converted(found, values), pattern)


def _converted(found: re.Match[str], values: Iterator[str | None]) -> str:
    if found["kind"] == "%":
        return "%"
    value = next(values)
    width, flags = int(found["width"] or 0), found["flags"]
    # Java cuts the word like any text.
    text = "null"[: int(found["digits"] or 4)] if value is None else value
    group = "," if "," in flags else ""
    zeros = f"0{width}" if "0" in flags else ""
    if value is not None and found["kind"] == "d":
        text = format(int(text), f"{zeros}{group}d")
    if value is not None and found["kind"] == "f":
        text = _fraction(text, int(found["digits"] or 6), group)
    # Java counts a width in UTF-16 units; a character beyond U+FFFF has two.
    padding = " " * (width - len(text.encode("utf-16-le")) // 2)
    return text + padding if "-" in flags else padding + text


def _fraction(text: str, digits: int, group: str) -> str:
    number = Decimal(text)
    if not number.is_finite():
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(text, "NaN")
    return format(number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT), f"{group}f")
