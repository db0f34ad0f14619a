"""Reads and checks a data set's declaration, dataset.toml."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from springtide.dataset.conditions import fault_of
from springtide.dataset.declaration import (
    ERASED,
    EVENT_TIME,
    OUTERMOST,
    REASONS,
    DataSet,
    Field,
    Rule,
)
from springtide.dataset.derived_loading import check_collisions, derived_of, grain_of
from springtide.dataset.field_loading import field_of
from springtide.dataset.landing import (
    read_columns,
    read_concatenated,
    read_layout,
    read_records,
)
from springtide.dataset.layout import Layout
from springtide.dataset.toml_tables import Reader, ReportedError, read_toml
from springtide.model.errors import DataSetError
from springtide.model.wording import shown

_PACKAGE = Path(__file__).resolve().parents[1]
# Beside the package in a checkout and on Lambda, inside it in a wheel.
FOLDER = next(f for f in (_PACKAGE / "datasets", _PACKAGE.parent / "datasets") if f.is_dir())

_TABLES = {
    "name", "description", "landing", "event_time", "key", "revision", "lateness", "fields",
    "rules", "derived", "grain",
}  # fmt: skip
_REASON = re.compile(r"[a-z][a-z0-9_]{0,63}")
# The pattern of template.yaml's parameter DataSet.
DATA_SET = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Layouts under which a Firehose stream's hourly folders are read.
_DELIVERED = ("{yyyy}/{MM}/{dd}/{HH}", "{yyyy}/{MM}/{dd}")
# A hundred years: a larger value is a mistake, and dates have limits.
_MOST_HOURS = 876_600


def folder_of_data_sets() -> Path:
    """The folder of the data sets: SPRINGTIDE_DATASETS, or else the package's own."""
    return Path(os.environ.get("SPRINGTIDE_DATASETS") or FOLDER)


def load(name: str, folder: Path | None = None) -> DataSet:
    """Reads the data set with this name.

    Raises DataSetError with every mistake of the declaration, one per line, as file:line: place.
    """
    return _load(name, folder or folder_of_data_sets())


def check_delivered(data_set: DataSet) -> None:
    """Raises DataSetError if no run would read what the stack's own delivery stream lands."""
    landing = data_set.landing
    if landing.template not in _DELIVERED or landing.time_zone != "UTC" or data_set.columns:
        raise DataSetError(
            "CreateDeliveryStream=true lands lines of JSON in {yyyy}/{MM}/{dd}/{HH}, UTC, which no"
            f" run would read: [landing] of {data_set.name} declares {landing.template},"
            f" {landing.time_zone}, {'Parquet' if data_set.columns else 'JSON'}. Declare it so, or"
            " set CreateDeliveryStream=false and have another stream deliver"
        )


@cache
def _load(name: str, folder: Path) -> DataSet:
    if not DATA_SET.fullmatch(name):
        raise DataSetError(
            f"{shown(name)} is not a data set name: those are lower-case letters, digits and"
            " underscores, a letter first, 40 at most"
        )
    file = folder / name / "dataset.toml"
    if not file.is_file():
        known = sorted(p.parent.name for p in folder.glob("*/dataset.toml"))
        raise DataSetError(
            f"no data set {name!r}: {file} is missing; there are {known}. --datasets or"
            " SPRINGTIDE_DATASETS names the folder of your own"
        )
    return _parse(*read_toml(file), file)


def _parse(document: Mapping[str, Any], at: Reader, file: Path) -> DataSet:
    """The DataSet of a parsed dataset.toml, checked."""
    folder = file.parent
    at.attempt(lambda: at.only(document, "", _TABLES))
    name = at.attempt(lambda: _name(at, document, folder.name))
    landing = at.attempt(lambda: read_layout(at, document))
    columns = at.attempt(lambda: read_columns(at, document, landing or Layout())) or ()
    fields = at.each(document, "fields", lambda i, entry: field_of(at, i, entry, columns))
    names = Names(at, document, fields)
    event_time = at.attempt(lambda: _event_time(at, document, names))
    key = at.attempt(lambda: _key(at, document, names))
    revision = at.attempt(lambda: _revision(at, document, names))
    too_old, in_future = (
        at.attempt(lambda: _lateness(at, document, bound))  # noqa: B023
        for bound in ("too_old_hours", "in_future_hours")
    )
    rules = at.each(document, "rules", lambda i, entry: _rule(at, i, entry))
    grain = at.attempt(lambda: grain_of(at, document, "", "hour")) or "hour"
    derived = at.each(document, "derived", lambda _, entry: derived_of(at, folder, entry, grain))
    at.attempt(lambda: check_collisions(at, derived))
    at.attempt(lambda: _renames(at, fields))
    records = at.attempt(lambda: read_records(at, document))
    at.attempt(lambda: _around(at, fields, records or ()))
    concatenated = at.attempt(lambda: read_concatenated(at, document))
    description = at.attempt(lambda: at.text(document, "", "description"))
    if at.found:
        raise DataSetError("\n".join(dict.fromkeys(at.found)))
    assert name is not None and event_time is not None and key is not None
    assert too_old is not None and in_future is not None and landing is not None
    return DataSet(
        name=name,
        description=description or "",
        fields=fields,
        event_time=event_time,
        key=key,
        revision=revision,
        too_old_hours=too_old,
        in_future_hours=in_future,
        rules=rules,
        derived=derived,
        landing=landing,
        records=records or (),
        columns=columns,
        grain=grain,
        concatenated=bool(concatenated),
    )


def _around(at: Reader, fields: tuple[Field, ...], records: tuple[str, ...]) -> None:
    """Checks that a path to the levels around an event names a member there."""
    around = (OUTERMOST, *records[:-1]) if records else ()
    for field in fields:
        place = (*field.json_in, *field.path)
        if place[0] in around and not (len(place) > 1 and isinstance(place[1], str)):
            raise at.error(
                f"field '{field.name}'",
                f"path: {place[0]} is a level around the event, not kept whole: name a member of"
                f' it, such as ["{place[0]}", "id"]',
            )


def _renames(at: Reader, fields: tuple[Field, ...]) -> None:
    """Checks that a renamed column is not declared any longer and was not renamed before."""
    declared = [field.name for field in fields]
    for field in fields:
        if field.was in declared:
            raise at.error(f"field '{field.name}'", f"was {field.was!r} is a declared field itself")
        if field.was and [other.was for other in fields].count(field.was) > 1:
            raise at.error(
                f"field '{field.name}'", f"was {field.was!r} is the former name of two fields"
            )


class Names:
    """The declared fields by name."""

    def __init__(self, at: Reader, document: Mapping[str, Any], fields: tuple[Field, ...]) -> None:
        self._at = at
        self._fields = {field.name: field for field in fields}
        entries = document.get("fields")
        listed = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
        # Fields with mistakes too, so that settings that name them count as right.
        self.known = {str(entry.get("name")) for entry in listed}
        found = [field.name for field in fields]
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            at.found.append(str(at.error("fields", f"declared twice: {twice}")))

    def field(self, where: str, name: str) -> Field:
        """The field; raises DataSetError if no field of that name is declared."""
        if name in self._fields:
            return self._fields[name]
        if name in self.known:
            raise ReportedError(name)
        raise self._at.error(where, f"{shown(name)} is not a declared field")


def _name(at: Reader, document: Mapping[str, Any], folder: str) -> str:
    name: str = at.get(document, "", "name", str)
    if name != folder:
        raise at.error("name", f"name is {name!r} but the folder is {folder!r}")
    return name


def _event_time(at: Reader, document: Mapping[str, Any], names: Names) -> str:
    table = at.table(document, "event_time", {"field"})
    field = names.field("event_time.field", at.get(table, "event_time", "field", str))
    if field.type != "timestamp":
        raise at.error("event_time.field", f"{field.name} must have type timestamp")
    if field.name != EVENT_TIME and EVENT_TIME in names.known:
        raise at.error(
            f"field {shown(EVENT_TIME)}",
            f"Springtide adds a column of that name, the event time, which is {field.name}; declare"
            " another name with a path",
        )
    return field.name


def _key(at: Reader, document: Mapping[str, Any], names: Names) -> tuple[str, ...]:
    listed = at.names(at.table(document, "key", {"fields"}), "key", "fields")
    event_time = document.get("event_time")
    moment = event_time.get("field") if isinstance(event_time, dict) else None
    if not listed or moment in listed:
        raise at.error(
            "key.fields", "needs at least one field besides the event time, which it always has"
        )
    return tuple(names.field("key.fields", name).name for name in listed)


def _revision(at: Reader, document: Mapping[str, Any], names: Names) -> str | None:
    if "revision" not in document:
        return None
    table = at.table(document, "revision", {"field"})
    field = names.field("revision.field", at.get(table, "revision", "field", str))
    key = document.get("key")
    listed = key.get("fields") if isinstance(key, dict) else None
    if isinstance(listed, list) and field.name in listed:
        raise at.error("revision.field", f"{field.name} is part of the key, the same in each")
    return field.name


def _lateness(at: Reader, document: Mapping[str, Any], bound: str) -> int:
    table = at.table(document, "lateness", {"too_old_hours", "in_future_hours"})
    hours: int = at.get(table, "lateness", bound, int)
    at.within(f"lateness.{bound}", hours, _MOST_HOURS)
    return hours


def _rule(at: Reader, index: int, entry: Mapping[str, Any]) -> Rule:
    where = f"rules[{index}]"
    at.only(entry, where, {"reason", "reject_when"})
    reason = at.get(entry, where, "reason", str)
    if not _REASON.fullmatch(reason):
        raise at.error(
            where,
            f"reason {shown(reason)} is not lower-case letters, digits and underscores, a letter"
            " first, 64 at most",
        )
    if reason in (*REASONS, ERASED):
        raise at.error(where, f"reason {reason!r} is one that Springtide gives itself")
    condition = at.get(entry, where, "reject_when", str)
    fault = fault_of(condition)
    if fault is not None:
        raise at.error(where, f"reject_when {shown(condition)} {fault}")
    return Rule(reason, condition)
