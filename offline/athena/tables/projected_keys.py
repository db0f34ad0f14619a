"""The possible values of a projected partition key, from the table's parameters."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from offline import clock
from offline.athena.catalog.catalog import Table
from offline.athena.errors import QueryFailed, refused

_JAVA_PATTERNS = {
    **{"yyyy": "%Y", "uuuu": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"},
}
_MONTHS = {"YEAR": 12, "MONTH": 1}
_NOW = re.compile(r"NOW(?:\s*([+-])\s*([0-9]+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?")


def accepts(table: Table, name: str) -> Callable[[str], bool]:
    """Return a predicate on a key's values.

    Raises QueryFailed if the parameters are wrong.
    """
    kind = kind_of_key(table, name)
    if kind == "enum":
        return enum_values(table, name).__contains__
    if kind == "integer":
        return _integers(table, name)
    if kind == "date":
        return _dates(table, name)
    if kind == "injected":
        return lambda value: True
    raise _invalid(table, name, f"type {kind}")


def kind_of_key(table: Table, name: str) -> str:
    """Return a key's projection type: enum, integer, date or injected."""
    return _parameter(table, name, "type").lower()


def enum_values(table: Table, name: str) -> frozenset[str]:
    """Return the values of a key of type enum."""
    return frozenset(value.strip() for value in _parameter(table, name, "values").split(","))


def shape(table: Table, name: str) -> str:
    """Return a regular expression for the values of a date or integer key."""
    if kind_of_key(table, name) != "date":
        return "-?[0-9]+"
    return _java(_parameter(table, name, "format"), r"[A-Za-z]", lambda _: "[0-9]", re.escape)


def _parameter(table: Table, name: str, setting: str, default: str | None = None) -> str:
    value = table.parameters.get(f"projection.{name}.{setting}", default)
    if value is None:
        raise _invalid(table, name, f"no projection.{name}.{setting}")
    return value


def _invalid(table: Table, name: str, problem: str) -> QueryFailed:
    return QueryFailed(
        f"INVALID_TABLE_PROPERTY: Table {table.database}.{table.name} is configured for partition "
        f"projection, but the following projected partition column is invalid: {name} ({problem})"
    )


def _integers(table: Table, name: str) -> Callable[[str], bool]:
    low, high = (int(end) for end in _range(table, name))
    step = int(_parameter(table, name, "interval", "1"))
    width = int(_parameter(table, name, "digits", "0"))

    def has(value: str) -> bool:
        if not re.fullmatch(r"-?[0-9]+", value) or f"{int(value):0{width}d}" != value:
            return False
        return low <= int(value) <= high and not (int(value) - low) % step

    return has


def _dates(table: Table, name: str) -> Callable[[str], bool]:
    pattern = _strftime(_parameter(table, name, "format"))
    now = clock.now().replace(tzinfo=None)
    try:
        low, high = (_moment(end, pattern, now) for end in _range(table, name))
    except ValueError as error:
        raise _invalid(table, name, f"range: {error}") from error
    _require_finest(table, name, pattern)

    def has(value: str) -> bool:
        moment = _parsed(value, pattern)
        return moment is not None and low <= moment <= high

    return has


def _range(table: Table, name: str) -> list[str]:
    ends = [end.strip() for end in _parameter(table, name, "range").split(",")]
    if len(ends) != 2:
        raise _invalid(table, name, "range needs two ends")
    return ends


def _strftime(java: str) -> str:
    """Return Python's pattern for a Java one."""
    return _java(java, r"yyyy|uuuu|MM|dd|HH|mm|ss", lambda found: _JAVA_PATTERNS[found[0]], str)


def _java(
    java: str, letters: str, read: Callable[[re.Match[str]], str], literal: Callable[[str], str]
) -> str:
    """Return a Java pattern with its letters replaced, except for those in quotes."""
    parts = enumerate(java.split("'"))
    return "".join(literal(p) if at % 2 else re.sub(letters, read, literal(p)) for at, p in parts)


def _parsed(text: str, pattern: str) -> datetime | None:
    """Return the time that the text spells in exactly this format, if it does."""
    try:
        moment = datetime.strptime(text, pattern)
    except ValueError:
        return None
    return moment if moment.strftime(pattern) == text else None


def _moment(text: str, pattern: str, now: datetime) -> datetime:
    found = _NOW.fullmatch(text)
    if found is None:
        return datetime.strptime(text, pattern)
    if found[1] is None:
        return now
    unit, count = found[3], int(found[1] + found[2])
    if unit not in _MONTHS:
        return now + timedelta(**{f"{unit.lower()}s": count})
    total = now.year * 12 + now.month - 1 + _MONTHS[unit] * count
    return now.replace(year=total // 12, month=total % 12 + 1, day=min(now.day, 28))


def _require_finest(table: Table, name: str, pattern: str) -> None:
    """Refuse steps of several units, or of a larger unit than the format shows."""
    finest = next(at for at, letter in enumerate("SMHdmY") if f"%{letter}" in pattern)
    units = ("SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR")
    unit = _parameter(table, name, "interval.unit", units[finest]).upper().rstrip("S")
    count = _parameter(table, name, "interval", "1")
    if count != "1" or unit not in units[: finest + 1]:
        raise refused(f"a projection of {name} in steps of {count} {unit}")
