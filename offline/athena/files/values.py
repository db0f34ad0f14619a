"""Writes values as in Athena's result files and GetQueryResults."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy

from offline.athena.functions.escapes import readable
from offline.athena.functions.json_rules import java_double


def as_text(value: Any, kind: str = "") -> str | None:
    """Return Athena's text for a value, None for NULL; `kind` is Athena's name of its type."""
    if value is None:
        return None
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_double(float(str(numpy.float32(value))) if kind == "float" else value)
    if isinstance(value, datetime):
        return _timestamp(value)
    if isinstance(value, timedelta):
        return _interval(value)
    if isinstance(value, bytes | bytearray):
        return " ".join(f"{byte:02x}" for byte in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inner, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{as_text(key)}={_inner(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    return str(value)


def as_python(value: Any) -> Any:
    """Return a value for a Python caller: escaped bytes become readable."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list):
        return [as_python(item) for item in value]
    if isinstance(value, dict):
        return {key: as_python(item) for key, item in value.items()}
    return value


def as_json(value: Any) -> Any:
    """Return a value for JSON; values without a JSON form, such as NaN, become Athena's text."""
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {as_text(key): as_json(item) for key, item in value.items()}
    plain = isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    return value if plain else as_text(value)


def csv_line(row: Iterable[str | None]) -> str:
    """Return one line of a result file: every value quoted, NULL as nothing."""
    cells = ("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row)
    return ",".join(cells) + "\n"


def _inner(value: Any) -> str:
    text = as_text(value)
    return "null" if text is None else text


def _interval(value: timedelta) -> str:
    milliseconds = value // timedelta(milliseconds=1)
    days, rest = divmod(abs(milliseconds), 86_400_000)
    seconds, thousandths = divmod(rest, 1000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
    return f"{'-' if milliseconds < 0 else ''}{days} {clock}"


def _timestamp(value: datetime) -> str:
    zone = ""
    if value.tzinfo is not None:
        value, zone = value.astimezone(UTC), " UTC"
    return f"{value.year:04d}-{value:%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{zone}"
