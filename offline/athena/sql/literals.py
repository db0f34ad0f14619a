"""Literals, and the arguments that DuckDB must know beforehand: patterns, formats, units, paths."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from offline.athena.service.errors import QueryFailed, not_supported, syntax_error
from offline.athena.sql.refusals import HINT, mismatch, refuse
from offline.athena.sql.typed import Typed, quote
from offline.athena.sql.types import (
    BIGINT,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    JSON,
    MONTH_INTERVAL,
    VARBINARY,
    ZONED,
    Type,
)

_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_MOMENT = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(?: ?UTC)?"
)
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z]+/[A-Za-z_/]+")
# What RE2, Python and Trino's regular expressions agree on
_PATTERN = re.compile(
    r"(?:\\(?:[dDwWbstnrf.\\|()\[\]{}*+?^$/\"'\-]|x[0-7][0-9a-fA-F])"
    r"|\[\^?\]?(?:\\(?:[dwstnr.\\\]\[\-/^${}]|x[0-7][0-9a-fA-F])|[^\]\[\\&])*\]"
    r"|\(\?[:i]\)?|[^\\\[\]])*"
)
_MYSQL = {
    **{"%Y": "%Y", "%y": "%y", "%m": "%m", "%c": "%-m", "%d": "%d", "%e": "%-d", "%H": "%H"},
    **{"%k": "%-H", "%h": "%I", "%I": "%I", "%l": "%-I", "%i": "%M", "%s": "%S", "%S": "%S"},
    **{"%f": "%f", "%p": "%p", "%j": "%j", "%M": "%B", "%b": "%b", "%W": "%A", "%a": "%a"},
    **{"%T": "%H:%M:%S", "%r": "%I:%M:%S %p", "%%": "%%", "%v": "%V", "%x": "%G"},
}
_JODA = {
    **{"yyyy": "%Y", "YYYY": "%Y", "yy": "%y", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B"},
    **{"dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M"},
    **{"m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "EEE": "%a", "EEEE": "%A"},
    **{"y": "%Y", "DDD": "%j"},
}


_JODA_TOKEN = r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']+"
# Not offered where text is read: years of two digits, and what stands in another calendar
_UNREAD = dict.fromkeys(("%y", "%v", "%x", "%j", "yy", "DDD", "y", "YYYY"), "")


def text(value: str) -> Typed:
    """Return a varchar literal."""
    return Typed(quote(value), Type("varchar", (len(value),)), is_literal=True, text=value)


def number(value: str) -> Typed:
    """Return a number as its form makes it: integer, bigint, decimal or double."""
    if "e" in value.lower():
        return Typed(f"CAST('{value}' AS DOUBLE)", DOUBLE, is_literal=True)
    if "." in value:
        whole, _, fraction = value.lstrip("-").partition(".")
        digits = len(whole.lstrip("0") + fraction) or 1
        kind = Type("decimal", (max(digits, len(fraction)), len(fraction)))
        return Typed(f"CAST('{value}' AS {kind.duckdb})", kind, is_literal=True)
    kind = INTEGER if -(2**31) <= int(value) < 2**31 else BIGINT
    if not -(2**63) <= int(value) < 2**63:
        raise syntax_error(f"NUMERIC_VALUE_OUT_OF_RANGE: Invalid numeric literal: {value}")
    return Typed(value, kind, is_literal=True)


def binary(value: str) -> Typed:
    """Return `X'…'`."""
    return Typed(f"unhex('{value}')", VARBINARY, is_literal=True)


def typed(kind: Type, value: str, node: exp.Expr) -> Typed:
    """Return a literal such as `DATE '2020-01-01'`.

    Raises QueryFailed for a form that is not offered.
    """
    if kind.name == "decimal":
        return number(value if "." in value else value + ".")
    if kind.name == "double":
        return number(value if "e" in value.lower() else value + "e0")
    if kind.name == "json":
        return Typed(f"trino_json_parse({quote(value)})", JSON)
    found = _MOMENT.fullmatch(value)
    if found is None or kind.name not in ("date", "timestamp", ZONED):
        raise refuse(node, f"this literal of {kind}")
    year, month, day = map(int, found[1].split("-"))
    plain = f"{year:04}-{month:02}-{day:02} {found[2] or '00:00'}:{found[3] or '00'}"
    try:
        date(year, month, day)
        datetime.fromisoformat(plain.replace(" ", "T0" if plain[12] == ":" else "T"))
    except ValueError as error:
        raise syntax_error(f"INVALID_LITERAL: line 1:1: '{value}' is not a valid {kind}") from error
    plain += f".{found[4]}" if found[4] else ""
    digits = len(found[4] or "")
    if kind == DATE:
        if found[2] or value.endswith("UTC"):
            raise syntax_error(f"INVALID_LITERAL: line 1:1: '{value}' is not a valid date literal")
        return Typed(f"DATE '{plain[:10]}'", DATE, is_literal=True)
    if value.endswith("UTC"):
        return Typed(f"TIMESTAMPTZ '{plain}+00'", Type(ZONED, (digits, "UTC")), is_literal=True)
    return Typed(f"TIMESTAMP '{plain}'", Type("timestamp", (digits,)), is_literal=True)


def interval(node: Any) -> Typed:
    """Return an interval of one unit."""
    unit = node.args.get("unit")
    unit_name = unit.name.lower() if isinstance(unit, exp.Var) else ""
    value = node.this.name
    if unit_name not in _UNITS or not re.fullmatch(r"-?\d+(\.\d{1,3})?", value):
        raise refuse(node, "this interval")
    if "." in value and unit_name != "second":
        raise refuse(node, "this interval")
    months = unit_name in ("month", "quarter", "year")
    kind = Type(MONTH_INTERVAL if months else DAY_INTERVAL)
    return Typed(f"INTERVAL '{value} {unit_name}'", kind, is_literal=True, text=unit_name)


def zone(name: str) -> str:
    """Return a time zone's name if values in it are offered."""
    if not _ZONE.fullmatch(name):
        raise not_supported(f"the embedded engine does not offer the time zone {name}; {HINT}")
    return name


def at_zone(found: Typed, name: str, node: exp.Expr) -> Typed:
    """Return `x AT TIME ZONE name`: the same instant, read in another zone."""
    if found.type.name == "timestamp":
        found = Typed(f"CAST({found.sql} AS TIMESTAMPTZ)", Type(ZONED, (*found.type.args, "UTC")))
    if found.type.name != ZONED:
        raise mismatch(f"{found.type} AT TIME ZONE", node)
    return Typed(found.sql, Type(ZONED, (found.type.args[0], zone(name))))


def _unit(value: str) -> str:
    if value.lower() not in _UNITS:
        raise QueryFailed(f"INVALID_FUNCTION_ARGUMENT: '{value}' is not a valid field")
    return quote(value.lower())


def _day_unit(value: str) -> str:
    if value.lower() not in ("day", "week", "month", "quarter", "year"):
        raise QueryFailed(f"INVALID_FUNCTION_ARGUMENT: '{value}' is not a valid DATE field")
    return quote(value.lower())


def regex(value: str) -> str:
    """Return a pattern for RE2 that means there what it means in Trino."""
    if not _PATTERN.fullmatch(value) or re.search(r"[*+?}]\+|\(\?[^:i]|\{,", value):
        raise not_supported(f"the embedded engine does not offer the pattern {value!r}; {HINT}")
    try:
        re.compile(value)
    except re.error as error:
        raise QueryFailed(f"INVALID_FUNCTION_ARGUMENT: {error} in pattern {value}") from error
    return quote(value.replace(r"\s", r"[\t\n\v\f\r ]") if "[" not in value else value)


def _regex(value: str) -> str:
    """Patterns that end at `$` need care: it matches before a last line end too."""
    if ends_at_line_end(value):
        raise not_supported(
            f"the embedded engine offers the pattern {value!r}, with $, in regexp_like only; {HINT}"
        )
    return regex(value)


def ends_at_line_end(value: str) -> bool:
    """Tell whether a pattern has `$` outside of its lists of characters."""
    return "$" in re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]", "", value)


def _test_regex(value: str) -> str:
    if ends_at_line_end(value):
        if not value.endswith("$") or ends_at_line_end(value[:-1]):
            return _regex(value)
        return quote(regex(value[:-1])[1:-1].replace("''", "'") + r"\n?$")
    return regex(value)


def _translated(value: str, token: str, known: dict[str, str]) -> str:
    found = []
    for part in (found[0] for found in re.finditer(token, value, re.DOTALL)):
        if known.get(part):
            found.append(known[part])
        elif part in known or re.fullmatch(
            r"%." if "%Y" in known else "[A-Za-z]+", part, re.DOTALL
        ):
            raise not_supported(f"the embedded engine does not offer {part!r} in a format; {HINT}")
        else:
            found.append(
                part.strip("'") or "'" if part.startswith("'") else part.replace("%", "%%")
            )
    return quote("".join(found))


def _python_regex(value: str) -> str:
    """Hand a pattern to Python whose end DuckDB does not find as Trino does."""
    return (
        quote("(?#)" + regex(value)[1:-1].replace("''", "'"))
        if ends_at_line_end(value)
        else regex(value)
    )


def _group_regex(value: str) -> str:
    """Or one with groups that may take no part: they are NULL, and empty in DuckDB."""
    unsure = re.search(r"[|]|\)[?*{]", value)
    return (
        _python_regex(value)
        if not unsure
        else quote("(?#)" + regex(value)[1:-1].replace("''", "'"))
    )


def check_group(name: str, found: Sequence[Typed]) -> None:
    """Refuse a regular expression's group that it does not have, as Trino does."""
    if not name.startswith("regexp_extract") or len(found) < 3 or found[1].text is None:
        return
    groups = re.compile(found[1].text).groups
    if not found[2].is_literal or not 0 <= int(found[2].sql) <= groups:
        raise QueryFailed(
            f"INVALID_FUNCTION_ARGUMENT: Pattern has {groups} groups. Cannot access group"
            f" {found[2].sql}"
        )


def _path(value: str) -> str:
    """Return a path of members and indices."""
    if not re.fullmatch(r"\$(\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\]|\[\"[^\"\\\]]+\"\])*", value):
        raise not_supported(f"the embedded engine does not offer the path {value!r}; {HINT}")
    return quote(re.sub(r"\[(\"[^\"]+\")\]", r".\1", value))


def _replacement(value: str) -> str:
    if re.search(r"\\|\$(?!\d)", value):
        raise not_supported(f"the embedded engine does not offer the text {value!r}; {HINT}")
    return quote(re.sub(r"\$(\d)", r"\\\1", value))


def format_parts(value: str) -> list[str | tuple[str, str]]:
    """Return a format's text and, as flags with width and precision and a letter, its places."""
    found: list[str | tuple[str, str]] = []
    for place, flags, letter, plain in re.findall(
        r"(%([-,+0]*\d*(?:\.\d+)?)([sdf%]))|([^%]+|%)", value
    ):
        if plain == "%" or (letter == "%" and flags) or (letter in "sd" and "." in flags):
            raise not_supported(f"the embedded engine does not offer the format {value!r}; {HINT}")
        found.append("%" if letter == "%" else (flags, letter) if place else plain)
    return found


TRANSLATED: dict[str, Callable[[str], str]] = {
    "unit": _unit,
    "dayunit": _day_unit,
    "anyregex": _python_regex,
    "groupregex": _group_regex,
    "regex": _regex,
    "testregex": _test_regex,
    "dateformat": lambda value: _translated(value, r"%.|[^%]+", _MYSQL),
    "jodaformat": lambda value: _translated(value, _JODA_TOKEN, _JODA),
    "parseformat": lambda value: _translated(value, r"%.|[^%]+", _MYSQL | _UNREAD),
    "parsejoda": lambda value: _translated(value, _JODA_TOKEN, _JODA | _UNREAD),
    "jsonpath": _path,
    "replacement": _replacement,
}
