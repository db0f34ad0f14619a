"""Odd columns of Parquet files, read as Trino reads them (tests/trino/test_parquet.py)."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.local.athena.conftest import Warehouse


def read(warehouse: Warehouse, hive: str, column: pa.Array, shown: str) -> list[Any]:
    """An expression over the column c of a table, whose one file holds these values."""
    file = io.BytesIO()
    pq.write_table(pa.table({"c": column}), file)
    warehouse.s3.put_object(Bucket="lake", Key="odd/a.parquet", Body=file.getvalue())
    warehouse.table("odd", {"c": hive}, location="s3://lake/odd/")
    return [value for (value,) in warehouse.rows(f"SELECT {shown} FROM odd")]


def test_nanoseconds_are_rounded_to_milliseconds_once(warehouse: Warehouse) -> None:
    moments = pa.array([499_999, 500_000, -500_000, -500_001, None], pa.timestamp("ns", "UTC"))

    found = read(warehouse, "timestamp", moments, "to_unixtime(c)")

    assert found == [0, 0.001, 0, -0.001, None]


def test_moments_before_1970_are_rounded_as_those_after(warehouse: Warehouse) -> None:
    moments = pa.array([-499, -500, -501, -1400, 1400], pa.timestamp("us"))

    found = read(warehouse, "timestamp", moments, "to_unixtime(c)")

    assert found == [0, 0, -0.001, -0.001, 0.001]


def test_struct_without_a_declared_member_is_null(warehouse: Warehouse) -> None:
    other = pa.struct([("x", pa.int64())])
    column = pa.array([{"a": {"x": 1}, "b": 2}], pa.struct([("a", other), ("b", pa.int64())]))

    found = read(warehouse, "struct<a:struct<y:int>,b:bigint>", column, "(c.a IS NULL, c.b)")

    assert found == [(True, 2)]


def test_key_that_a_map_has_twice_counts_as_the_last(warehouse: Warehouse) -> None:
    pairs = pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int32()))

    found = read(warehouse, "map<string,int>", pairs, "json_format(CAST(c AS JSON))")

    assert found == ['{"k":2}']
