"""JSON as Trino reads it: what DuckDB's fast functions get wrong, done here value by value.

Most documents never come here: the SQL macros in `functions` test for the few shapes that DuckDB
treats differently and hand only those over.
"""

import json
import math
from decimal import Decimal
from typing import Any, NoReturn

JAVA_PLAIN_FROM, JAVA_PLAIN_TO = 1e-3, 1e7  # Double.toString writes an exponent outside of these


class NotJsonError(ValueError):
    """When a text is not one JSON document."""


def java_double(value: float) -> str:
    """Write a double as Java's Double.toString does."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)  # digits before the decimal point
    if JAVA_PLAIN_FROM <= abs(value) < JAVA_PLAIN_TO:
        if point <= 0:
            plain = "0." + "0" * -point + text
        elif point >= len(text):
            plain = text + "0" * (point - len(text)) + ".0"
        else:
            plain = f"{text[:point]}.{text[point:]}"
        return ("-" if sign else "") + plain
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{point - 1}"


class _Number(str):
    """A number as it is written in the document, kept as text so that no digit is lost."""

    __slots__ = ()


def _integer(text: str) -> _Number:
    return _Number("0" if text == "-0" else text)


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not JSON")


def parse(text: str) -> Any:
    """Return the document; of equal keys the last one counts, and numbers come as written.

    Raises NotJsonError.
    """
    try:
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=lambda number: _Number(java_double(float(number))),
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error)) from error


def render(value: Any) -> str:
    """Write a parsed document as Trino's json_format does: keys sorted, no spaces."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{render(key)}:{render(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(render, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def canonical(text: str) -> str | None:
    """Return what `json_format(json_parse(text))` gives, or None where json_parse fails."""
    try:
        rendered = render(parse(text))
        rendered.encode()  # a lone surrogate is an error in Trino too
    except (NotJsonError, UnicodeEncodeError):
        return None
    return rendered


def row(text: str, names: str) -> str | None:
    """Return a JSON object with just the named fields, as Trino's cast to ROW finds them.

    Keys match without case, an array is taken by position, and what Trino refuses gives None: two
    keys for one field, an array of another length, a scalar. `names` is separated by commas.
    """
    fields = names.split(",")
    try:
        value = parse(text)
    except NotJsonError:
        return None
    if isinstance(value, list) and len(value) == len(fields):
        return render(dict(zip(fields, value, strict=True)))
    if not isinstance(value, dict):
        return None
    wanted = [key for key in value if key.lower() in fields]
    if len({key.lower() for key in wanted}) < len(wanted):
        return None
    return render({key.lower(): value[key] for key in wanted})


def text_row(text: str, names: str) -> str | None:
    """Do as `row` does where the cast stands right over json_parse.

    Trino makes one step of the two, over the text itself, so that there a field that comes twice is
    refused in equal spellings too: no map has dropped one of them before.
    """
    fields = names.split(",")
    keys: list[str] = []

    def outermost_last(pairs: list[tuple[str, Any]]) -> None:
        keys[:] = [key.lower() for key, _ in pairs if key.lower() in fields]

    try:
        json.loads(text, object_pairs_hook=outermost_last)
    except (ValueError, RecursionError):
        return None
    if text.lstrip().startswith("{") and len(set(keys)) < len(keys):
        return None
    return row(text, names)
