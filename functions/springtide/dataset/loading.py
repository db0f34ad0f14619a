"""A data set's declaration, read from dataset.toml and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from springtide.dataset.conditions import fault_of
from springtide.dataset.declaration import (
    DECIMAL,
    DERIVED_TYPES,
    OWN_TABLES,
    REASONS,
    Column,
    DataSet,
    Derived,
    Field,
    Rule,
)
from springtide.dataset.field_loading import field_of
from springtide.dataset.toml_tables import Reader
from springtide.model.errors import DataSetError
from springtide.model.wording import shown

_PACKAGE = Path(__file__).resolve().parents[1]
# Beside the package in a checkout and on Lambda, inside it in a wheel.
FOLDER = next(f for f in (_PACKAGE / "datasets", _PACKAGE.parent / "datasets") if f.is_dir())

_NAME = re.compile(r"[a-z][a-z0-9_]{0,127}")
_TABLES = {
    "name", "description", "event_time", "key", "revision", "lateness", "fields", "rules",
    "derived",
}  # fmt: skip
_PARAMETER = re.compile(r"\{([^{}]*)\}")
_BUILT = {"built_hours"}
_BOTH = {"built_hours", "read_hours"}
# What the crawler names its tables.
_CRAWLED = "candidate_"
# Columns that the audit of a derived table adds to its key.
_COMPARED = frozenset({"event_date", "event_hour", "copies"})
_REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")
# As template.yaml has it for the parameter DataSet.
_DATA_SET = re.compile(r"[a-z][a-z0-9_]{0,39}")
# A hundred years, and a month: beyond them it is a mistake, and dates and statements have ends.
_MOST_HOURS = 876_600
_MOST_REACH_MINUTES = 44_640


@cache
def load(name: str, folder: Path = FOLDER) -> DataSet:
    """Reads the data set of that name; raises DataSetError naming the file and the field."""
    if not _DATA_SET.fullmatch(name):
        raise DataSetError(
            f"{shown(name)} is not a data set name: those are lower-case letters, digits and"
            " underscores, a letter first, 40 at most"
        )
    file = folder / name / "dataset.toml"
    if not file.is_file():
        known = sorted(p.parent.name for p in folder.glob("*/dataset.toml"))
        raise DataSetError(f"no data set {name!r}: {file} is missing; there are {known}")
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as err:  # no TOML, or no UTF-8
        raise DataSetError(f"{file}: {err}") from err
    data_set = _parse(document, file)
    if data_set.name != name:
        raise DataSetError(f"{file}: name is {data_set.name!r} but the folder is {name!r}")
    return data_set


def _parse(document: Mapping[str, Any], file: Path) -> DataSet:
    """Checks a parsed dataset.toml and makes a DataSet of it."""
    at = Reader(str(file))
    at.only(document, "", _TABLES)
    fields = tuple(field_of(at, i, entry) for i, entry in at.tables(document, "fields"))
    by_name = {f.name: f for f in fields}
    if len(by_name) != len(fields):
        twice = sorted({f.name for f in fields if [g.name for g in fields].count(f.name) > 1})
        raise at.error("fields", f"declared twice: {twice}")

    def declared(table: str, name: str) -> Field:
        if name not in by_name:
            raise at.error(table, f"{shown(name)} is not a declared field")
        return by_name[name]

    event_time = at.table(document, "event_time", {"field"})
    event_field = declared("event_time.field", at.get(event_time, "event_time", "field", str))
    if event_field.type != "timestamp":
        raise at.error("event_time.field", f"{event_field.name} must have type timestamp")
    key_names = at.names(at.table(document, "key", {"fields"}), "key", "fields")
    key = tuple(declared("key.fields", name).name for name in key_names)
    if not key or event_field.name in key:
        raise at.error(
            "key.fields", "needs at least one field besides the event time, which it always has"
        )
    revision = None
    if "revision" in document:
        revision = declared(
            "revision.field",
            at.get(at.table(document, "revision", {"field"}), "revision", "field", str),
        ).name
        if revision in key:
            raise at.error("revision.field", f"{revision} is part of the key, the same in each")
    lateness = at.table(document, "lateness", {"too_old_hours", "in_future_hours"})
    hours = {n: at.get(lateness, "lateness", n, int) for n in ("too_old_hours", "in_future_hours")}
    for name, value in hours.items():
        at.within(f"lateness.{name}", value, _MOST_HOURS)
    derived = tuple(_derived(at, file.parent, entry) for _, entry in at.tables(document, "derived"))
    _no_collision(at, derived)
    return DataSet(
        name=at.get(document, "", "name", str),
        description=at.text(document, "", "description"),
        fields=fields,
        event_time=event_field.name,
        key=key,
        revision=revision,
        rules=tuple(_rule(at, i, entry) for i, entry in at.tables(document, "rules")),
        derived=derived,
        **hours,
    )


def _rule(at: Reader, index: int, entry: Mapping[str, Any]) -> Rule:
    where = f"rules[{index}]"
    at.only(entry, where, {"reason", "reject_when"})
    reason = at.get(entry, where, "reason", str)
    if not _REASON.fullmatch(reason):
        raise at.error(
            where, f"reason {shown(reason)} is not lower-case letters, digits and underscores"
        )
    if reason in REASONS:
        raise at.error(where, f"reason {reason!r} is one that Springtide gives itself")
    condition = at.get(entry, where, "reject_when", str)
    fault = fault_of(condition)
    if fault is not None:
        raise at.error(where, f"reject_when {shown(condition)} {fault}")
    return Rule(reason, condition)


def _derived(at: Reader, folder: Path, entry: Mapping[str, Any]) -> Derived:
    at.only(entry, "derived", {"table", "description", "key", "reach_minutes", "columns"})
    table = at.get(entry, "derived", "table", str)
    where = f"derived table {shown(table)}"
    if not _NAME.fullmatch(table) or table in OWN_TABLES or table.startswith(_CRAWLED):
        raise at.error(
            where,
            "a name is lower-case letters, digits and underscores, a letter first, does not begin"
            f" with {_CRAWLED}, and is not one of {sorted(OWN_TABLES)}",
        )
    at.text(entry, where, "description")
    at.get(entry, where, "columns", list)
    columns = tuple(_column(at, where, c) for _, c in at.tables(entry, "columns", where))
    key = at.names(entry, where, "key")
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise at.error(f"{where}.columns", f"declared twice: {twice}")
    if "event_time" not in key or not set(key) <= set(names):
        raise at.error(where, f"key {shown(list(key))} must be columns, event_time among them")
    for name in key:
        if name in _COMPARED:
            raise at.error(where, f"the audit has a column {name}; name the key's otherwise")
    reach = at.get(entry, where, "reach_minutes", int)
    at.within(f"{where}.reach_minutes", reach, _MOST_REACH_MINUTES)
    texts = []
    for file, names_hours in ((f"{table}.sql", _BOTH), (f"{table}_keys.sql", _BUILT)):
        if not (folder / file).is_file():
            raise at.error(where, f"{folder / file} is missing")
        try:
            text = (folder / file).read_text(encoding="utf-8")
        except UnicodeDecodeError as err:
            raise at.error(where, f"{file} is not UTF-8: {err}") from err
        if set(_PARAMETER.findall(text)) != names_hours:
            raise at.error(
                where, f"{file} must use {sorted(names_hours)} and nothing else in braces"
            )
        texts.append(text)
    return Derived(table, key, reach, columns, *texts)


def _column(at: Reader, where: str, entry: Mapping[str, Any]) -> Column:
    at.only(entry, f"{where}.columns", {"name", "type", "description"})
    name = at.get(entry, f"{where}.columns", "name", str)
    if not _NAME.fullmatch(name) or name in ("event_date", "event_hour", "version"):
        raise at.error(
            f"{where}.columns", f"{shown(name)} is not a column name, or a partition key's"
        )
    kind = at.get(entry, f"{where}.columns", "type", str)
    if kind not in DERIVED_TYPES and not DECIMAL.fullmatch(kind):
        raise at.error(
            f"{where}.columns",
            f"type {shown(kind)} is not one of {[*DERIVED_TYPES, 'decimal(p,s)']}",
        )
    return Column(name, kind, at.text(entry, f"{where}.columns", "description"))


def _no_collision(at: Reader, derived: tuple[Derived, ...]) -> None:
    """Every derived table has a second one, of its versions; all these names must differ."""
    tables = [name for each in derived for name in (each.table, f"{each.table}_versions")]
    twice = sorted({name for name in tables if tables.count(name) > 1})
    if twice:
        raise at.error("derived", f"tables of the same name: {twice}")
