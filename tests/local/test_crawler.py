"""What a crawl makes of the landing."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from offline.clients import ACCOUNT, REGION
from offline.glue import crawler
from offline.s3.objects import Objects
from tests.waiting import until


class Landing:
    """A bucket, a crawler of it and its catalog."""

    def __init__(self, folder: Path) -> None:
        self.glue: Any = boto3.client("glue", region_name=REGION)
        self.objects = Objects(ACCOUNT, folder)
        s3: Any = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="landing")
        self.glue.create_database(DatabaseInput={"Name": "db"})
        self.make("c", "db", "s3://landing/raw/")

    def make(self, name: str, database: str, path: str) -> None:
        self.glue.create_crawler(
            Name=name,
            Role="role",
            DatabaseName=database,
            TablePrefix="candidate_",
            Targets={"S3Targets": [{"Path": path}]},
        )

    def put(self, key: str, *records: object) -> None:
        lines = [item if isinstance(item, str) else json.dumps(item) for item in records]
        data = "".join(line + "\n" for line in lines).encode()
        self.objects.put("landing", key, gzip.compress(data) if key.endswith(".gz") else data)

    def crawl(self, name: str = "c") -> dict[str, Any]:
        self.glue.start_crawler(Name=name)

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.glue.get_crawler(Name=name)["Crawler"]
            return found if found["State"] == "READY" else None

        return until(ended)

    def columns(self, table: str = "candidate_raw") -> dict[str, str]:
        found = self.glue.get_table(DatabaseName="db", Name=table)["Table"]
        return {item["Name"]: item["Type"] for item in found["StorageDescriptor"]["Columns"]}


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with mock_aws():
        made = Landing(tmp_path)
        with crawler.crawling(made.objects):
            yield made


def test_fields_and_their_types(landing: Landing) -> None:
    landing.put(
        "raw/2020/07/13/00/a.gz",
        {"Id": 1, "big": 2**40, "speed": 1.5, "ok": True, "name": "x", "none": None},
        {"id": 2, "tags": ["a"], "device": {"os": "b", "n": 1}, "empty": []},
    )

    landing.crawl()

    assert landing.columns() == {
        "id": "int",
        "big": "bigint",
        "speed": "double",
        "ok": "boolean",
        "name": "string",
        "none": "string",
        "tags": "array<string>",
        "device": "struct<os:string,n:int>",
        "empty": "array<string>",
    }


def test_columns_of_parquet(landing: Landing, tmp_path: Path) -> None:
    table = pa.table({"Id": [1], "at": [datetime(2020, 7, 13)], "s": [{"A": 1.5}], "raw": [b"x"]})
    pq.write_table(table, tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes()
    landing.objects.put("landing", "raw/2020/07/13/00/a.parquet", data)

    landing.crawl()

    assert landing.columns() == {"id": "bigint", "at": "timestamp", "s": "struct<a:double>"}


def test_types_that_differ(landing: Landing) -> None:
    landing.put("raw/2020/07/13/00/a", {"a": 1, "b": 1, "c": 1, "d": [1], "e": {"x": 1}, "f": None})
    landing.put(
        "raw/2020/07/13/01/b", {"a": 2**40, "b": 0.5, "c": "x", "d": ["y"], "e": {"y": 1}, "f": 1}
    )

    landing.crawl()

    assert landing.columns() == {
        "a": "bigint",
        "b": "double",
        "c": "string",
        "d": "array<string>",
        "e": "struct<x:int,y:int>",
        "f": "int",
    }


def test_arrival_folders_become_partitions(landing: Landing) -> None:
    landing.put("raw/2020/12/31/23/a", {"a": 1})
    landing.put("raw/2021/01/01/00/a", {"a": 1})
    landing.crawl()
    landing.put("raw/2021/01/01/01/a", {"a": 1})
    landing.crawl()

    table = landing.glue.get_table(DatabaseName="db", Name="candidate_raw")["Table"]
    assert [key["Name"] for key in table["PartitionKeys"]] == [f"partition_{n}" for n in range(4)]
    assert table["Parameters"]["classification"] == "json"
    serde = table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]
    assert serde == "org.openx.data.jsonserde.JsonSerDe"
    found = landing.glue.get_partitions(DatabaseName="db", TableName="candidate_raw")["Partitions"]
    assert sorted("/".join(item["Values"]) for item in found) == [
        "2020/12/31/23",
        "2021/01/01/00",
        "2021/01/01/01",
    ]
    assert found[0]["StorageDescriptor"]["Location"].startswith("s3://landing/raw/20")


def test_new_and_vanished_fields_show_in_the_next_crawl(landing: Landing) -> None:
    landing.put("raw/2020/07/13/00/a", {"old": 1})
    landing.crawl()
    landing.put("raw/2020/07/13/00/a", {"new": "x"})
    landing.crawl()

    assert landing.columns() == {"new": "string"}


def test_broken_lines_and_objects_are_passed_over(landing: Landing) -> None:
    landing.put("raw/2020/07/13/00/a", "not json", [1], {"a": 1})
    landing.objects.put("landing", "raw/2020/07/13/00/bad.gz", b"no gzip")
    landing.put("raw/2020/07/13/00/_hidden", {"z": 1})

    found = landing.crawl()

    assert found["LastCrawl"]["Status"] == "SUCCEEDED"
    assert landing.columns() == {"a": "int"}


def test_empty_landing_makes_no_table(landing: Landing) -> None:
    assert landing.crawl()["LastCrawl"]["Status"] == "SUCCEEDED"
    assert landing.glue.get_tables(DatabaseName="db")["TableList"] == []


def test_last_crawl_starts_after_it_was_requested(landing: Landing) -> None:
    assert "LastCrawl" not in landing.glue.get_crawler(Name="c")["Crawler"]
    first = landing.crawl()["LastCrawl"]["StartTime"]
    second = landing.crawl()["LastCrawl"]["StartTime"]

    assert first <= second
    assert first.tzinfo is not None


def test_failed_crawl_says_why(landing: Landing) -> None:
    landing.make("lost", "db", "s3://nowhere/raw/")
    landing.make("homeless", "nodb", "s3://landing/raw/")
    landing.put("raw/2020/07/13/00/a", {"a": 1})

    lost = landing.crawl("lost")["LastCrawl"]
    homeless = landing.crawl("homeless")["LastCrawl"]

    assert (lost["Status"], homeless["Status"]) == ("FAILED", "FAILED")
    assert "nowhere" in lost["ErrorMessage"]
    assert "nodb" in homeless["ErrorMessage"]


def test_running_crawler_refuses_another_start(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing, refused_by_then = landing.objects.list, threading.Event()

    def slow(bucket: str, prefix: str) -> Any:
        refused_by_then.wait(300)
        return listing(bucket, prefix)

    monkeypatch.setattr(landing.objects, "list", slow)
    landing.glue.start_crawler(Name="c")

    assert landing.glue.get_crawler(Name="c")["Crawler"]["State"] == "RUNNING"
    with pytest.raises(ClientError) as refused:
        landing.glue.start_crawler(Name="c")
    refused_by_then.set()
    assert refused.value.response["Error"]["Code"] == "CrawlerRunningException"
