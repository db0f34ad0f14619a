"""Keeps what a machine holds in a folder: ledger items, catalog and objects."""

import base64
import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from moto.s3.models import s3_backends

from local.clients import ACCOUNT, shared_client
from local.objectkeys import FileKey
from local.objects import Objects
from local.template import ARTIFACTS_BUCKET

STATE_FILE = "state.json"
BLOBS = ".blobs"
VERSION = 1
GLUE_BATCH_CREATE_LIMIT = 100
DYNAMODB_BATCH_WRITE_LIMIT = 25


class SnapshotError(ValueError):
    """When a folder holds a state that this version cannot read."""


def save(home: Path, objects: Objects) -> None:
    """Write the state; the one before stays until this one is complete.

    Mounted objects are left out, they are whatever is in their folder.
    """
    state = {
        "version": VERSION,
        "tables": {name: _items(name) for name in _table_names()},
        "databases": [_database(name) for name in _database_names()],
        "objects": [kept for bucket in _buckets() for kept in _kept(bucket, objects)],
    }
    part = home / f".{STATE_FILE}.{uuid4().hex}"
    with part.open("w") as stream:
        json.dump(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(part, home / STATE_FILE)
    _drop_unreferenced(objects.folder, {entry["file"] for entry in state["objects"]})


def load(home: Path, objects: Objects) -> bool:
    """Put what was saved into the stack that is up; returns whether there was anything.

    Raises SnapshotError.
    """
    file = home / STATE_FILE
    if not file.exists():
        return False
    state = json.loads(file.read_text())
    if state.get("version") != VERSION:
        raise SnapshotError(f"{file} is of version {state.get('version')}, this reads {VERSION}")
    for name, items in state["tables"].items():
        _put_items(name, items)
    for database in state["databases"]:
        _put_database(database)
    for entry in state["objects"]:
        _put_object(entry, objects)
    return True


def _table_names() -> list[str]:
    return [
        name
        for page in shared_client("dynamodb").get_paginator("list_tables").paginate()
        for name in page["TableNames"]
    ]


def _items(table: str) -> list[Any]:
    pages = shared_client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [_without_bytes(item) for page in pages for item in page["Items"]]


def _put_items(table: str, items: list[Any]) -> None:
    for batch in _batches(items, DYNAMODB_BATCH_WRITE_LIMIT):
        requests = [{"PutRequest": {"Item": _with_bytes(item)}} for item in batch]
        shared_client("dynamodb").batch_write_item(RequestItems={table: requests})


def _without_bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: _without_bytes(item) for key, item in value.items()}
    return [_without_bytes(item) for item in value] if isinstance(value, list) else value


def _with_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        # An attribute value has one of DynamoDB's types as its only key, and none is called so.
        if value.keys() == {"base64"} and isinstance(value["base64"], str):
            return base64.b64decode(value["base64"])
        return {key: _with_bytes(item) for key, item in value.items()}
    return [_with_bytes(item) for item in value] if isinstance(value, list) else value


def _database_names() -> list[str]:
    pages = shared_client("glue").get_paginator("get_databases").paginate()
    return [database["Name"] for page in pages for database in page["DatabaseList"]]


def _database(name: str) -> dict[str, Any]:
    glue = shared_client("glue")
    tables = [
        {
            "input": _input("TableInput", table),
            "partitions": [
                _input("PartitionInput", partition)
                for page in glue.get_paginator("get_partitions").paginate(
                    DatabaseName=name, TableName=table["Name"]
                )
                for partition in page["Partitions"]
            ],
        }
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=name)
        for table in page["TableList"]
    ]
    shown = glue.get_database(Name=name)["Database"]
    return {"input": _input("DatabaseInput", shown), "tables": tables}


def _input(shape: str, shown: dict[str, Any]) -> dict[str, Any]:
    """The part of what Glue shows that it also takes, without the times it sets by itself."""
    members = shared_client("glue").meta.service_model.shape_for(shape).members
    return {k: v for k, v in shown.items() if k in members and not isinstance(v, datetime)}


def _put_database(database: dict[str, Any]) -> None:
    glue = shared_client("glue")
    name = database["input"]["Name"]
    if name not in _database_names():
        glue.create_database(DatabaseInput=database["input"])
    present = {
        table["Name"]
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=name)
        for table in page["TableList"]
    }
    for table in database["tables"]:
        known = table["input"]["Name"] in present
        put = glue.update_table if known else glue.create_table
        put(DatabaseName=name, TableInput=table["input"])
        for batch in _batches(table["partitions"], GLUE_BATCH_CREATE_LIMIT):
            glue.batch_create_partition(
                DatabaseName=name, TableName=table["input"]["Name"], PartitionInputList=batch
            )


def _buckets() -> list[str]:
    shown = shared_client("s3").list_buckets()["Buckets"]
    return [bucket["Name"] for bucket in shown if bucket["Name"] != ARTIFACTS_BUCKET]


def _kept(bucket: str, objects: Objects) -> Iterable[dict[str, Any]]:
    tagger = s3_backends[ACCOUNT]["aws"].tagger
    for key in objects.keys(bucket):
        if isinstance(key, FileKey) and key.mounted:
            continue
        yield {
            "bucket": bucket,
            "key": key.name,
            "file": str(_file(key, objects.folder).relative_to(objects.folder)),
            "etag": key.etag.strip('"'),
            "last_modified": key.last_modified.isoformat(),
            "metadata": dict(key.metadata),
            "tags": tagger.get_tag_dict_for_resource(key.arn),
        }


def _file(key: Any, folder: Path) -> Path:
    """The file of an object; one in memory is written out, under a name that its content gives."""
    if isinstance(key, FileKey):
        return key.file
    file = folder / BLOBS / f"{key.etag.strip(chr(34))}-{key.size}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{uuid4().hex}")
        part.write_bytes(key.value)
        os.replace(part, file)
    return file


def _put_object(entry: dict[str, Any], objects: Objects) -> None:
    key = objects.refer(entry["bucket"], entry["key"], objects.folder / entry["file"])
    key.last_modified = datetime.fromisoformat(entry["last_modified"])
    key._etag = entry["etag"]
    key.set_metadata(entry["metadata"])
    if entry["tags"]:
        tagger = s3_backends[ACCOUNT]["aws"].tagger
        tagger.tag_resource(key.arn, [{"Key": k, "Value": v} for k, v in entry["tags"].items()])


def _drop_unreferenced(folder: Path, referenced: set[str]) -> None:
    """Delete the files of objects that the saved state does not have."""
    for file in folder.rglob("*"):
        if file.is_file() and str(file.relative_to(folder)) not in referenced:
            file.unlink()
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(path.iterdir()):
            shutil.rmtree(path)


def _batches(values: list[Any], size: int) -> Iterable[list[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
