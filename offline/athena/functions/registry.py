"""Registers Trino's functions in DuckDB: SQL macros, and Python for the rare values they leave."""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BIGINT, BLOB, BOOLEAN, DOUBLE, VARCHAR, DuckDBPyType

from offline.athena.functions import json_rules, regexps
from offline.athena.functions.decimals import decimal_divide
from offline.athena.functions.escapes import MARK, escape, readable, replaced, unescape
from offline.athena.functions.iso_days import iso_day
from offline.athena.functions.java_format import java_format
from offline.athena.functions.macros import MACROS

_STRING = pa.string()


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every macro and function that the rewritten SQL calls."""
    _create(connection, "py_to_utf8", _over(unescape, pa.binary()), [VARCHAR], BLOB)
    _create(connection, "py_from_utf8", _over(_from_utf8, pa.string()), [BLOB], VARCHAR)
    _create(connection, "py_readable", _over(readable, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_json", _over(json_rules.canonical, pa.string()), [VARCHAR], VARCHAR)
    _create(
        connection, "py_to_json", _over(json_rules.cast_to_json, pa.string()), [VARCHAR], VARCHAR
    )
    _create(connection, "py_double", _over(json_rules.double_text, pa.string()), [DOUBLE], VARCHAR)
    java_double = _over(json_rules.java_double, pa.string())
    _create(connection, "py_java_double", java_double, [DOUBLE], VARCHAR)
    _create(connection, "py_iso_day", _over(iso_day, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_json_scalar", _of_two(json_rules.scalar), [VARCHAR, VARCHAR], VARCHAR)
    regexp_extract = _of_three(regexps.extract)
    _create(connection, "py_regexp_extract", regexp_extract, [VARCHAR, VARCHAR, BIGINT], VARCHAR)
    everything = _of_three(regexps.extract_all, pa.list_(pa.string()))
    texts = duckdb.list_type(VARCHAR)
    _create(connection, "py_regexp_extract_all", everything, [VARCHAR, VARCHAR, BIGINT], texts)
    regexp_replace = _of_three(regexps.replace)
    _create(connection, "py_regexp_replace", regexp_replace, [VARCHAR, VARCHAR, VARCHAR], VARCHAR)
    _create(connection, "py_format", _of_two(java_format), [VARCHAR, VARCHAR], VARCHAR)
    divide = _of_three(decimal_divide)
    _create(connection, "py_decimal_divide", divide, [VARCHAR, VARCHAR, BIGINT], VARCHAR)
    formatted = _over(json_rules.formatted, pa.string())
    _create(connection, "py_json_format", formatted, [VARCHAR], VARCHAR)
    _create(connection, "py_shown", _over(json_rules.shown, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_whole", _over(_whole, pa.string()), [VARCHAR], VARCHAR)
    _create(connection, "py_keys_double", _keys_double, [VARCHAR], BOOLEAN)
    _create(connection, "py_keys_fit", _keys_fit, [VARCHAR, VARCHAR], BOOLEAN)
    _create(
        connection, "py_json_doubled", _over(json_rules.doubled, pa.bool_()), [VARCHAR], BOOLEAN
    )
    _create(connection, "py_json_row", _of_two(json_rules.row), [VARCHAR, VARCHAR], VARCHAR)
    text_row = _of_two(json_rules.text_row)
    _create(connection, "py_json_text_row", text_row, [VARCHAR, VARCHAR], VARCHAR)
    for macro in MACROS:
        connection.execute(macro.replace("{MARK}", MARK))


def _from_utf8(data: bytes) -> str:
    # Through `escape` again: a genuine U+10FFFF must not look like an escaped byte.
    return escape(replaced(data).encode())


def _of_rows(
    function: Callable[..., object], columns: Sequence[pa.ChunkedArray], kind: pa.DataType
) -> pa.Array:
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array((None if None in row else function(*row) for row in rows), kind)


def _of_two(function: Callable[..., object]) -> Callable[..., pa.Array]:
    """Lift a function of two values to vectors; NULL for a NULL among them."""
    return lambda one, two: _of_rows(function, (one, two), _STRING)


def _of_three(
    function: Callable[..., object], kind: pa.DataType = _STRING
) -> Callable[..., pa.Array]:
    """Lift a function of three values to vectors; NULL for a NULL among them."""
    return lambda one, two, three: _of_rows(function, (one, two, three), kind)


def _whole(text: str) -> str | None:
    """The integer that a text is, in digits of any script as Java's parseLong takes them."""
    digits = text.strip("".join(map(chr, range(33))))
    sign = "-" if digits.startswith("-") else ""
    digits = digits[1:] if digits[:1] in ("+", "-") else digits
    return f"{sign}{int(digits)}" if digits.isdecimal() and len(digits) < 40 else None


def _keys_double(columns: pa.ChunkedArray) -> pa.Array:
    """Whether a document has two equal keys."""
    return _of_distinct(columns, lambda keys: len(set(keys)) < len(keys))


def _keys_fit(columns: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.Array:
    """Whether a document's keys are unique without case, and those of the names are written so.

    Such a document's members can be taken out by the names as they are.
    """
    (listed,) = names[:1].to_pylist()
    written = {name.lower(): name for name in listed.split(json_rules.SEPARATOR)}

    def fit(keys: list[str]) -> bool:
        lower = [key.lower() for key in keys]
        spelled = all(written.get(low, key) == key for low, key in zip(lower, keys, strict=True))
        return spelled and len(set(lower)) == len(lower)

    return _of_distinct(columns, fit)


def _of_distinct(columns: pa.ChunkedArray, judge: Callable[[list[str]], bool]) -> pa.Array:
    """Judge each distinct set of keys once: in a vector there are few."""
    encoded = columns.combine_chunks().dictionary_encode()
    judged = [
        None if joined is None else judge(joined.split(json_rules.SEPARATOR))
        for joined in encoded.dictionary.to_pylist()
    ]
    return pa.array(judged, pa.bool_()).take(encoded.indices)


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
