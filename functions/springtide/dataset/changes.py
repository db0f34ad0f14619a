"""Finds what a changed declaration means for tables that were built under an earlier one."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from springtide.dataset.declaration import DataSet, Field
from springtide.model.partitions import EVENTS

_NEW = "NULL in event hours written so far; a rebuild fills it"
_AGAIN = (
    "event hours written with it keep their values, those written without it have NULL; a rebuild"
    " fills it"
)
_REMOVED = "the column keeps its values, new events have NULL there; a rebuild empties it"
_NO_WAS = (
    "event hours that were not merged since it was renamed have NULL there, for derived tables and"
    " merges too; a rebuild fills it"
)
_READ = "for lines that are read from now on; a rebuild applies it to earlier ones"
_LAYOUT = (
    "for objects that are looked for from now on; those that it has no place for are not read, and"
    " a rebuild that needs one of them is refused"
)
_COLUMNS = (
    "for objects that are read from now on, and those that were skipped since they did not fit; a"
    " rebuild applies it to earlier ones"
)
_GRAIN = (
    "written partitions keep theirs, so a run ends with CatalogError and changes nothing: set it"
    " back, or deploy under another stack name"
)
_KEY = (
    "event hours written so far keep a row for each former key until they are merged again; a"
    " rebuild gives them the new one. Rows in which a new key field is NULL stop the merge of their"
    " hour: rebuild such hours first. A derived table whose key no longer tells its rows apart"
    " needs the new field in it too"
)


class Built(NamedTuple):
    """A table of the catalog: SQL types by column, and the grain of its partitions."""

    columns: Mapping[str, str]
    grain: str


class Change(NamedTuple):
    """What has changed, and what that does to the tables."""

    what: str
    means: str

    @property
    def stops_runs(self) -> bool:
        """Whether a run under the new declaration ends with an error."""
        return "and changes nothing: " in self.means


def document(data_set: DataSet) -> dict[str, Any]:
    """A declaration as the ledger keeps it: plain values, and a digest in place of SQL."""
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
        "columns": _digest(data_set.columns),
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


def between(
    before: Mapping[str, Any], data_set: DataSet, built: Mapping[str, Built]
) -> list[Change]:
    """The differences between the data set and the document of an earlier declaration.

    `built` are `events` and the derived tables that exist, including those of still earlier
    declarations.
    """
    now = document(data_set)
    events = built.get(EVENTS.table, Built({}, before["grain"]))
    return [
        *_fields(before["fields"], data_set, events.columns),
        *_identity(before, now, events.grain),
        *_bounds(before, now),
        *_derived(before["derived"], data_set, built),
    ]


def _fields(
    before: Mapping[str, Any], data_set: DataSet, columns: Mapping[str, str]
) -> Iterator[Change]:
    now = document(data_set)["fields"]
    renamed = set()
    for field in data_set.fields:
        name, was = field.name, field.was
        former = before.get(name)
        if columns.get(name, field.sql_type) != field.sql_type:
            yield _other_type(f"column {name}", field.type, columns[name])
        elif (was in before or was in columns) and was != (former or {}).get("was"):
            renamed.add(was)
            twice = renamed_twice(before, field, columns)
            yield _renamed(field, columns.get(was, field.sql_type), twice)
        elif former is None and name in columns:
            yield Change(f"column {name}, {field.type}, is declared again", _AGAIN)
        elif former is None:
            yield Change(f"new column {name}, {field.type}", _NEW)
        elif field.type != former["type"]:
            yield Change(f"column {name} is now {field.type} and was {former['type']}", _READ)
        elif now[name]["read"] != former["read"]:
            yield Change(f"column {name} is read in another way", _READ)
        elif former["was"] in columns and not was:
            yield Change(f'column {name} has no was = "{former["was"]}" any more', _NO_WAS)
    for name in sorted(before.keys() - now.keys() - renamed):
        yield Change(f"column {name} is not declared any more", _REMOVED)


def _other_type(what: str, declared: str, kind: str) -> Change:
    return Change(
        f"{what} is declared as {declared} and is {kind}",
        "files of both types cannot be read as one column, so a run ends with CatalogError and"
        f" changes nothing: give it another name, or the type {kind} again",
    )


def renamed_twice(
    before: Mapping[str, Any], field: Field, columns: Mapping[str, str]
) -> str | None:
    """Why a field cannot be the renamed column, since that one was itself renamed; None if it can.

    `before` are the fields of an earlier declaration, `columns` all that `events` ever had.
    """
    first = before.get(field.was, {}).get("was")
    if first not in columns:
        return None
    return (
        f"field {field.name}: its column {field.was} was {first} before, which has the values of"
        f" event hours that were not merged since. Rebuild these while the field is {field.was},"
        f' then declare {field.was} without was = "{first}" and run; then rename it'
    )


def _renamed(field: Field, kind: str, twice: str | None) -> Change:
    what = f"column {field.was} is now {field.name}"
    if twice is not None:
        return Change(what, f"a run ends with DataSetError and changes nothing: {twice}")
    if kind != field.sql_type:
        return Change(
            f"{what}, {field.type} and was {kind}",
            "a rename does not change the type, so a run ends with CatalogError and changes"
            " nothing: leave out was, and the old column stays beside the new one",
        )
    return Change(
        what,
        f"merged event hours get it from {field.was}, which stays beside it; others have NULL there"
        f" until then. Derived tables read that of {field.was} there by themselves; in queries of"
        f" your own read coalesce({field.name}, {field.was})",
    )


def _identity(before: Mapping[str, Any], now: Mapping[str, Any], grain: str) -> Iterator[Change]:
    names = {field["was"]: name for name, field in now["fields"].items()}
    if [names.get(name, name) for name in before["key"]] != now["key"]:
        key = f"{', '.join(now['key'])} and was {', '.join(before['key'])}"
        yield Change(f"the key is now {key}", _KEY)
    if grain != now["grain"]:
        yield Change(f"the grain is now {now['grain']} and was {grain}", _GRAIN)
    for name in ("event time", "revision"):
        former = names.get(before[name], before[name])
        if former != now[name]:
            yield Change(f"the {name} is now {now[name]} and was {before[name]}", _READ)


def _bounds(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for name in ("too_old_hours", "in_future_hours"):
        if before[name] != now[name]:
            yield Change(f"{name} is now {now[name]} and was {before[name]}", _READ)
    if before["layout"] != now["layout"]:
        yield Change("the landing's layout is declared otherwise", _LAYOUT)
    if before["records"] != now["records"]:
        yield Change("the landing's records are declared otherwise", _READ)
    if before.get("columns", now["columns"]) != now["columns"]:  # earlier documents lack them
        yield Change("the landing's columns are declared otherwise", _COLUMNS)
    rules, former = now["rules"], before["rules"]
    for reason in sorted(rules.keys() | former.keys()):
        if rules.get(reason) != former.get(reason):
            how = "new" if reason not in former else "removed" if reason not in rules else "changed"
            yield Change(f"{how} rule {reason}", _READ)


def _derived(
    before: Mapping[str, Any], data_set: DataSet, built: Mapping[str, Built]
) -> Iterator[Change]:
    now = document(data_set)["derived"]
    for derived in data_set.derived:
        table = derived.table
        has = built.get(table, Built({}, derived.grain))
        types = [
            _other_type(f"derived table {table}: column {name}", kind, has.columns[name])
            for name, kind, _ in derived.columns
            if has.columns.get(name, kind) != kind
        ]
        yield from types
        if has.grain != derived.grain:
            yield Change(f"the grain of derived table {table} is now {derived.grain}", _GRAIN)
        elif table not in before:
            yield Change(
                f"new derived table {table}",
                "the next run fills it from events, for every event hour; the landing is not read",
            )
        elif now[table]["built"] != before[table]["built"] and not types:
            yield Change(
                f"derived table {table} is built in another way",
                "event hours built so far stay as they are until they are touched; springtide"
                f" rebuild --table {table} builds all of them from events",
            )
    for table in sorted(before.keys() - now.keys()):
        yield Change(
            f"derived table {table} is not declared any more",
            "it stays as it is, without complete_up_to, and is no longer built; declared again, it"
            " is filled like a new one",
        )


def _digest(*values: Any) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
