"""Reads and checks one entry of `fields` in dataset.toml."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from springtide.dataset.declaration import (
    NUMBERS,
    TIME_FORMATS,
    TYPES,
    Field,
    is_reserved,
)
from springtide.dataset.paths import Step, has_entry, read_path
from springtide.dataset.physical import SCALARS, Columns, Physical, decimal_of, follow
from springtide.dataset.toml_tables import NAME, NAMES_ARE, Reader
from springtide.model.wording import shown

_BOUND_DIGITS = 18  # before the point: a literal of that length still is a bigint in Athena
_ENTRY = {
    "name", "type", "path", "formats", "description", "zone", "true_values", "false_values",
    "json_in", "min", "max", "was",
}  # fmt: skip
# Zone files for which Trino 476 has no zone.
_ZONES_OF_FILES = {"EST", "HST", "MST", "ROC", "Etc/Greenwich", "Etc/Zulu", "Factory", "localtime"}
# The Parquet columns whose types a field accepts: scalars, unless it is JSON.
_PLAIN = (*SCALARS, "decimal")
_FIT = {"json": (*_PLAIN, "struct", "array", "map")}
# Settings that only fields of one type may have.
_OWN = {"timestamp": {"formats", "zone"}, "boolean": {"true_values", "false_values"}}


def field_of(at: Reader, index: int, entry: Mapping[str, Any], columns: Columns) -> Field:
    """The Field of the entry with that number; raises DataSetError naming field and place.

    In a Parquet landing the path leads into one of the `columns`.
    """
    where = f"fields[{index}]"
    at.only(entry, where, _ENTRY)
    name = at.get(entry, where, "name", str)
    where = f"field {shown(name)}"
    if not NAME.fullmatch(name):
        raise at.error(where, NAMES_ARE)
    if is_reserved(name):
        raise at.error(
            where, "Springtide adds a column of that name; declare another name with a path"
        )
    kind = "".join(at.get(entry, where, "type", str).split())
    if kind.startswith("decimal"):
        try:
            decimal_of(kind)
        except ValueError as err:
            raise at.error(where, f"type {err}") from err
    elif kind not in TYPES:
        raise at.error(where, f"type {shown(kind)} is not one of {[*TYPES, 'decimal(p,s)']}")
    for of_type, names in _OWN.items():
        misplaced = names & entry.keys() if kind != of_type else set()
        if misplaced:
            raise at.error(where, f"only a {of_type} has {' or '.join(sorted(misplaced))}")
    words = {
        words: at.names(entry, where, words)
        for words in ("true_values", "false_values")
        if words in entry
    }
    path = read_path(at, where, "path", entry.get("path", name))
    json_in = read_path(at, where, "json_in", entry["json_in"]) if "json_in" in entry else ()
    if kind.startswith("decimal") and has_entry((*json_in, *path)):
        raise at.error(
            where,
            "path: a decimal found by a key would lose digits, for Athena reads numbers in lists as"
            " doubles; declare a double, or json for what was sent",
        )
    is_moment = False
    if columns and json_in:
        json_in, _ = _in_columns(at, where, columns, json_in, ("string",))
    elif columns:
        path, column = _in_columns(at, where, columns, path, _FIT.get(kind, _PLAIN))
        is_moment = column.kind == "timestamp" and "formats" not in entry
    formats: tuple[str, ...] = ()
    if kind == "timestamp":
        formats = ("iso8601",) if is_moment else _formats(at, where, entry)
    field = Field(
        name,
        kind,
        path,
        formats,
        at.text(entry, where, "description"),
        _zone(at, where, entry),
        json_in=json_in,
        was=_was(at, where, entry),
        min=_bound(at, where, kind, "min", entry),
        max=_bound(at, where, kind, "max", entry),
        **words,
    )
    if field.min and field.max and Decimal(field.min) > Decimal(field.max):
        raise at.error(where, f"min {field.min} is larger than max {field.max}")
    both = set(field.true_values) & set(field.false_values)
    if both:
        raise at.error(where, f"{sorted(both)} cannot be true and false")
    return field


def _in_columns(
    at: Reader, where: str, columns: Columns, path: tuple[Step, ...], kinds: Sequence[str]
) -> tuple[tuple[Step, ...], Physical]:
    """The path as the row's text spells it, and the type it leads to, one of `kinds`."""
    try:
        spelled, column = follow(columns, path)
    except ValueError as err:
        raise at.error(where, f"path: {err}") from err
    if column.kind not in kinds:
        raise at.error(
            where,
            f"path: {'.'.join(map(str, path))} is a column of type {column}, of which this field"
            " takes no value",
        )
    return spelled, column


def _was(at: Reader, where: str, entry: Mapping[str, Any]) -> str:
    was = at.text(entry, where, "was")
    if was and (not NAME.fullmatch(was) or is_reserved(was)):
        raise at.error(where, f"was {shown(was)} is not the name that its column had before")
    return was


def _bound(at: Reader, where: str, kind: str, name: str, entry: Mapping[str, Any]) -> str:
    """The digits of a declared bound, empty for none; a whole number for an integer type."""
    if name not in entry:
        return ""
    value = entry[name]
    whole = kind in ("bigint", "integer")
    if not whole and kind not in NUMBERS and not kind.startswith("decimal"):
        raise at.error(where, f"only a number has {name}")
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise at.error(where, f"{name} {shown(value)} is not a {'whole ' * whole}number")
    if not isfinite(value) or abs(value) >= 10**_BOUND_DIGITS:
        raise at.error(where, f"{name} {shown(value)} has more than {_BOUND_DIGITS} digits")
    digits = f"{Decimal(repr(value)):f}"
    if kind.startswith("decimal") and not _fits(Decimal(digits), *decimal_of(kind)):
        raise at.error(where, f"{name} {digits} is no {kind}")
    return digits


def _fits(value: Decimal, precision: int, scale: int) -> bool:
    """Whether a decimal type holds the number; comparing a larger one may exceed 38 digits."""
    behind = -int(value.normalize().as_tuple().exponent)  # a bound has far fewer digits than 28
    return abs(value) < 10 ** (precision - scale) and behind <= scale


def _formats(at: Reader, where: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    formats = at.names(entry, where, "formats") if "formats" in entry else ()
    if not formats or any(name not in TIME_FORMATS for name in formats):
        raise at.error(where, f"formats must be one or more of {list(TIME_FORMATS)}")
    return formats


def _zone(at: Reader, where: str, entry: Mapping[str, Any]) -> str:
    zone = at.text(entry, where, "zone")
    if not zone:
        return ""
    if "iso8601" not in entry.get("formats", ()):
        raise at.error(where, "only times in iso8601 have a zone; an epoch is UTC")
    return checked_zone(at, where, zone)


def checked_zone(at: Reader, where: str, zone: str) -> str:
    """The name of a time zone; raises DataSetError if there is no such zone."""
    try:
        ZoneInfo(zone)
        if zone in _ZONES_OF_FILES or zone.startswith(("posix/", "right/")):
            raise LookupError(zone)
    except (ValueError, OSError, LookupError):
        raise at.error(where, f"{shown(zone)} is not a time zone like Europe/Brussels") from None
    return zone
