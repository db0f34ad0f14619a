"""What UNLOAD writes, where, and what it refuses."""

import pyarrow.parquet as pq
import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.conftest import Warehouse

PARQUET = "WITH (format = 'PARQUET', compression = 'ZSTD')"
PARTITIONED = "WITH (format = 'PARQUET', partitioned_by = ARRAY['d', 'h'])"


def keys(warehouse: Warehouse, prefix: str) -> list[str]:
    return [item.key for item in warehouse.objects.list("lake", prefix)]


def test_file_names_look_like_athenas(warehouse: Warehouse) -> None:
    written = warehouse.unload(f"UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' {PARQUET}")

    assert written == [f"s3://lake/{key}" for key in keys(warehouse, "out/")]
    (name,) = (uri.removeprefix("s3://lake/out/") for uri in written)
    day, time, number, letters, rest = name.split("_")
    assert (len(day), len(time), len(number), len(letters), len(rest)) == (8, 6, 5, 5, 36)


def test_types_and_values_come_back(warehouse: Warehouse) -> None:
    (uri,) = warehouse.unload(
        """UNLOAD (
          SELECT 'x' AS text, CAST(NULL AS varchar) AS nothing, CAST(1 AS bigint) AS big,
            2 AS small, 1.5e0 AS real, true AS yes, date '2020-02-29' AS day,
            timestamp '2020-12-31 23:59:59.999' AS moment, to_utf8('b') AS bytes,
            ARRAY[1, 2] AS list
        ) TO 's3://lake/out/' WITH (format = 'PARQUET', compression = 'ZSTD', compression_level = 4)
        """
    )
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    file = pq.ParquetFile(warehouse.objects.path(bucket, key))

    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["big"] == "int64"
    assert types["small"] == "int32"
    assert types["moment"] == "timestamp[us]"
    assert types["bytes"] == "binary"
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    columns = {"text": "string", "big": "bigint", "small": "int", "real": "double"}
    columns |= {"day": "date", "moment": "timestamp", "bytes": "binary", "list": "array<int>"}
    warehouse.table("t", columns, location="s3://lake/out/")
    (row,) = warehouse.rows("SELECT text, big, small, real, CAST(moment AS varchar), list FROM t")
    assert row == ("x", 1, 2, 1.5, "2020-12-31 23:59:59.999", [1, 2])


def test_timestamps_are_compared_with_literals_of_any_precision(warehouse: Warehouse) -> None:
    moment = "timestamp '2020-07-13 10:00:00'"
    rows = (
        f"(VALUES timestamp '2020-07-13 10:00:00.500') v(t) WHERE date_trunc('hour', t) = {moment}"
    )
    shown = f"t, IF(t > {moment}, 1, 0) AS after, CAST({moment} AS timestamp(3)) AS hour"
    (uri,) = warehouse.unload(f"UNLOAD (SELECT {shown} FROM {rows}) TO 's3://lake/out/' {PARQUET}")
    file = warehouse.objects.path("lake", uri.removeprefix("s3://lake/"))
    (row,) = pq.read_table(file).to_pylist()
    assert (str(row["t"])[11:], row["after"], str(row["hour"])[11:]) == (
        "10:00:00.500000",
        1,
        "10:00:00",
    )


def test_sum_of_bigints_is_a_bigint(warehouse: Warehouse) -> None:
    (uri,) = warehouse.unload(
        f"UNLOAD (SELECT sum(n) AS n FROM (VALUES 1, 2) v(n)) TO 's3://lake/out/' {PARQUET}"
    )
    file = warehouse.objects.path("lake", uri.removeprefix("s3://lake/"))

    assert str(pq.ParquetFile(file).schema_arrow.field("n").type) == "int64"


def test_partitions_become_folders_and_leave_the_files(warehouse: Warehouse) -> None:
    written = warehouse.unload(
        f"""UNLOAD (
          SELECT n, d, h
          FROM (
            VALUES (1, '2020-12-31', 23), (2, '2020-12-31', 23), (3, '2021-01-01', 0)
          ) v(n, d, h)
        ) TO 's3://lake/out' {PARTITIONED}"""
    )

    folders = sorted(uri.rsplit("/", 1)[0] for uri in written)
    assert folders == ["s3://lake/out/d=2020-12-31/h=23", "s3://lake/out/d=2021-01-01/h=0"]
    names = pq.ParquetFile(warehouse.objects.path("lake", keys(warehouse, "out/")[0])).schema.names
    assert names == ["n"]


def test_partition_values_are_escaped_as_hive_does(warehouse: Warehouse) -> None:
    written = warehouse.unload(
        f"""UNLOAD (
          SELECT n, d, h FROM (VALUES (1, 'a/b:c=d%', 'é x+y'), (2, NULL, '')) v(n, d, h)
        ) TO 's3://lake/out/' {PARTITIONED}"""
    )

    assert sorted(uri.rsplit("/", 1)[0] for uri in written) == [
        "s3://lake/out/d=__HIVE_DEFAULT_PARTITION__/h=__HIVE_DEFAULT_PARTITION__",
        "s3://lake/out/d=a%2Fb%3Ac%3Dd%25/h=é x+y",
    ]


@pytest.mark.parametrize("count", [100, 101])
def test_a_hundred_partitions_at_most(warehouse: Warehouse, count: int) -> None:
    sql = (
        f"UNLOAD (SELECT n, 'd' AS d, CAST(n AS varchar) AS h FROM UNNEST(sequence(1, {count}))"
        f" AS t(n)) TO 's3://lake/out/' {PARTITIONED}"
    )
    if count == 100:
        assert len(warehouse.unload(sql)) == 100
        return

    with pytest.raises(QueryFailed, match="HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100"):
        warehouse.unload(sql)
    assert keys(warehouse, "out/") == []


def test_filled_target_is_refused_only_without_partitions(warehouse: Warehouse) -> None:
    plain = f"UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' {PARQUET}"
    parted = f"UNLOAD (SELECT 1 AS n, 'd' AS d, 'h' AS h) TO 's3://lake/parted/' {PARTITIONED}"
    warehouse.unload(plain)
    warehouse.unload(parted)

    with pytest.raises(QueryFailed, match=r"HIVE_PATH_ALREADY_EXISTS.*s3://lake/out/"):
        warehouse.unload(plain)
    warehouse.unload(parted)

    assert len(keys(warehouse, "parted/")) == 2


@pytest.mark.parametrize("options", [PARQUET, PARTITIONED])
def test_no_rows_leave_no_objects(warehouse: Warehouse, options: str) -> None:
    sql = f"UNLOAD (SELECT 1 AS n, 'd' AS d, 'h' AS h WHERE false) TO 's3://lake/out/' {options}"

    assert warehouse.unload(sql) == []
    assert keys(warehouse, "out/") == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT now() AS t", r"Unsupported Hive type: timestamp\(3\) with time zone"),
        ("SELECT from_unixtime(1) AS t", r"Unsupported Hive type: timestamp\(3\) with time zone"),
        ("SELECT json_parse('{}') AS j", "Unsupported Hive type: json"),
        ("SELECT ARRAY[json_parse('{}')] AS j", "Unsupported Hive type: json"),
        ("SELECT interval '1' day AS i", "Unsupported Hive type: interval"),
        ("SELECT NULL AS n", "Unsupported Hive type: unknown"),
        ("SELECT 1", "MISSING_COLUMN_NAME.* position 1"),
        ("SELECT 1 AS a, 2 + 2", "MISSING_COLUMN_NAME.* position 2"),
        ("SELECT 1 AS a, 2 AS A", "DUPLICATE_COLUMN_NAME.*'a'"),
        ("SELECT nope AS a", "COLUMN_NOT_FOUND.*nope"),
        (
            "SELECT date_trunc('day', timestamp '2020-07-13 10:00:00.5') AS t",
            r"Incorrect timestamp precision for timestamp\(1\)",
        ),
        (
            "SELECT t FROM (VALUES timestamp '2020-07-13 10:00:00') v(t)",
            r"Incorrect timestamp precision for timestamp\(0\)",
        ),
    ],
)
def test_what_athena_cannot_write(warehouse: Warehouse, query: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        warehouse.unload(f"UNLOAD ({query}) TO 's3://lake/out/' {PARQUET}")
    assert keys(warehouse, "") == []


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT 'd' AS d, 'h' AS h, 1 AS n", "HIVE_COLUMN_ORDER_MISMATCH"),
        ("SELECT 1 AS n, 'h' AS h, 'd' AS d", "HIVE_COLUMN_ORDER_MISMATCH"),
        ("SELECT 1 AS n, 'd' AS d", "INVALID_TABLE_PROPERTY.*h"),
        ("SELECT 'd' AS d, 'h' AS h", "only partition columns"),
    ],
)
def test_partition_columns_come_last(warehouse: Warehouse, query: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        warehouse.unload(f"UNLOAD ({query}) TO 's3://lake/out/' {PARTITIONED}")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UNLOAD (SELECT 1 AS n) TO 's3://lake/out/'", "format"),
        ("UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' WITH (format = 'ORC')", "NOT_SUPPORTED.*ORC"),
        (f"UNLOAD (SELECT 1 AS n) TO '/tmp/out' {PARQUET}", "Invalid S3 location"),
        (f"UNLOAD (SELECT 1 AS n) TO 's3://nowhere/out/' {PARQUET}", "bucket does not exist"),
        ("UNLOAD (SELECT 1 AS n) TO 's3://lake/x/' WITH (format='PARQUET', size=1)", "'size'"),
        (f"UNLOAD (SELEC 1 AS n) TO 's3://lake/out/' {PARQUET}", "SYNTAX_ERROR"),
    ],
)
def test_wrong_statement(warehouse: Warehouse, sql: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        warehouse.unload(sql)


def test_text_in_the_query_that_looks_like_its_end(warehouse: Warehouse) -> None:
    written = warehouse.unload(
        f"UNLOAD (SELECT ') TO ''s3://lake/no/''' AS n) TO 's3://lake/out/' {PARQUET}"
    )

    assert [uri.startswith("s3://lake/out/") for uri in written] == [True]


def test_bytes_that_are_not_utf8_are_written_as_readable_text(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put("s3://landing/raw/2020/07/13/00/a", b"x\xff")
    warehouse.unload(f"UNLOAD (SELECT line FROM landing) TO 's3://lake/out/' {PARQUET}")
    warehouse.table("t", {"line": "string"}, location="s3://lake/out/")

    assert warehouse.rows("SELECT line FROM t") == [("x\ufffd",)]
