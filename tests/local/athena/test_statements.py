"""Statements besides SELECT and UNLOAD: SHOW, DESCRIBE, CREATE TABLE AS."""

from decimal import Decimal
from typing import Any

import boto3
import pytest

from offline.clients import REGION
from tests.local.athena.asking import Athena, parquet_table


def test_show_and_describe(athena: Athena) -> None:
    glue: Any = boto3.client("glue", region_name=REGION)
    table = parquet_table("t", "s3://lake/out/") | {
        "PartitionKeys": [{"Name": "d", "Type": "string"}]
    }
    glue.create_table(DatabaseName="db", TableInput=table)
    glue.create_partition(
        DatabaseName="db",
        TableName="t",
        PartitionInput={"Values": ["x"], "StorageDescriptor": {"Location": "s3://lake/out/"}},
    )

    assert athena.service.query("SHOW TABLES", "db") == [{"tab_name": "t"}]
    assert athena.service.query("SHOW PARTITIONS t", "db") == [{"partition": "d=x"}]
    names = [row["col_name"] for row in athena.service.query("DESCRIBE db.t", "db")]
    assert names == ["n", "d"]
    metadata = athena.client.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="db", TableName="t"
    )["TableMetadata"]
    assert metadata["Columns"] == [{"Name": "n", "Type": "int"}]


def test_table_created_from_a_query_can_be_queried(athena: Athena) -> None:
    sql = (
        'CREATE TABLE "db"."made" WITH (format = \'PARQUET\') AS SELECT 1 AS n, CAST(2.5 AS'
        " decimal(3,1)) AS d, ARRAY['a'] AS texts, timestamp '2020-02-29 01:00:00' AS at"
    )
    run = athena.run(sql)

    assert run["Status"]["State"] == "SUCCEEDED"
    assert run["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    manifest = run["Statistics"]["DataManifestLocation"]
    (file,) = athena.text(manifest).split()
    assert file.startswith(run["ResultConfiguration"]["OutputLocation"] + "/")
    (row,) = athena.service.query("SELECT n, d, texts, at FROM made", "db")
    assert (row["n"], row["d"], row["texts"]) == (1, Decimal("2.5"), ["a"])
    described = athena.service.query("DESCRIBE made", "db")
    kinds = [each["data_type"] for each in described]
    assert kinds == ["int", "decimal(3,1)", "array<string>", "timestamp"]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE t AS SELECT 1 AS n", "TABLE_ALREADY_EXISTS"),
        ("CREATE TABLE x WITH (format = 'ORC') AS SELECT 1 AS n", "format ORC"),
        ("CREATE TABLE x WITH (partitioned_by = ARRAY['n']) AS SELECT 1 AS n", "partitioned_by"),
        ("CREATE TABLE x WITH (colour = 'red') AS SELECT 1 AS n", "'colour' does not exist"),
        ("CREATE TABLE x (n int)", "CREATE statements"),
        ("CREATE TABLE nowhere.x AS SELECT 1 AS n", "Schema 'nowhere' does not exist"),
    ],
)
def test_table_that_cannot_be_created_is_refused(athena: Athena, sql: str, reason: str) -> None:
    athena.run("CREATE TABLE t AS SELECT 1 AS n")

    refused = athena.run(sql)

    assert refused["Status"]["State"] == "FAILED"
    assert reason in refused["Status"]["StateChangeReason"]
