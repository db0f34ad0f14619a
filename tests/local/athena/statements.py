"""Statements sent to the service, and what came of them."""

from typing import Any

from tests.local.athena.asking import Athena

PARTITIONED = (
    'CREATE TABLE "awsdatacatalog"."db"."t" WITH (table_type = \'hive\', is_external = true,'
    " external_location = 's3://lake/t/', partitioned_by = ARRAY['d'], format = 'PARQUET')"
    " AS SELECT n, d FROM (VALUES (1, 'x'), (2, 'y:z')) AS v (n, d)"
)

# A workgroup that leaves the place of tables to the client.
FREE = {"WorkGroup": "primary", "ResultConfiguration": {"OutputLocation": "s3://results/free/"}}


def done(athena: Athena, sql: str) -> dict[str, Any]:
    run = athena.run(sql, **FREE)
    assert run["Status"]["State"] == "SUCCEEDED", (sql, run["Status"])
    return run


def refused(athena: Athena, sql: str) -> str:
    run = athena.run(sql, **FREE)
    assert run["Status"]["State"] == "FAILED", sql
    return str(run["Status"]["StateChangeReason"])


def ask(athena: Athena, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in athena.service.query(sql, "db")]
