"""Makes moto's Glue crawlers infer tables from JSON lines or Parquet under an S3 target.

Of Parquet they take the columns that Athena reads.
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from moto.glue.exceptions import CrawlerRunningException
from moto.glue.models import FakeCrawl, FakeCrawler, FakeTable, GlueBackend

from offline import clock
from offline.athena.catalog.catalog import files_below, split_uri
from offline.athena.errors import QueryFailed
from offline.athena.files.text_files import UnreadableFileError, read_lines
from offline.athena.functions.escapes import readable
from offline.athena.tables.changes import add_partitions
from offline.glue.parquet_columns import columns_of
from offline.s3.objects import MissingObjectError, Objects, StoredObject

SAMPLED_OBJECTS = 20  # spread over the listing, so that a change over time is seen
SAMPLED_LINES = 200  # of each object
_ANYTHING = "string"  # holds values of every type
_INT_END = 2**31
_STATUS = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "STOPPED": "CANCELLED"}
_SERDE = "org.openx.data.jsonserde.JsonSerDe"
_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

_lock = threading.Lock()
_threads: list[threading.Thread] = []
_as_dict = FakeCrawler.as_dict


@contextmanager
def crawling(objects: Objects) -> Iterator[None]:
    """Let StartCrawler crawl these objects, in a thread; what runs at the end is waited for."""

    def start(crawler: FakeCrawler) -> None:
        with _lock:
            if crawler.status != "READY":
                raise CrawlerRunningException(
                    f"Crawler with name {crawler.name} has already started"
                )
            crawl = FakeCrawl(crawler.name)
            crawl.status = "RUNNING"
            # Glue gives it in whole seconds.
            crawl.start_time = clock.now().replace(tzinfo=None, microsecond=0)
            crawler.crawls.append(crawl)
            thread = threading.Thread(target=_crawl, args=(crawler, crawl, objects), daemon=True)
            thread.start()
            _threads.append(thread)

    with (
        patch.multiple(FakeCrawler, start_crawler=start, as_dict=_described),
        patch.object(FakeCrawl, "advance", lambda crawl: None),
    ):
        try:
            yield
        finally:
            finish()


def finish() -> None:
    """Wait for the running crawls."""
    for thread in list(_threads):
        thread.join()
    _threads[:] = [thread for thread in _threads if thread.is_alive()]


def _described(crawler: FakeCrawler) -> dict[str, Any]:
    """Describe a crawler like AWS: LastCrawl is the last crawl that has ended."""
    description: dict[str, Any] = _as_dict(crawler)
    description.pop("LastCrawl", None)
    ended = [crawl for crawl in crawler.crawls if crawl.status in _STATUS]
    if ended:
        crawl = ended[-1]
        description["LastCrawl"] = {
            "Status": _STATUS[str(crawl.status)],
            "LogGroup": crawl.log_group,
            "LogStream": crawl.log_stream,
            "MessagePrefix": crawl.message_prefix,
            "StartTime": crawl.start_time,
        }
        if problem := getattr(crawl, "error_message", None):
            description["LastCrawl"]["ErrorMessage"] = problem
    return description


def _crawl(crawler: FakeCrawler, crawl: FakeCrawl, objects: Objects) -> None:
    problem = None
    try:
        for target in crawler.targets.get("S3Targets", []):
            _crawl_target(crawler, target["Path"], objects)
    except QueryFailed as error:
        problem = error.reason
    except Exception as error:  # any error must end the crawl, not leave it running
        problem = f"Internal Service Exception: {type(error).__name__}: {error}"
    with _lock:
        crawl.end_time = clock.now().replace(tzinfo=None)
        crawl.__dict__["error_message"] = problem
        stopped = crawl.status == "STOPPING"
        crawl.status = "STOPPED" if stopped else "FAILED" if problem else "COMPLETED"


def _crawl_target(crawler: FakeCrawler, path: str, objects: Objects) -> None:
    bucket, prefix = split_uri(path)
    found = files_below(objects, path)
    if not found:
        return
    fields: dict[str, Any] = {}
    for item in [*found[:: max(1, len(found) // SAMPLED_OBJECTS)], found[-1]]:
        for name, kind in _fields(objects, item):
            fields[name] = _both(fields.get(name), kind)
    if not fields:
        return
    columns = [{"Name": name, "Type": _hive(kind)} for name, kind in fields.items()]
    folders = _partition_folders(found, prefix)
    depth = len(folders[0].split("/")) if folders else 0
    name = _table_name(crawler, prefix or bucket)
    location = f"s3://{bucket}/{prefix}"
    table = _put_table(crawler, name, columns, location, depth)
    add_partitions(table, {tuple(at.split("/")): f"{location}{at}/" for at in folders})


def _fields(objects: Objects, item: StoredObject) -> Iterator[tuple[str, Any]]:
    """Yield names and types in an object; unreadable objects do not fail a crawl."""
    with suppress(pa.ArrowException, UnreadableFileError, MissingObjectError):
        path = objects.path(item.bucket, item.key)
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                yield from ((name, kind) for name, kind in columns_of(file).items() if kind)
                return
        lines = chain.from_iterable(read_lines(path, item.key))
        for line in islice(lines, SAMPLED_LINES):
            with suppress(ValueError):
                record = json.loads(readable(line))
                if isinstance(record, dict):
                    yield from ((name.lower(), _type_of(value)) for name, value in record.items())


def _type_of(value: Any) -> Any:
    """Return a type: a Hive name, None if unknown, a list for an array, a dict for a struct."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if -_INT_END <= value < _INT_END else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, list):
        element = None
        for item in value:
            element = _both(element, _type_of(item))
        return [element]
    if isinstance(value, dict):
        return {name.lower(): _type_of(item) for name, item in value.items()}
    return _ANYTHING


def _both(one: Any, other: Any) -> Any:
    """Return the type that holds values of both; types with nothing in common become strings."""
    if one is None or other is None or one == other:
        return other if one is None else one
    if isinstance(one, list) and isinstance(other, list):
        return [_both(one[0], other[0])]
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _both(one.get(name), other.get(name)) for name in [*one, *other]}
    widths = ["int", "bigint", "double"]
    if one in widths and other in widths:
        return max(one, other, key=widths.index)
    return _ANYTHING


def _hive(kind: Any) -> str:
    if isinstance(kind, list):
        return f"array<{_hive(kind[0])}>"
    if isinstance(kind, dict):
        fields = ",".join(f"{name}:{_hive(item)}" for name, item in kind.items())
        return f"struct<{fields}>" if kind else _ANYTHING
    return kind or _ANYTHING


def _partition_folders(found: Iterable[StoredObject], prefix: str) -> list[str]:
    """Return the folders that hold objects, if all are equally deep below the target."""
    folders = {item.key[len(prefix) :].rpartition("/")[0] for item in found}
    depths = {folder.count("/") for folder in folders}
    return sorted(folders) if len(depths) == 1 and "" not in folders else []


def _table_name(crawler: FakeCrawler, path: str) -> str:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^a-z0-9_]", "_", f"{crawler.table_prefix or ''}{last}".lower())


def _put_table(
    crawler: FakeCrawler, name: str, columns: list[dict[str, str]], location: str, depth: int
) -> FakeTable:
    """Create the table or update its columns."""
    backend: GlueBackend = crawler.backend
    paths = ",".join(sorted(column["Name"] for column in columns))
    table_input = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": f"partition_{at}", "Type": "string"} for at in range(depth)],
        "Parameters": {"classification": "json", "UPDATED_BY_CRAWLER": crawler.name},
        "StorageDescriptor": {
            "Columns": columns,
            "Location": location,
            "InputFormat": _INPUT,
            "OutputFormat": _OUTPUT,
            "SerdeInfo": {"SerializationLibrary": _SERDE, "Parameters": {"paths": paths}},
            "Parameters": {"classification": "json", "typeOfData": "file"},
        },
    }
    database = backend.get_database(crawler.database_name)
    if name in database.tables:
        database.tables[name].update(table_input)
    else:
        backend.create_table(crawler.database_name, name, table_input)
    return database.tables[name]
