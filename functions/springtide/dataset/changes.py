"""What a changed declaration means for tables that an earlier one has built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from springtide.dataset.declaration import DataSet

_NEW = "NULL in event hours written so far; a rebuild fills it"
_REMOVED = "the column keeps its values, new events have NULL there; a rebuild empties it"
_READ = "for lines that are read from now on; a rebuild applies it to earlier ones"
_LAYOUT = (
    "for objects that are looked for from now on; those that it has no place for are not read, and"
    " a rebuild that needs one of them is refused"
)
_GRAIN = (
    "written partitions keep theirs, so a run ends with CatalogError and changes nothing: set it"
    " back, or deploy under another stack name"
)
_KEY = (
    "event hours written so far keep a row for each former key until they are merged again; a"
    " rebuild gives them the new one. Rows in which a new key field is NULL stop the merge of their"
    " hour: rebuild such hours first"
)


class Change(NamedTuple):
    """What has changed, and what it does to the tables."""

    what: str
    means: str


def document(data_set: DataSet) -> dict[str, Any]:
    """What is kept of a declaration: plain values, and a digest in place of SQL."""
    return {
        "fields": {
            field.name: {"type": field.type, "was": field.was, "read": _digest(field._replace(
                description="", was=""
            ))}
            for field in data_set.fields
        },
        "key": list(data_set.key),
        "event time": data_set.event_time,
        "revision": data_set.revision,
        "grain": data_set.grain,
        "too_old_hours": data_set.too_old_hours,
        "in_future_hours": data_set.in_future_hours,
        "rules": {rule.reason: rule.reject_when for rule in data_set.rules},
        "layout": _digest(data_set.landing),
        "records": _digest(data_set.records, data_set.concatenated),
        "derived": {
            derived.table: {
                "columns": [column.name for column in derived.columns],
                "grain": derived.grain,
                "built": _digest(derived._replace(
                    columns=tuple(c._replace(description="") for c in derived.columns)
                )),
            }
            for derived in data_set.derived
        },
    }  # fmt: skip


def between(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """What differs between two documents."""
    return [
        *_fields(before["fields"], now["fields"]),
        *_identity(before, now),
        *_bounds(before, now),
        *_derived(before["derived"], now["derived"]),
    ]


def _fields(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    renamed = {
        field["was"]: name
        for name, field in now.items()
        if field["was"] in before and name not in before
    }
    for name, field in now.items():
        if name in renamed.values():
            yield Change(
                f"column {field['was']} is now {name}",
                f"merged event hours get it from {field['was']}, which stays beside it; others have"
                f" NULL there until then: read coalesce({name}, {field['was']})",
            )
        elif name not in before:
            yield Change(f"new column {name}, {field['type']}", _NEW)
        elif field["type"] != before[name]["type"]:
            yield Change(
                f"column {name} is now {field['type']} and was {before[name]['type']}",
                "where that is another type of the table's column a run ends with CatalogError:"
                " declare a field of another name for the new type",
            )
        elif field["read"] != before[name]["read"]:
            yield Change(f"column {name} is read in another way", _READ)
    for name in before.keys() - now.keys() - renamed.keys():
        yield Change(f"column {name} is not declared any more", _REMOVED)


def _identity(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    names = {field["was"]: name for name, field in now["fields"].items()}
    if [names.get(name, name) for name in before["key"]] != now["key"]:
        key = f"{', '.join(now['key'])} and was {', '.join(before['key'])}"
        yield Change(f"the key is now {key}", _KEY)
    if before.get("grain", now["grain"]) != now["grain"]:
        yield Change(f"the grain is now {now['grain']} and was {before['grain']}", _GRAIN)
    for name in ("event time", "revision"):
        former = names.get(before[name], before[name])
        if former != now[name]:
            yield Change(f"the {name} is now {now[name]} and was {before[name]}", _READ)


def _bounds(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for name in ("too_old_hours", "in_future_hours"):
        if before[name] != now[name]:
            yield Change(f"{name} is now {now[name]} and was {before[name]}", _READ)
    if before.get("layout", now["layout"]) != now["layout"]:
        yield Change("the landing's layout is declared otherwise", _LAYOUT)
    if before.get("records", now["records"]) != now["records"]:
        yield Change("the landing's records are declared otherwise", _READ)
    rules, former = now["rules"], before["rules"]
    for reason in sorted(rules.keys() | former.keys()):
        if rules.get(reason) != former.get(reason):
            how = "new" if reason not in former else "removed" if reason not in rules else "changed"
            yield Change(f"{how} rule {reason}", _READ)


def _derived(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for table in now.keys() - before.keys():
        yield Change(
            f"new derived table {table}",
            "the next run fills it from events, for every event hour; the landing is not read",
        )
    for table in now.keys() & before.keys():
        if before[table].get("grain", now[table]["grain"]) != now[table]["grain"]:
            yield Change(f"the grain of derived table {table} is now {now[table]['grain']}", _GRAIN)
        elif now[table]["built"] != before[table]["built"]:
            yield Change(
                f"derived table {table} is built in another way",
                "event hours built so far stay as they are until they are touched; springtide"
                f" rebuild --table {table} builds all of them from events",
            )
    for table in before.keys() - now.keys():
        yield Change(
            f"derived table {table} is not declared any more",
            "it stays as it is, without complete_up_to, and is no longer built; declared again, it"
            " is filled like a new one",
        )


def _digest(*values: Any) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
