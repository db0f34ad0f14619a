"""Reads and checks the landing's layout in dataset.toml."""

import re
from collections.abc import Mapping
from typing import Any

from springtide.dataset.field_loading import checked_zone
from springtide.dataset.layout import DEFAULT, DIGITS, NAME, Layout
from springtide.dataset.paths import UNFIT
from springtide.dataset.physical import Physical, name_of, parse
from springtide.dataset.toml_tables import Reader
from springtide.model.wording import shown

_KEYS = {
    "layout", "time_zone", "folders", "read_running", "records", "concatenated", "format",
    "columns",
}  # fmt: skip
_FORMATS = ("json", "parquet")
_DAY = ("yyyy", "MM", "dd")
_HOUR = (*_DAY, "HH")
# Characters that need no quoting in a key, a location template, a regular expression or a list.
LITERAL = re.compile(r"[A-Za-z0-9_.=/-]*")
# Characters that a list of values and a location template accept unchanged. Trino trims spaces at
# the ends, and substitutes values as they are, except for $ and \.
VALUE = re.compile(r"(?! )(?:[A-Za-z0-9_.=%+@ -]|[^\s\x00-\xa0])+(?<! )")
FOLDER = re.compile(r"[a-z][a-z0-9_]*")
# Columns that the landing table already has.
TAKEN = frozenset({"line", "datehour"})
# Each combination is listed, and Athena projects each one for every hour.
MOST_COMBINATIONS = 100


def read_layout(at: Reader, document: Mapping[str, Any]) -> Layout:
    """The layout declared in [landing], or the default."""
    if "landing" not in document:
        return Layout()
    table = at.table(document, "landing", _KEYS)
    template = at.get(table, "landing", "layout", str, DEFAULT)
    names = _checked(at, template)
    zone = checked_zone(at, "landing.time_zone", at.text(table, "landing", "time_zone") or "UTC")
    given = at.get(table, "landing", "folders", dict, {})
    if set(given) != set(names):
        raise at.error(
            "landing.folders",
            f"has values of {shown(sorted(given))}; the layout has folders {shown(sorted(names))}",
        )
    folders = tuple((name, _values(at, given, name)) for name in names)
    layout = Layout(template, folders, zone, at.get(table, "landing", "read_running", bool, False))
    if len(layout.leads) > MOST_COMBINATIONS:
        raise at.error(
            "landing.folders",
            f"{len(layout.leads)} combinations; {MOST_COMBINATIONS} at most, since each is listed",
        )
    return layout


def read_records(at: Reader, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The lists that hold a document's events, as declared in [landing]."""
    table = document.get("landing")
    if not isinstance(table, dict) or "records" not in table:
        return ()
    value = table["records"]
    names = (value,) if isinstance(value, str) else at.names(table, "landing", "records")
    if not names or any(not name or UNFIT.search(name) for name in names):
        raise at.error(
            "landing.records",
            f"{shown(value)} is not the name of a list in the document, or several names from the"
            " outside in",
        )
    return names


def read_columns(
    at: Reader, document: Mapping[str, Any], layout: Layout
) -> tuple[tuple[str, Physical], ...]:
    """The columns of a Parquet landing; empty for a landing of JSON lines."""
    table = document.get("landing")
    if not isinstance(table, dict):
        return ()
    format_ = at.text(table, "landing", "format") or "json"
    if format_ not in _FORMATS:
        raise at.error("landing.format", f"{shown(format_)} is not one of {list(_FORMATS)}")
    if format_ == "json":
        if "columns" in table:
            raise at.error("landing.columns", 'only a landing of format = "parquet" has columns')
        return ()
    for name in ("records", "concatenated"):
        if name in table:
            raise at.error(f"landing.{name}", f"only a landing of JSON lines has {name}")
    given = at.get(table, "landing", "columns", dict)
    taken = {"datehour", *(name for name, _ in layout.folders)}
    columns: dict[str, Physical] = {}
    for name in given:
        where = f"landing.columns.{name}"
        try:
            column = name_of(name)
            columns[column] = parse(at.get(given, "landing.columns", name, str))
        except ValueError as err:
            raise at.error(where, str(err)) from err
        if column in taken:
            raise at.error(
                where,
                "a folder that varies has this name; give the folder another one in the layout"
                if column != "datehour"
                else "the landing table has a partition key of this name; leave the column out",
            )
    if len(columns) < len(given) or not columns:
        raise at.error(
            "landing.columns", "must be one or more columns, no two that differ only in case"
        )
    return tuple(columns.items())


def read_concatenated(at: Reader, document: Mapping[str, Any]) -> bool:
    """Whether [landing] declares that a line may be several documents."""
    table = document.get("landing")
    if not isinstance(table, dict) or "concatenated" not in table:
        return False
    if "records" in table:
        raise at.error(
            "landing.concatenated", "is for lines that are events; with records it is always so"
        )
    return bool(at.get(table, "landing", "concatenated", bool))


def _checked(at: Reader, template: str) -> list[str]:
    """The names of the template's folders that vary; raises DataSetError if it cannot be used."""
    where = "landing.layout"
    names = NAME.findall(template)
    times = [name for name in names if name in DIGITS]
    if tuple(times) not in (_HOUR, _DAY):
        raise at.error(
            where,
            f"{shown(template)} does not have {{yyyy}}, {{MM}}, {{dd}} and, unless folders are"
            " daily, {HH}, once each and in this order",
        )
    folders = names[: -len(times)]
    if names[len(folders) :] != times or not template.endswith("}"):
        raise at.error(
            where,
            f"{shown(template)} has something behind the time or between its parts; folders that"
            " vary stand before it, and what follows it need not be named",
        )
    literals = "".join(NAME.split(template)[::2])
    if not LITERAL.fullmatch(literals) or template.startswith("/") or "//" in template:
        raise at.error(
            where,
            f"{shown(template)} must be folders of letters, digits, and . _ = -, with one slash"
            " between two of them and none at the ends",
        )
    for name in folders:
        if not FOLDER.fullmatch(name) or name in TAKEN or folders.count(name) > 1:
            raise at.error(
                where, f"{shown(name)} is not a lower-case name of its own for a folder that varies"
            )
    return folders


def _values(at: Reader, given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = at.names(given, "landing.folders", name)
    unfit = [value for value in values if not VALUE.fullmatch(value)]
    if unfit or not values:
        raise at.error(
            f"landing.folders.{name}",
            f"{shown(unfit or list(values))} must be one or more names of letters and digits,"
            " of any script, spaces within and . _ = - % + @",
        )
    return values
