"""Reads and checks the derived tables of a data set's declaration, and the grain of tables."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from springtide.dataset.declaration import DERIVED_TYPES, OWN_TABLES, Column, Derived
from springtide.dataset.physical import DECIMAL
from springtide.dataset.toml_tables import NAME, NAMES_ARE, Reader
from springtide.model.partitions import GRAINS
from springtide.model.wording import shown

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_BUILT, _READ = "built_hours", "read_hours"
_DERIVED = {
    "table", "description", "key", "grain", "reach_minutes", "reach_after_minutes", "columns",
}  # fmt: skip
# The crawler's prefix of table names.
_CRAWLED = "candidate_"
# Columns that the audit of a derived table adds to its key.
_COMPARED = frozenset({"event_date", "event_hour", "staged_rows", "expected_rows"})
# A month: a larger value is a mistake, and statements have limits.
_MOST_REACH_MINUTES = 44_640


def grain_of(at: Reader, entry: Mapping[str, Any], where: str, usual: str) -> str:
    """The grain of a table, `usual` if none is declared. Raises DataSetError."""
    grain: str = at.get(entry, where, "grain", str, usual)
    if grain not in GRAINS:
        raise at.error(f"{where}.grain".strip("."), f"{shown(grain)} is not one of {[*GRAINS]}")
    return grain


def derived_of(at: Reader, folder: Path, entry: Mapping[str, Any], of_events: str) -> Derived:
    """The derived table that an entry declares; its SQL is in the data set's folder.

    `of_events` is the grain of events. Raises DataSetError.
    """
    at.only(entry, "derived", _DERIVED)
    table = at.get(entry, "derived", "table", str)
    where = f"derived table {shown(table)}"
    if not NAME.fullmatch(table) or table in OWN_TABLES or table.startswith(_CRAWLED):
        raise at.error(
            where,
            f"{NAMES_ARE}; it does not begin with {_CRAWLED}, and is not one of"
            f" {sorted(OWN_TABLES)}",
        )
    at.text(entry, where, "description")
    at.get(entry, where, "columns", list)
    columns = tuple(_column(at, where, c) for _, c in at.tables(entry, "columns", where))
    key = at.names(entry, where, "key")
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise at.error(f"{where}.columns", f"declared twice: {twice}")
    if not key or not set(key) <= set(names):
        raise at.error(where, f"key {shown(list(key))} must be columns")
    for name in key:
        if name in _COMPARED:
            raise at.error(where, f"the audit has a column {name}; name the key's otherwise")
    reach = at.get(entry, where, "reach_minutes", int)
    at.within(f"{where}.reach_minutes", reach, _MOST_REACH_MINUTES)
    after = at.get(entry, where, "reach_after_minutes", int, 0)
    at.within(f"{where}.reach_after_minutes", after, _MOST_REACH_MINUTES)
    grain = grain_of(at, entry, where, of_events)
    if len(GRAINS[grain]) > len(GRAINS[of_events]):
        raise at.error(
            f"{where}.grain", f"a table by {grain} cannot be made of events by {of_events}"
        )
    sql = _sql(at, where, folder / f"{table}.sql", {_BUILT, _READ})
    keys_sql = _sql(at, where, folder / f"{table}_keys.sql", {_BUILT})
    return Derived(table, key, reach, columns, sql, keys_sql, after, grain)


def _sql(at: Reader, where: str, file: Path, needed: set[str]) -> str:
    """The text of a file of SQL, which names these parameters in braces."""
    if not file.is_file():
        raise at.error(where, f"{file} is missing")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as err:
        raise at.error(where, f"{file.name} is not UTF-8: {err}") from err
    used = set(_PARAMETER.findall(text))
    if not needed <= used or not used <= {_BUILT, _READ}:
        also = "" if _READ in needed else f", may use {[_READ]},"
        raise at.error(
            where, f"{file.name} must use {sorted(needed)}{also} and nothing else in braces"
        )
    return text


def _column(at: Reader, where: str, entry: Mapping[str, Any]) -> Column:
    at.only(entry, f"{where}.columns", {"name", "type", "description"})
    name = at.get(entry, f"{where}.columns", "name", str)
    if not NAME.fullmatch(name) or name in ("event_date", "event_hour", "version"):
        raise at.error(
            f"{where}.columns",
            f"{shown(name)} is not a column name, or a partition key's; {NAMES_ARE}",
        )
    kind = at.get(entry, f"{where}.columns", "type", str)
    if kind not in DERIVED_TYPES and not DECIMAL.fullmatch(kind):
        raise at.error(
            f"{where}.columns",
            f"type {shown(kind)} is not one of {[*DERIVED_TYPES, 'decimal(p,s)']}",
        )
    return Column(name, kind, at.text(entry, f"{where}.columns", "description"))


def check_collisions(at: Reader, derived: tuple[Derived, ...]) -> None:
    """Checks that no two tables have one name, those of versions included; raises DataSetError."""
    tables = [name for each in derived for name in (each.table, f"{each.table}_versions")]
    twice = sorted({name for name in tables if tables.count(name) > 1})
    if twice:
        raise at.error("derived", f"tables of the same name: {twice}")
