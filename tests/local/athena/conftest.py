"""A catalog and an S3 of their own for each test, reached without HTTP."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine, DuckDBSession
from offline.athena.functions.escapes import readable
from offline.athena.interface import Rows, Written
from offline.athena.sql.statements import Query, Unload, parse
from offline.clients import ACCOUNT, REGION
from offline.s3.objects import Objects
from tests.local.athena.asking import Athena, athena_below

TEXT = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
WHOLE_LINE = {
    "field.delim": "\n",
    "serialization.null.format": "\x01never\x01",
}
HOURLY = {
    "projection.enabled": "true",
    "projection.datehour.type": "date",
    "projection.datehour.format": "yyyy/MM/dd/HH",
    "projection.datehour.range": "1970/01/01/00,NOW+1DAYS",
    "projection.datehour.interval": "1",
    "projection.datehour.interval.unit": "HOURS",
    "storage.location.template": "s3://landing/raw/${datehour}/",
}


class Warehouse:
    """Buckets, tables and an engine to query them with."""

    def __init__(self, folder: Path) -> None:
        self.objects = Objects(ACCOUNT, folder / "s3")
        self.glue: Any = boto3.client("glue", region_name=REGION)
        self.s3: Any = boto3.client("s3", region_name="us-east-1")
        for bucket in ("landing", "lake", "results"):
            self.s3.create_bucket(Bucket=bucket)
        self.glue.create_database(DatabaseInput={"Name": "db"})
        catalog = Catalog(ACCOUNT, REGION)
        self.engine = DuckDBEngine(self.objects, catalog, memory="1GB")
        self.last: DuckDBSession

    def put(self, uri: str, *lines: str | bytes) -> None:
        """Store lines, gzipped if the name says so."""
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        data = b"".join(
            (item.encode() if isinstance(item, str) else item) + b"\n" for item in lines
        )
        self.objects.put(bucket, key, gzip.compress(data) if key.endswith(".gz") else data)

    def remove(self, uri: str) -> None:
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        self.s3.delete_object(Bucket=bucket, Key=key)

    def table(
        self,
        name: str,
        columns: dict[str, str],
        keys: dict[str, str] | None = None,
        *,
        location: str = "s3://lake/none/",
        serde: str = PARQUET,
        serde_parameters: dict[str, str] | None = None,
        parameters: dict[str, str] | None = None,
    ) -> None:
        self.glue.create_table(
            DatabaseName="db",
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": parameters or {},
                "PartitionKeys": [{"Name": n, "Type": t} for n, t in (keys or {}).items()],
                "StorageDescriptor": {
                    "Columns": [{"Name": n, "Type": t} for n, t in columns.items()],
                    "Location": location,
                    "SerdeInfo": {
                        "SerializationLibrary": serde,
                        "Parameters": serde_parameters or {},
                    },
                },
            },
        )

    def landing(self) -> None:
        """Create the landing table: whole lines, one partition for each arrival hour."""
        self.table(
            "landing",
            {"line": "string"},
            {"datehour": "string"},
            location="s3://landing/raw/",
            serde=TEXT,
            serde_parameters=WHOLE_LINE,
            parameters=HOURLY,
        )

    def partition(self, table: str, values: list[str], location: str) -> None:
        self.glue.create_partition(
            DatabaseName="db",
            TableName=table,
            PartitionInput={"Values": values, "StorageDescriptor": {"Location": location}},
        )

    def run(self, sql: str) -> Rows | Written:
        self.last = self.engine.session("db")
        try:
            statement = parse(sql)
            if isinstance(statement, Unload):
                return self.last.unload(statement, "test")
            assert isinstance(statement, Query)
            return self.last.select(statement)
        finally:
            self.last.close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found = self.run(sql)
        assert isinstance(found, Rows)
        return found.rows

    def readable(self, sql: str) -> list[list[Any]]:
        """Rows with their texts as a client gets them."""
        return [[readable(v) if isinstance(v, str) else v for v in row] for row in self.rows(sql)]

    def unload(self, sql: str) -> list[str]:
        found = self.run(sql)
        assert isinstance(found, Written)
        return found.uris

    @property
    def opened(self) -> list[str]:
        """The objects that the last statement opened."""
        return self.last.readings.uris


@contextmanager
def warehouse_below(folder: Path) -> Iterator[Warehouse]:
    with mock_aws():
        made = Warehouse(folder)
        yield made
        made.engine.close()


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Empty, for one test."""
    with warehouse_below(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """For the tests of a file that change nothing."""
    with warehouse_below(tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture
def athena(tmp_path: Path) -> Iterator[Athena]:
    """A service with a client, for one test."""
    with athena_below(tmp_path) as made:
        yield made
