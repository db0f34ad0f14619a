"""Compares the fields that a crawler saw in the landing with the declared ones."""

from collections.abc import Mapping, Set

from springtide.dataset.declaration import DataSet, Field

# The types that a crawler infers for numbers with and without a fraction, and for nested values.
_WHOLE = frozenset({"tinyint", "smallint", "int", "bigint"})
_FRACTIONAL = frozenset({"float", "double", "decimal"})
_MEMBERS = frozenset({"struct", "map"})
# Narrower Parquet types that a wider column also accepts.
_NARROWER = {
    "int": {"tinyint", "smallint"},
    "bigint": {"tinyint", "smallint", "int"},
    "double": {"float"},
}
_KNOWN = _WHOLE | _FRACTIONAL | _MEMBERS | {"boolean", "array"}


def drift(data_set: DataSet, seen: Mapping[str, Set[str]]) -> dict[str, list[str]]:
    """The fields that differ: `new`, `vanished` and `changed` ones.

    `seen` has the Hive types of each field by its name in lower case. A field is changed if it was
    seen with a type whose values do not fit the declared one: they all become NULL. Only the first
    member of a path is compared. For a Parquet landing, its columns are.
    """
    if data_set.columns:
        declared = {name for name, _ in data_set.columns}
        changed = {
            f"{name}: {kind} where {column.kind} is declared"
            for name, column in data_set.columns
            for kind in map(_kind, seen.get(name, ()))
            if kind not in {column.kind, *_NARROWER.get(column.kind, ())}
        }
    else:
        declared = {field.outermost for field in data_set.fields}
        changed = {
            f"{field.outermost}: {kind} where {field.name} is declared {field.type}"
            for field in data_set.fields
            for kind in map(_kind, seen.get(field.outermost, ()))
            if kind in _KNOWN and kind not in _taken(field)
        }
    return {
        "new": sorted(seen.keys() - declared),
        "vanished": sorted(declared - seen.keys()),
        "changed": sorted(changed),
    }


def _kind(type_: str) -> str:
    """The name of a Hive type without its parameters."""
    return type_.lower().partition("<")[0].partition("(")[0].strip()


def _taken(field: Field) -> Set[str]:
    """The types whose values fit a field; a text accepts any (springtide.sql.conversions)."""
    if field.json_in:
        return set() if len(field.json_in) == 1 else _MEMBERS | {"array"}
    if len(field.path) > 1:
        return _MEMBERS if isinstance(field.path[1], str) else {"array"}
    if field.type == "json":
        return _KNOWN
    if field.type == "varchar":
        return _WHOLE | _FRACTIONAL | {"boolean"}
    if field.type == "boolean":
        numbers = {"1", "0"} & {*field.true_values, *field.false_values}
        return {"boolean"} | (_WHOLE if numbers else set())
    if field.type == "date" or field.formats == ("iso8601",):
        return set()
    return _WHOLE | _FRACTIONAL
