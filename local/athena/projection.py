"""Computes the partitions of a projected table from its parameters, as Athena does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from sqlglot import exp

from local.athena.catalog import Partition, Table
from local.athena.errors import QueryFailed
from local.athena.pruning import Domain, domain

MAX_CANDIDATES = 2_000_000  # more combinations than anyone means to list on one machine
_JAVA_PATTERNS = {
    "yyyy": "%Y",
    "uuuu": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}
_UNITS = {
    "YEAR": (12, timedelta()),
    "MONTH": (1, timedelta()),
    "WEEK": (0, timedelta(weeks=1)),
    "DAY": (0, timedelta(days=1)),
    "HOUR": (0, timedelta(hours=1)),
    "MINUTE": (0, timedelta(minutes=1)),
    "SECOND": (0, timedelta(seconds=1)),
}
_NOW = re.compile(r"NOW(?:\s*([+-])\s*([0-9]+)\s*([A-Z]+))?")


def partitions(table: Table, predicate: exp.Expression | None) -> Iterator[Partition]:
    """Yield the partitions that the predicate leaves possible.

    Raises QueryFailed if the parameters are wrong or an injected key has no value in the WHERE.
    """
    keys = [key.name for key in table.keys]
    choices = [list(_values(table, name, domain(predicate, name))) for name in keys]
    combinations = 1
    for choice in choices:
        combinations *= len(choice)
    if combinations > MAX_CANDIDATES:
        raise QueryFailed(
            f"HIVE_EXCEEDED_PARTITION_LIMIT: Query over table '{table.name}' can potentially read "
            f"more than {MAX_CANDIDATES} partitions"
        )
    template = table.parameters.get("storage.location.template") or _hive_template(table)
    for values in product(*choices):
        location = template
        for name, value in zip(keys, values, strict=True):
            location = location.replace("${" + name + "}", value)
        yield Partition(values, location)


def _hive_template(table: Table) -> str:
    folders = "/".join(f"{key.name}=${{{key.name}}}" for key in table.keys)
    return f"{table.location.rstrip('/')}/{folders}/"


def _values(table: Table, name: str, wanted: Domain) -> Iterator[str]:
    kind = _parameter(table, name, "type").lower()
    if kind == "enum":
        return _enum(_parameter(table, name, "values"), wanted)
    if kind == "integer":
        return _integers(table, name, wanted)
    if kind == "date":
        return _dates(table, name, wanted)
    if kind == "injected":
        return _injected(name, wanted)
    raise _invalid(table, name, f"type {kind}")


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


def _enum(text: str, wanted: Domain) -> Iterator[str]:
    for value in text.split(","):
        if wanted.values is None or value.strip() in wanted.values:
            yield value.strip()


def _injected(name: str, wanted: Domain) -> Iterator[str]:
    if wanted.values is None:
        raise QueryFailed(
            f"CONSTRAINT_VIOLATION: For the injected projected partition column {name}, the WHERE "
            "clause must contain only static equality conditions, and at least one such condition "
            "must be present."
        )
    return iter(sorted(wanted.values))


def _integers(table: Table, name: str, wanted: Domain) -> Iterator[str]:
    low, high = (int(end) for end in _range(table, name))
    step = int(_parameter(table, name, "interval", "1"))
    width = int(_parameter(table, name, "digits", "0"))
    if wanted.values is None:
        for number in range(low, high + 1, step):
            yield f"{number:0{width}d}"
        return
    for value in sorted(wanted.values):
        if re.fullmatch(r"-?[0-9]+", value) and low <= int(value) <= high:
            if not (int(value) - low) % step:
                yield f"{int(value):0{width}d}"


def _dates(table: Table, name: str, wanted: Domain) -> Iterator[str]:
    pattern = _strftime(_parameter(table, name, "format"))
    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        low, high = (_moment(end, pattern, now) for end in _range(table, name))
    except (ValueError, KeyError) as error:
        raise _invalid(table, name, f"range: {error}") from error
    if wanted.values is not None:
        for value in sorted(wanted.values):
            moment = _parsed(value, pattern)
            if moment is not None and low <= moment <= high:
                yield value
        return
    months, step = _interval(table, name, pattern)
    # Bounds compare as text only where the format sorts as text does: largest unit first
    if re.fullmatch(r"%Y(\D*%m(\D*%d(\D*%H(\D*%M(\D*%S)?)?)?)?)?", pattern):
        low = _advanced(low, _parsed(wanted.low or "", pattern), months, step)
        high = min(high, _parsed(wanted.high or "", pattern) or high)
    count = 0
    moment = low
    while moment <= high:
        yield moment.strftime(pattern)
        moment = _later(moment, months, step)
        count += 1
        if count > MAX_CANDIDATES:
            raise _invalid(table, name, "the range has too many values")


def _advanced(low: datetime, bound: datetime | None, months: int, step: timedelta) -> datetime:
    """Move the start up to the bound, staying on the interval's grid."""
    if bound is None or bound <= low or months:
        return low
    return low + (bound - low) // step * step


def _range(table: Table, name: str) -> list[str]:
    ends = [end.strip() for end in _parameter(table, name, "range").split(",")]
    if len(ends) != 2:
        raise _invalid(table, name, "range needs two ends")
    return ends


def _strftime(java: str) -> str:
    """Return Python's pattern for a Java one."""
    plain = java.replace("'", "")
    pattern = re.sub(r"yyyy|uuuu|MM|dd|HH|mm|ss", lambda found: _JAVA_PATTERNS[found[0]], plain)
    return pattern


def _parsed(text: str, pattern: str) -> datetime | None:
    """Return the moment that the text spells in exactly this format, if it does."""
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
    months, step = _UNITS[found[3].rstrip("S")]
    count = int(found[1] + found[2])
    return _later(now, months * count, step * count)


def _interval(table: Table, name: str, pattern: str) -> tuple[int, timedelta]:
    """Return the step in months and in time; by default the smallest unit of the format."""
    finest = next(
        unit
        for directive, unit in (
            ("%S", "SECOND"),
            ("%M", "MINUTE"),
            ("%H", "HOUR"),
            ("%d", "DAY"),
            ("%m", "MONTH"),
            ("%Y", "YEAR"),
        )
        if directive in pattern
    )
    unit = _parameter(table, name, "interval.unit", finest).upper().rstrip("S")
    if unit not in _UNITS:
        raise _invalid(table, name, f"interval unit {unit}")
    count = int(_parameter(table, name, "interval", "1"))
    months, step = _UNITS[unit]
    return months * count, step * count


def _later(moment: datetime, months: int, step: timedelta) -> datetime:
    if months:
        total = moment.year * 12 + moment.month - 1 + months
        moment = moment.replace(year=total // 12, month=total % 12 + 1, day=min(moment.day, 28))
    return moment + step
