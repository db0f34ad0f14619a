"""Registers Trino's functions in DuckDB: SQL macros, and Python for the rare values they leave."""

from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BLOB, BOOLEAN, DOUBLE, UTINYINT, VARCHAR, DuckDBPyType

from offline.athena.functions import json_rules
from offline.athena.functions.escapes import MARK, escape, readable, replaced, unescape
from offline.athena.functions.macros import MACROS


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every macro and function that the rewritten SQL calls."""
    _create(connection, "py_to_utf8", _over(unescape, pa.binary()), [VARCHAR], BLOB)
    _create(connection, "py_from_utf8", _over(_from_utf8, pa.string()), [BLOB], VARCHAR)
    _create(connection, "py_readable", _over(readable, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_json", _over(json_rules.canonical, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_double", _over(json_rules.double_text, pa.string()), [DOUBLE], VARCHAR)
    java = _over(json_rules.java_double, pa.string())
    _create(connection, "py_java_double", java, [DOUBLE], VARCHAR)
    formatted = _over(json_rules.formatted, pa.string())
    _create(connection, "py_json_format", formatted, [VARCHAR], VARCHAR)
    _create(connection, "py_whole", _over(_whole, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_json_number", _rows(json_rules.number_at), [VARCHAR, VARCHAR], VARCHAR)
    _create(connection, "py_key_kind", _key_kinds, [VARCHAR], UTINYINT)
    _create(
        connection, "py_json_doubled", _over(json_rules.doubled, pa.bool_()), [VARCHAR], BOOLEAN
    )
    _create(connection, "py_json_row", _rows(json_rules.row), [VARCHAR, VARCHAR], VARCHAR)
    text_row = _rows(json_rules.text_row)
    _create(connection, "py_json_text_row", text_row, [VARCHAR, VARCHAR], VARCHAR)
    for macro in MACROS:
        connection.execute(macro.replace("{MARK}", MARK))


def _from_utf8(data: bytes) -> str:
    # Through `escape` again: a genuine U+10FFFF must not look like an escaped byte.
    return escape(replaced(data).encode())


def _rows(
    row: Callable[[str, str], str | None],
) -> Callable[[pa.ChunkedArray, pa.ChunkedArray], pa.Array]:
    def over_vectors(documents: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.Array:
        rows = zip(documents.to_pylist(), names.to_pylist(), strict=True)
        return pa.array((text and row(text, fields) for text, fields in rows), pa.string())

    return over_vectors


def _whole(text: str) -> str | None:
    """The integer that a text is, in digits of any script as Java's parseLong takes them."""
    digits = text.strip("".join(map(chr, range(33))))
    sign = "-" if digits.startswith("-") else ""
    digits = digits[1:] if digits[:1] in ("+", "-") else digits
    return f"{sign}{int(digits)}" if digits.isdecimal() and len(digits) < 40 else None


def _key_kinds(columns: pa.ChunkedArray) -> pa.Array:
    """Judge each distinct set of keys once: in a vector there are few."""
    encoded = columns.combine_chunks().dictionary_encode()
    kinds = (None if keys is None else _key_kind(keys) for keys in encoded.dictionary.to_pylist())
    return pa.array(kinds, pa.uint8()).take(encoded.indices)


def _key_kind(joined: str) -> int:
    keys = joined.split("\x1f")
    if len(set(keys)) < len(keys):
        return 2
    return 0 if joined == joined.lower() else 1


def _over(
    function: Callable[[Any], object], result: pa.DataType
) -> Callable[[pa.ChunkedArray], pa.Array]:
    """Lift a function of one value to a vector; NULL stays NULL."""

    def over_vector(column: pa.ChunkedArray) -> pa.Array:
        values = column.to_pylist()
        return pa.array((None if value is None else function(value) for value in values), result)

    return over_vector


def _create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    function: Callable[..., Any],
    parameters: list[DuckDBPyType],
    result: DuckDBPyType,
) -> None:
    connection.create_function(
        name,
        function,
        [*parameters],
        result,
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )
