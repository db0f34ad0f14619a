"""Athena as a client sees it, for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

from offline.athena.service.api import install
from offline.athena.service.executor import AthenaService
from offline.clients import ACCOUNT, REGION
from offline.s3.objects import Objects
from tests.waiting import until

TERMINAL = ("SUCCEEDED", "FAILED", "CANCELLED")

UNLOAD = "UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' WITH (format = 'PARQUET')"


class Athena:
    """A client, the service behind it, and S3."""

    def __init__(self, service: AthenaService, objects: Objects) -> None:
        self.service = service
        self.objects = objects
        self.client: Any = boto3.client("athena", region_name=REGION)
        self.glue: Any = boto3.client("glue", region_name=REGION)

    def start(self, sql: str, **options: Any) -> str:
        options.setdefault("QueryExecutionContext", {"Database": "db"})
        options.setdefault("WorkGroup", "springtide")
        started = self.client.start_query_execution(QueryString=sql, **options)
        run_id: str = started["QueryExecutionId"]
        return run_id

    def wait(self, run_id: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            found = self.client.get_query_execution(QueryExecutionId=run_id)
            run: dict[str, Any] = found["QueryExecution"]
            return run if run["Status"]["State"] in TERMINAL else None

        return until(ended)

    def run(self, sql: str, **options: Any) -> dict[str, Any]:
        return self.wait(self.start(sql, **options))

    def page(self, run: dict[str, Any], **options: Any) -> dict[str, Any]:
        """A page of the run's results, the first unless the options say another."""
        run_id = run["QueryExecutionId"]
        page: dict[str, Any] = self.client.get_query_results(QueryExecutionId=run_id, **options)
        return page

    def first_cells(self, run: dict[str, Any]) -> list[str | None]:
        """The first cell of each row of the first page, which begins with the heading."""
        rows = self.page(run)["ResultSet"]["Rows"]
        return [row["Data"][0].get("VarCharValue") for row in rows]

    def text(self, uri: str) -> str:
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        return self.objects.path(bucket, key).read_text()


@contextmanager
def athena_below(folder: Path) -> Iterator[Athena]:
    """Two buckets, a database and a workgroup; other tests do not see them."""
    with mock_aws():
        # First, since buckets that are made before it are moto's own kind.
        objects = Objects(ACCOUNT, folder / "s3")
        s3: Any = boto3.client("s3", region_name="us-east-1")
        for bucket in ("lake", "results"):
            s3.create_bucket(Bucket=bucket)
        service = install(objects, region=REGION, account=ACCOUNT)
        made = Athena(service, objects)
        made.glue.create_database(DatabaseInput={"Name": "db"})
        made.client.create_work_group(
            Name="springtide",
            Configuration={
                "ResultConfiguration": {"OutputLocation": "s3://results/enforced/"},
                "EnforceWorkGroupConfiguration": True,
            },
        )
        yield made
        service.close()


def parquet_table(name: str, location: str) -> dict[str, Any]:
    serde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    return {
        "Name": name,
        "StorageDescriptor": {
            "Columns": [{"Name": "n", "Type": "int"}],
            "Location": location,
            "SerdeInfo": {"SerializationLibrary": serde},
        },
    }
