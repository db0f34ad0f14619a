"""Reads report.toml: the lines over a day to draw from a data set's derived tables."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from springtide.dataset.conditions import fault_of
from springtide.dataset.declaration import DataSet
from springtide.dataset.loading import folder_of_data_sets
from springtide.dataset.toml_tables import Reader, ReportedError, read_toml
from springtide.model.errors import DataSetError

_ENTRIES = "over_a_day"
_KEYS = {"table", "title", "by", "busiest", "line", "unit", "marked_when", "marked"}
_OPTIONAL = {"unit", "marked_when", "marked"}


class Series(NamedTuple):
    """A line over a day for each of the busiest values of a column of a derived table.

    `by` is that column, `busiest` the column whose sum ranks them, `line` the one drawn.
    `marked_when` is a SQL condition over the table; `marked` names what it marks.
    """

    table: str
    title: str
    by: str
    busiest: str
    line: str
    unit: str = ""
    marked_when: str = ""
    marked: str = ""


def read_series(data_set: DataSet) -> list[Series]:
    """Return the entries of the data set's report.toml; empty if it has none.

    Raises DataSetError with every mistake, one per line, as file:line: place.
    """
    file = folder_of_data_sets() / data_set.name / "report.toml"
    if not file.is_file():
        return []
    document, at = read_toml(file)
    at.attempt(lambda: at.only(document, "", {_ENTRIES}))
    found = at.each(document, _ENTRIES, lambda n, entry: _series(at, n, entry, data_set))
    if at.found:
        raise DataSetError("\n".join(at.found))
    return list(found)


def _series(at: Reader, number: int, entry: Mapping[str, Any], data_set: DataSet) -> Series:
    where = f"{_ENTRIES}[{number}]"
    at.attempt(lambda: at.only(entry, where, _KEYS))
    read = {key: _text(at, where, entry, key) for key in sorted(_KEYS)}
    tables = {derived.table: derived for derived in data_set.derived}
    name = read["table"]
    if name is None:
        raise ReportedError(where)
    if name not in tables:
        raise at.error(f"{where}.table", f"{name!r} is not one of {sorted(tables)}")
    table = tables[name]
    columns = {column.name for column in table.columns}
    if "event_time" not in columns:
        raise at.error(f"{where}.table", f"{table.table} has no event_time to draw it by")
    for key in ("by", "busiest", "line"):
        if read[key] is not None and read[key] not in columns:
            error = at.error(f"{where}.{key}", f"{table.table} has no column {read[key]!r}")
            at.found.append(str(error))
    condition = read["marked_when"]
    fault = fault_of(condition) if condition else None
    if fault is not None:
        raise at.error(f"{where}.marked_when", f"{condition!r} {fault}")
    return Series(**{key: text or "" for key, text in read.items()})


def _text(at: Reader, where: str, entry: Mapping[str, Any], key: str) -> str | None:
    """An entry's text, empty if it is optional; None for a mistake, which is kept."""
    if key in _OPTIONAL:
        return at.attempt(lambda: at.text(entry, where, key))
    return at.attempt(lambda: str(at.get(entry, where, key, str)))
