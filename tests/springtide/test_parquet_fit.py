"""Which columns of Parquet objects fit a declared type: those of which Trino reads the value."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from springtide.arrivals.parquet_fit import misfit
from springtide.arrivals.parquet_footer import (
    TRAILER_BYTES,
    Footer,
    NotParquetError,
    length_of,
    read,
)
from springtide.dataset.physical import parse

FOUND: dict[str, Any] = {
    "bool": pa.bool_(),
    **{name: getattr(pa, name)() for name in ("int8", "int16", "int32", "int64")},
    **{name: getattr(pa, name)() for name in ("uint8", "uint16", "uint32", "uint64")},
    "float": pa.float32(),
    "double": pa.float64(),
    "float16": pa.float16(),
    "string": pa.string(),
    "binary": pa.binary(),
    "fixed": pa.binary(4),
    "nulls": pa.null(),
    "date": pa.date32(),
    "ms": pa.timestamp("ms"),
    "us": pa.timestamp("us", "UTC"),
    "ns": pa.timestamp("ns"),
    "time": pa.time64("us"),
    "decimal(9,2)": pa.decimal128(9, 2),
    "decimal(38,18)": pa.decimal128(38, 18),
    "list": pa.list_(pa.int64()),
    "lists": pa.list_(pa.list_(pa.string())),
    "struct": pa.struct([("a", pa.int64()), ("B", pa.string())]),
    "structs": pa.list_(pa.struct([("a", pa.struct([("x", pa.int32())]))])),
    "map": pa.map_(pa.string(), pa.float64()),
    "int map": pa.map_(pa.int64(), pa.float64()),
}
FITTING = {
    "string": {"string", "binary"},
    "boolean": {"bool"},
    "int": {"int8", "int16", "int32", "uint8", "uint16"},
    "bigint": {"int8", "int16", "int32", "int64", "uint8", "uint16"},
    "float": {"float"},
    "double": {"float", "double"},
    "date": {"date"},
    "timestamp": {"ms", "us", "ns"},
    "decimal(9,2)": {"decimal(9,2)"},
    "decimal(10,2)": {"decimal(9,2)"},
    "decimal(9,1)": set(),
    "decimal(38,18)": {"decimal(9,2)", "decimal(38,18)"},
    "array<bigint>": {"list"},
    "array<array<string>>": {"lists"},
    "array<double>": set(),
    "array<struct<a:struct<x:int>,z:int>>": {"structs"},
    "array<struct<z:int>>": set(),
    "array<struct<a:struct<z:int>>>": set(),
    "struct<a:bigint>": {"struct"},
    "struct<a:bigint,b:string,c:int>": {"struct"},
    "struct<b:bigint>": set(),
    "map<string,double>": {"map"},
    "map<string,bigint>": set(),
}


def footer(table: pa.Table, **options: Any) -> Footer:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    data = file.getvalue()
    length = length_of(data[-1000:])
    return read(data[-length - TRAILER_BYTES : -TRAILER_BYTES])


@pytest.mark.parametrize("declared", FITTING)
def test_column_fits_a_type_where_it_is_read_as_the_same_value(declared: str) -> None:
    columns = [("c", parse(declared))]
    fitting = {
        name
        for name, kind in FOUND.items()
        if misfit(columns, footer(pa.table({"C": pa.nulls(2, kind)}), version="2.6").columns)
        is None
    }
    assert fitting == FITTING[declared]


def test_old_annotations_and_int96_are_understood() -> None:
    table = pa.table({"d": pa.array([1], pa.date32()), "t": pa.array([1], pa.timestamp("ns"))})
    found = footer(table, version="1.0", use_deprecated_int96_timestamps=True)
    assert [str(column) for column in found.columns] == ["INT32 DATE", "INT96"]
    assert misfit([("d", parse("date")), ("t", parse("timestamp"))], found.columns) is None


@pytest.mark.parametrize("rows", [0, 1, 5000])
def test_rows_are_those_of_all_row_groups(rows: int) -> None:
    assert footer(pa.table({"c": range(rows)}), row_group_size=1000).rows == rows


def test_columns_in_a_codec_that_athena_does_not_unpack_are_named() -> None:
    codecs = {"a": "BROTLI", "b": "LZ4", "c": "ZSTD", "d": "GZIP", "e": "SNAPPY", "f": "NONE"}
    table = pa.table({**{name: [1] for name in codecs}, "g": [{"x": 1}]})
    compression = {**codecs, "g.x": "BROTLI"}
    columns = footer(table, compression=compression, row_group_size=1).columns

    named = {
        column.name: misfit([(column.name, parse("bigint"))], [column])
        for column in columns
        if column.name in codecs
    }
    assert "column a is compressed with BROTLI" in str(named["a"])
    assert "column b is compressed with LZ4_RAW" in str(named["b"])
    assert [named[name] for name in "cdef"] == [None] * 4
    assert "BROTLI" in str(misfit([("g", parse("struct<x:bigint>"))], columns))
    assert misfit([("other", parse("int"))], columns) is None


def test_columns_that_differ_in_case_only_are_named() -> None:
    found = footer(pa.table({"c": [1], "C": [2]}))
    assert "columns c and C are the same to Athena" in str(
        misfit([("c", parse("int"))], found.columns)
    )
    assert misfit([("d", parse("int"))], found.columns) is None


def test_column_of_nulls_alone_is_called_as_parquet_does() -> None:
    found = footer(pa.table({"c": pa.nulls(3)})).columns

    assert "c is INT32 UNKNOWN in the object" in (misfit([("c", parse("int"))], found) or "")


def test_bytes_that_are_no_footer_are_refused_whatever_they_are() -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"c": [1], "s": [{"a": [1]}]}), file)
    data = file.getvalue()
    good = data[-length_of(data) - TRAILER_BYTES : -TRAILER_BYTES]
    for end in range(70):
        with pytest.raises(NotParquetError):
            read(good[:end])
    for bad in (b"", b"\x00", b"\xff" * 50, b"\x15" * 2000, b"\x1c" * 3000):
        with pytest.raises(NotParquetError):
            read(bad)
    with pytest.raises(NotParquetError):
        length_of(b"{}\n")
