"""Trino's functions that no simple SQL gives, value by value; none of them is called with NULL."""

import hashlib
import math
import re
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from urllib.parse import quote_plus, unquote, unquote_plus, urlsplit

from duckdb.sqltypes import BIGINT, BLOB, DOUBLE, VARCHAR, DuckDBPyType

from offline.athena.functions.json_paths import extract, scalar
from offline.athena.functions.json_rules import java_double

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2.0**63
_EXACT = Context(prec=120)


def decimal_divide(left: str, right: str, scale: int) -> str:
    """Divide decimals and round half away from zero."""
    if Decimal(right) == 0:
        raise ZeroDivisionError("DIVISION_BY_ZERO: Division by zero")
    return _scaled(_EXACT.divide(Decimal(left), Decimal(right)), scale)


def decimal_modulus(left: str, right: str, scale: int) -> str:
    """Return what is left of a division; it has the sign of what is divided."""
    if Decimal(right) == 0:
        raise ZeroDivisionError("DIVISION_BY_ZERO: Division by zero")
    return _scaled(_EXACT.remainder(Decimal(left), Decimal(right)), scale)


def double_to_decimal(value: float, scale: int) -> str:
    """Return a double rounded half away from zero, judged by its shortest text."""
    return _scaled(Decimal(repr(value)), scale)


def _scaled(value: Decimal, scale: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _EXACT))


def round_to(value: float, digits: int) -> float:
    """Round a double at a decimal digit, half away from zero, as its multiple comes out."""
    factor = 10.0**digits
    multiple = abs(value) * factor
    if not multiple < _LARGEST:
        return value
    return math.copysign(math.floor(multiple + 0.5) / factor, value)


def double_text(value: float) -> str:
    """Write a double as Trino 476 casts it to varchar: always with an exponent."""
    if math.isnan(value) or math.isinf(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if len(digits) == 1:  # of the texts with two digits Java takes the nearest
        sign, digits, exponent = Decimal(f"{value:.1e}").as_tuple()
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{len(text) + int(exponent) - 1}"


def double_json(value: float) -> str:
    """Write a double as JSON."""
    text = java_double(value)
    return text if math.isfinite(value) else f'"{text}"'


def format_value(text: str, flags: str, letter: str) -> str:
    """Write a value into a place of a format as Java's Formatter does."""
    found = re.fullmatch(r"([-,+0]*)(\d*)(?:\.(\d+))?", flags)
    assert found is not None
    signs, width, precision = found.groups()
    if letter == "s":
        return text.ljust(int(width or 0)) if "-" in signs else text.rjust(int(width or 0))
    if letter == "f" and not re.fullmatch(r"-?[0-9.E-]+", text):
        raise ValueError(f"NOT_SUPPORTED: format of {text} as %f")
    value = Decimal(_scaled(Decimal(text), int(precision or 6))) if letter == "f" else Decimal(text)
    shown = f"{value:{'+' if '+' in signs else ''}{',' if ',' in signs else ''}f}"
    if "0" in signs and len(shown) < int(width or 0):
        sign = shown[0] if shown[0] in "+-" else ""
        return sign + shown[len(sign) :].rjust(int(width) - len(sign), "0")
    return shown.ljust(int(width or 0)) if "-" in signs else shown.rjust(int(width or 0))


def regexp_extract(text: str, pattern: str, group: int) -> str | None:
    """Return what a group matches first, NULL if nothing or the group takes no part."""
    found = re.search(_compiled(pattern), text)
    return None if found is None else found[group]


def regexp_replace(text: str, pattern: str, new: str) -> str:
    """Replace every match; `\\1` in the new text is the first group."""
    return re.sub(_compiled(pattern), re.sub(r"\\(\d)", r"\\g<\1>", new), text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def upper(text: str) -> str:
    """Return text in capitals, each character for itself."""
    return "".join(item.upper() if len(item.upper()) == 1 else item for item in text)


def lower(text: str) -> str:
    """Return text in small letters, each character for itself."""
    return "".join("i" if item == "İ" else item.lower() for item in text)


def iso_day(text: str) -> str | None:
    """Return a text that begins with a week or a day of the year with the date in its place."""
    day, joint, rest = text.partition("T")
    year, _, within = day.partition("-")
    try:
        if within.startswith("W"):
            found = date.fromisocalendar(int(year), int(within[1:3]), int(within[4:] or 1))
        else:
            found = date(int(year), 1, 1) + timedelta(days=int(within) - 1)
            if found.year != int(year):
                return None
    except ValueError:
        return None
    return f"{found}{joint}{rest}"


def url_decode(text: str) -> str:
    """Undo `url_encode`."""
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Illegal hex characters in escape (%) pattern")
    return unquote_plus(text)


def to_base(value: int, base: int) -> str:
    """Write a whole number in another base."""
    if not 2 <= base <= len(_DIGITS):
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36")
    left, digits = abs(value), ""
    while left or not digits:
        left, digit = divmod(left, base)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + digits


def from_base(text: str, base: int) -> int:
    """Read a whole number in another base."""
    if not 2 <= base <= len(_DIGITS):
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36")
    known = _DIGITS[:base]
    if not text.lstrip("+-") or set(text.lower().lstrip("+-")) - set(known):
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Not a valid base-{base} number: {text}")
    return int(text, base)


def strpos(text: str, part: str, instance: int) -> int:
    """Return where the n-th occurrence begins, counted from the end if negative, else 0."""
    if instance == 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: 'instance' must not be zero")
    if not part:
        return 1
    at = len(text) + 1 if instance < 0 else -1
    for _ in range(abs(instance)):
        at = text.rfind(part, 0, at + len(part) - 1) if instance < 0 else text.find(part, at + 1)
        if at < 0:
            return 0
    return at + 1


def url_encode(text: str) -> str:
    """Escape text as a form's value."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def url_part(text: str, name: str) -> str | None:
    """Return a part of a URL, empty if it has none, NULL for what is no URL."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if any(character in text for character in ' <>"{}|\\^`') or not text.isprintable():
        return None
    if name == "port":
        return None if port is None else str(port)
    if name == "host":
        return parts.netloc.rpartition("@")[2].partition(":")[0]
    found = {"path": parts.path, "query": parts.query, "fragment": parts.fragment}
    value = found.get(name, parts.scheme)
    return unquote(value) if name in ("path", "fragment") else value


def url_parameter(text: str, name: str) -> str | None:
    """Return the first value of a URL's parameter."""
    query = url_part(text, "query")
    for pair in (query or "").split("&"):
        key, found, value = pair.partition("=")
        if unquote_plus(key) == name and (found or key):
            return unquote_plus(value)
    return None


# By the name in DuckDB: the function, the types of its parameters and of its result
FUNCTIONS: dict[str, tuple[Callable[..., object], list[DuckDBPyType], DuckDBPyType]] = {
    "py_decimal_divide": (decimal_divide, [VARCHAR, VARCHAR, BIGINT], VARCHAR),
    "py_decimal_modulus": (decimal_modulus, [VARCHAR, VARCHAR, BIGINT], VARCHAR),
    "py_double_to_decimal": (double_to_decimal, [DOUBLE, BIGINT], VARCHAR),
    "py_round": (round_to, [DOUBLE, BIGINT], DOUBLE),
    "py_double_text": (double_text, [DOUBLE], VARCHAR),
    "py_double_json": (double_json, [DOUBLE], VARCHAR),
    "py_format": (format_value, [VARCHAR, VARCHAR, VARCHAR], VARCHAR),
    "py_regexp_extract": (regexp_extract, [VARCHAR, VARCHAR, BIGINT], VARCHAR),
    "py_regexp_replace": (regexp_replace, [VARCHAR, VARCHAR, VARCHAR], VARCHAR),
    "py_json_extract": (extract, [VARCHAR, VARCHAR], VARCHAR),
    "py_json_scalar": (scalar, [VARCHAR, VARCHAR], VARCHAR),
    "py_upper": (upper, [VARCHAR], VARCHAR),
    "py_lower": (lower, [VARCHAR], VARCHAR),
    "py_iso_day": (iso_day, [VARCHAR], VARCHAR),
    "py_url_decode": (url_decode, [VARCHAR], VARCHAR),
    "py_to_base": (to_base, [BIGINT, BIGINT], VARCHAR),
    "py_from_base": (from_base, [VARCHAR, BIGINT], BIGINT),
    "py_strpos": (strpos, [VARCHAR, VARCHAR, BIGINT], BIGINT),
    "py_reverse": (lambda text: text[::-1], [VARCHAR], VARCHAR),
    "py_url_encode": (url_encode, [VARCHAR], VARCHAR),
    "py_url_part": (url_part, [VARCHAR, VARCHAR], VARCHAR),
    "py_url_parameter": (url_parameter, [VARCHAR, VARCHAR], VARCHAR),
    "py_sha512": (lambda data: hashlib.sha512(data).digest(), [BLOB], BLOB),
    "py_crc32": (zlib.crc32, [BLOB], BIGINT),
}
