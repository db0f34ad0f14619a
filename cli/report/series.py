"""What a data set's report.toml has drawn of its derived tables, over a day."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from springtide.dataset.conditions import fault_of
from springtide.dataset.declaration import DataSet
from springtide.dataset.loading import folder_of_data_sets
from springtide.dataset.toml_tables import Reader, read_toml
from springtide.model.errors import DataSetError

from cli.errors import CommandError

_ENTRIES = "over_a_day"
_KEYS = {"table", "title", "by", "busiest", "line", "unit", "marked_when", "marked"}
_OPTIONAL = {"unit", "marked_when", "marked"}


class Series(NamedTuple):
    """A line over a day for each of the busiest values of a column of a derived table.

    `by` is that column, `busiest` the one by whose sum they are chosen, `line` the one drawn.
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
    """Return the entries of the data set's report.toml, none if it has none.

    Raises CommandError that has every mistake, one a line, as file:line: place.
    """
    try:
        return _read(data_set)
    except DataSetError as err:
        raise CommandError(str(err)) from err


def _read(data_set: DataSet) -> list[Series]:
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
    read = {name: _text(at, where, entry, name) for name in sorted(_KEYS)}
    tables = {derived.table: derived for derived in data_set.derived}
    table = tables.get(read["table"])
    if table is None:
        raise at.error(f"{where}.table", f"{read['table']!r} is not one of {sorted(tables)}")
    columns = {column.name for column in table.columns}
    if "event_time" not in columns:
        raise at.error(f"{where}.table", f"{table.table} has no event_time to draw it by")
    for name in ("by", "busiest", "line"):
        if read[name] and read[name] not in columns:
            error = at.error(f"{where}.{name}", f"{table.table} has no column {read[name]!r}")
            at.found.append(str(error))
    condition = read["marked_when"]
    fault = fault_of(condition) if condition else None
    if fault is not None:
        raise at.error(f"{where}.marked_when", f"{condition!r} {fault}")
    return Series(**read)


def _text(at: Reader, where: str, entry: Mapping[str, Any], name: str) -> str:
    """An entry's text; empty if it need not be there, or is a mistake."""
    if name in _OPTIONAL:
        return at.attempt(lambda: at.text(entry, where, name)) or ""
    return at.attempt(lambda: str(at.get(entry, where, name, str))) or ""
