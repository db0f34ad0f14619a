"""What a data set's report.toml has drawn of its derived tables, over a day."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from springtide.dataset.conditions import fault_of
from springtide.dataset.declaration import DataSet
from springtide.dataset.loading import folder_of_data_sets

from cli.errors import CommandError

_FILE = "report.toml"
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

    Raises CommandError that names the file, the entry and what is wrong with it.
    """
    file = folder_of_data_sets() / data_set.name / _FILE
    if not file.is_file():
        return []
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as err:  # no TOML, or no UTF-8
        raise CommandError(f"{file}: {err}") from err
    entries = document.pop("over_a_day", [])
    if document or not isinstance(entries, list):
        raise CommandError(f"{file}: holds [[over_a_day]] entries and nothing else")
    return [_series(file, f"over_a_day[{n}]", e, data_set) for n, e in enumerate(entries)]


def _series(file: Path, where: str, entry: Any, data_set: DataSet) -> Series:
    def wrong(what: str) -> CommandError:
        return CommandError(f"{file}: {where}: {what}")

    if not isinstance(entry, dict) or not all(isinstance(v, str) for v in entry.values()):
        raise wrong("is a table of texts")
    if entry.keys() - _KEYS:
        raise wrong(f"unknown {sorted(entry.keys() - _KEYS)}; there are {sorted(_KEYS)}")
    if _KEYS - _OPTIONAL - entry.keys():
        raise wrong(f"lacks {sorted(_KEYS - _OPTIONAL - entry.keys())}")
    series = Series(**entry)
    tables = {derived.table: derived for derived in data_set.derived}
    if series.table not in tables:
        raise wrong(f"table {series.table!r} is not a derived table: {sorted(tables)}")
    columns = {column.name for column in tables[series.table].columns}
    for key in ("by", "busiest", "line"):
        if entry[key] not in columns:
            raise wrong(f"{key} {entry[key]!r} is not a column of {series.table}")
    fault = fault_of(series.marked_when) if series.marked_when else None
    if fault is not None:
        raise wrong(f"marked_when {series.marked_when!r} {fault}")
    return series
