"""Checks whether the columns of a Parquet object fit the declared ones.

Some that do not fit make Athena fail without naming the object, and others are read as wrong
values: an INT64 is fine as a double and garbage as a float, a UINT_64 turns negative, a list below
a struct is NULL. Each pair was tried on Trino 476; only those that keep the value are accepted.
"""

from collections.abc import Sequence

from springtide.arrivals.parquet_footer import Column
from springtide.dataset.physical import Columns, Physical

_INT = {"INT32", "INT32 INT_8", "INT32 INT_16", "INT32 INT_32", "INT32 UINT_8", "INT32 UINT_16"}
# The Parquet types that each declared type accepts, as Column spells them.
_TAKES = {
    "string": {"BYTE_ARRAY STRING", "BYTE_ARRAY"},
    "boolean": {"BOOLEAN"},
    "int": _INT,
    "bigint": _INT | {"INT64", "INT64 INT_64"},
    "float": {"FLOAT"},
    "double": {"DOUBLE", "FLOAT"},
    "date": {"INT32 DATE"},
    "timestamp": {"INT96", "INT64 TIMESTAMP"},
}


def misfit(declared: Columns, found: Sequence[Column]) -> str | None:
    """What does not fit, and what to do; None if everything fits. Missing columns are NULL."""
    return _members(Physical("struct", tuple(declared)), found, "")


def _members(declared: Physical, found: Sequence[Column], place: str) -> str | None:
    for name, kind in declared.members:
        same = [column for column in found if column.name.lower() == name]
        where = f"{place}.{name}" if place else name
        if len(same) > 1:
            spelled = " and ".join(column.name for column in same)
            return f"columns {spelled} are the same to Athena, which has no case: write one of them"
        for column in same:
            if column.codec:
                return (
                    f"column {where} is compressed with {column.codec}, which Athena does not"
                    " read: write the object with SNAPPY, GZIP or ZSTD"
                )
            found_misfit = _fault(kind, column, where)
            if found_misfit is not None:
                return found_misfit
    return None


def _fault(declared: Physical, column: Column, where: str) -> str | None:
    fault = (
        f"column {where} is {column} in the object and {declared} in [landing.columns]: correct"
        " the declaration, or write the object with that type"
    )
    if column.repeated:
        return fault
    if declared.kind == "decimal":
        return None if _is_narrower(column, declared.digits) else fault
    if declared.kind in _TAKES:
        fits = not column.members and str(column) in _TAKES[declared.kind]
        return None if fits else fault
    if column.physical:
        return fault
    if declared.kind == "struct":
        return fault if column.annotation else _members(declared, column.members, where)
    inner = _element(column) if declared.kind == "array" else _value(column)
    if inner is None or not _has_any(declared.inner, inner):
        return fault
    return _fault(declared.inner, inner, where + "[]")


def _has_any(declared: Physical, column: Column) -> bool:
    """Whether a struct has any declared member: Athena fails over a list or map of no such."""
    members = dict(declared.members)
    return declared.kind != "struct" or any(
        _has_any(members[found.name.lower()], found)
        for found in column.members
        if found.name.lower() in members
    )


def _is_narrower(column: Column, digits: tuple[int, int]) -> bool:
    precision, scale = column.digits
    whole = digits[0] - digits[1]
    return column.annotation == "DECIMAL" and scale <= digits[1] and precision - scale <= whole


def _element(column: Column) -> Column | None:
    """A list's element, by the rules that also cover what older writers wrote.

    (github.com/apache/parquet-format, LogicalTypes.md, "Backward-compatibility rules".)
    """
    if column.annotation != "LIST" or len(column.members) != 1 or not column.members[0].repeated:
        return None
    (group,) = column.members
    is_element = len(group.members) != 1 or group.name in ("array", f"{column.name}_tuple")
    return group._replace(repeated=False) if is_element else group.members[0]


def _value(column: Column) -> Column | None:
    """A map's value, if its key is a text."""
    if column.annotation != "MAP" or len(column.members) != 1 or not column.members[0].repeated:
        return None
    members = column.members[0].members
    fits = len(members) == 2 and str(members[0]) in _TAKES["string"]
    return members[1] if fits else None
