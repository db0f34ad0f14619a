"""SQL that turns a row of a Parquet landing into JSON text, which Extract reads as a line.

Members are ordered by name, as in any JSON that Athena has parsed. Times are written in ISO 8601
with their Z, and decimals as text, so that no digit is lost: Athena reads a JSON number with a
fraction as a double.
"""

from collections.abc import Iterator
from itertools import count

from springtide.dataset.physical import Columns, Physical
from springtide.sql.quoting import literals

# The table's alias: no column can be mistaken for it, since no column's name has white space.
ROWS = '"landed row"'
# Trino accepts at most 254 arguments of ARRAY.
_MOST_IN_AN_ARRAY = 100


def row_text(columns: Columns) -> str:
    """The expression over the landing table, whose alias is ROWS."""
    return f"json_format({_object(ROWS, columns, count(1))})"


def _object(of: str, members: Columns, numbers: Iterator[int]) -> str:
    """The JSON object of a row's members."""
    names, values = [], []
    for start in range(0, len(members), _MOST_IN_AN_ARRAY):
        part = members[start : start + _MOST_IN_AN_ARRAY]
        names.append(f"ARRAY[{literals(name for name, _ in part)}]")
        listed = ", ".join(
            f"CAST({_value(_member(of, name), kind, numbers)} AS JSON)" for name, kind in part
        )
        values.append(f"ARRAY[{listed}]")
    return f"CAST(MAP({' || '.join(names)}, {' || '.join(values)}) AS JSON)"


def _member(of: str, name: str) -> str:
    return f'{of}."{name}"'


def _value(value: str, kind: Physical, numbers: Iterator[int]) -> str:
    """The value as an expression whose cast to JSON gives what is wanted."""
    if not _changes(kind):
        return value
    if kind.kind == "timestamp":
        return f"to_iso8601({value}) || 'Z'"
    if kind.kind == "decimal":
        return f"CAST({value} AS varchar)"
    if kind.kind == "float":
        return f"CAST({value} AS double)"
    if kind.kind == "struct":
        return f"CASE WHEN {value} IS NOT NULL THEN {_object(value, kind.members, numbers)} END"
    name = f'"x {next(numbers)}"'  # with a space, like ROWS: no column has such a name
    inner = _value(name, kind.inner, numbers)
    if kind.kind == "map":
        return f"transform_values({value}, (k, {name}) -> {inner})"
    return f"transform({value}, {name} -> {inner})"


def _changes(kind: Physical) -> bool:
    """Whether Athena's own cast to JSON would give another text."""
    own = kind.kind in ("timestamp", "decimal", "float", "struct")
    return own or any(_changes(below) for _, below in kind.members)
