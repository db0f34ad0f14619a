"""Registers Trino's functions in DuckDB: SQL macros, and Python functions for rare values."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import BIGINT, BLOB, BOOLEAN, DOUBLE, VARCHAR, DuckDBPyType

from offline.athena.functions import json_rules, regexps
from offline.athena.functions.decimals import decimal_divide, without_exponent
from offline.athena.functions.escapes import MARK, escape, readable, replaced, unescape
from offline.athena.functions.iso_times import in_full
from offline.athena.functions.java_format import java_format
from offline.athena.functions.macros import MACROS

_TEXTS = duckdb.list_type(VARCHAR)
_ARROW = {
    VARCHAR: pa.string(),
    BLOB: pa.binary(),
    BOOLEAN: pa.bool_(),
    _TEXTS: pa.list_(pa.string()),
}


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every macro and function that the rewritten SQL calls."""
    for name, (function, taken, given) in _OF_VALUES.items():
        _create(connection, name, _lifted(function, len(taken), _ARROW[given]), taken, given)
    _create(connection, "py_keys_double", _keys_double, [VARCHAR], BOOLEAN)
    _create(connection, "py_keys_fit", _keys_fit, [VARCHAR, VARCHAR], BOOLEAN)
    for macro in MACROS:
        connection.execute(macro.replace("{MARK}", MARK))


def _create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    function: Callable[..., Any],
    taken: list[DuckDBPyType],
    given: DuckDBPyType,
) -> None:
    arrow, nulls = PythonUDFType.ARROW, FunctionNullHandling.SPECIAL
    connection.create_function(name, function, [*taken], given, type=arrow, null_handling=nulls)


def _lifted(
    function: Callable[..., object], count: int, given: pa.DataType
) -> Callable[..., pa.Array]:
    """Make a function of `count` values work on vectors; NULL if any of them is NULL."""

    def over(*columns: pa.ChunkedArray) -> pa.Array:
        rows = zip(*(column.to_pylist() for column in columns), strict=True)
        return pa.array((None if None in row else function(*row) for row in rows), given)

    # DuckDB counts the parameters.
    if count == 1:
        return lambda one: over(one)
    return (lambda one, two: over(one, two)) if count == 2 else lambda a, b, c: over(a, b, c)


def _from_utf8(data: bytes) -> str:
    # Escaped again: a genuine U+10FFFF must not look like an escaped byte.
    return escape(replaced(data).encode())


def _whole(text: str) -> str | None:
    """The integer that a text holds, in digits of any script, like Java's parseLong."""
    digits = text.strip("".join(map(chr, range(33))))
    sign = "-" if digits.startswith("-") else ""
    digits = digits[1:] if digits[:1] in ("+", "-") else digits
    if not digits.isdecimal():
        return None
    # Not with int(), which accepts at most 4,300 digits, leading zeros included.
    return sign + "".join(str(unicodedata.decimal(digit)) for digit in digits)


# By function: what answers for one value, the types of its parameters and of its result.
_OF_VALUES: Mapping[str, tuple[Callable[..., object], list[DuckDBPyType], DuckDBPyType]] = {
    "py_to_utf8": (unescape, [VARCHAR], BLOB),
    "py_from_utf8": (_from_utf8, [BLOB], VARCHAR),
    "py_readable": (readable, [VARCHAR], VARCHAR),
    "py_json": (json_rules.canonical, [VARCHAR], VARCHAR),
    "py_to_json": (json_rules.cast_to_json, [VARCHAR], VARCHAR),
    "py_json_format": (json_rules.formatted, [VARCHAR], VARCHAR),
    "py_shown": (json_rules.shown, [VARCHAR], VARCHAR),
    "py_json_scalar": (json_rules.scalar, [VARCHAR, VARCHAR], VARCHAR),
    "py_json_found": (json_rules.found, [VARCHAR, VARCHAR], VARCHAR),
    "py_json_doubled": (json_rules.doubled, [VARCHAR], BOOLEAN),
    "py_json_row": (json_rules.row, [VARCHAR, VARCHAR], VARCHAR),
    "py_json_text_row": (json_rules.text_row, [VARCHAR, VARCHAR], VARCHAR),
    "py_double": (json_rules.double_text, [DOUBLE], VARCHAR),
    "py_java_double": (json_rules.java_double, [DOUBLE], VARCHAR),
    "py_decimal": (without_exponent, [VARCHAR], VARCHAR),
    "py_decimal_divide": (decimal_divide, [VARCHAR, VARCHAR, BIGINT], VARCHAR),
    "py_format": (java_format, [VARCHAR, VARCHAR], VARCHAR),
    "py_whole": (_whole, [VARCHAR], VARCHAR),
    "py_iso8601": (in_full, [VARCHAR], VARCHAR),
    "py_regexp_extract": (regexps.extract, [VARCHAR, VARCHAR, BIGINT], VARCHAR),
    "py_regexp_extract_all": (regexps.extract_all, [VARCHAR, VARCHAR, BIGINT], _TEXTS),
    "py_regexp_replace": (regexps.replace, [VARCHAR, VARCHAR, VARCHAR], VARCHAR),
}


def _keys_double(columns: pa.ChunkedArray) -> pa.Array:
    """Whether a document has two equal keys."""
    return _of_distinct(columns, lambda keys: len(set(keys)) < len(keys))


def _keys_fit(columns: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.Array:
    """Whether a document's keys are unique case-insensitively, and spelled like the names.

    Members of such a document can be extracted by these names.
    """
    (listed,) = names[:1].to_pylist()
    written = {name.lower(): name for name in listed.split(json_rules.SEPARATOR)}

    def fit(keys: list[str]) -> bool:
        lower = [key.lower() for key in keys]
        spelled = all(written.get(low, key) == key for low, key in zip(lower, keys, strict=True))
        return spelled and len(set(lower)) == len(lower)

    return _of_distinct(columns, fit)


def _of_distinct(columns: pa.ChunkedArray, judge: Callable[[list[str]], bool]) -> pa.Array:
    """Evaluate each distinct set of keys once: a vector has few."""
    encoded = columns.combine_chunks().dictionary_encode()
    judged = [
        None if joined is None else judge(joined.split(json_rules.SEPARATOR))
        for joined in encoded.dictionary.to_pylist()
    ]
    return pa.array(judged, pa.bool_()).take(encoded.indices)
