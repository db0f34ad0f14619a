"""Saves a machine's state to a folder: ledger items, catalog and objects."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from moto.s3.models import s3_backends

from offline import snapshot_tables
from offline.clients import ACCOUNT, REGION
from offline.json_shape import fits
from offline.s3.object_files import FileKey
from offline.s3.objects import Objects
from offline.template import ARTIFACTS_BUCKET

STATE_FILE = "state.json"
OBJECTS = "objects"
BLOBS = ".blobs"
VERSION = 1
_PART = f".{STATE_FILE}."
_OBJECT = dict.fromkeys(("bucket", "key", "file", "etag", "last_modified"), str)
_TABLE = {"input": {"Name": str}, "partitions": [dict]}
# What is read; a member may be missing, since earlier states have fewer.
_SHAPES: Mapping[str, Any] = {
    "outputs": {str: str},
    "tables": {str: [{str: {str: object}}]},
    "databases": [{"input": {"Name": str}, "tables": [_TABLE]}],
    "buckets": [str],
    "objects": [{**_OBJECT, "metadata": {str: str}, "tags": {str: str}}],
}
# Errors of reading a damaged state, of Python, of botocore and of moto.
_DAMAGED = (LookupError, TypeError, ValueError, AttributeError, BotoCoreError, ClientError)


class SnapshotError(ValueError):
    """A folder holds a state that is damaged, or that this version cannot read."""


def save(home: Path, objects: Objects, outputs: Mapping[str, str]) -> None:
    """Write the state; the one before stays until this one is complete.

    Mounted objects are left out: they are the files of their folder.
    """
    state = {
        "version": VERSION,
        "outputs": dict(outputs),
        "tables": {name: snapshot_tables.items(name) for name in snapshot_tables.ledger_tables()},
        "databases": snapshot_tables.databases(),
        "buckets": _buckets(),
        "objects": [kept for bucket in _buckets() for kept in _kept(bucket, objects)],
    }
    part = home / f"{_PART}{uuid4().hex}"
    with part.open("w") as stream:
        json.dump(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(home / STATE_FILE)
    with objects.lock:
        _drop_others(objects.folder, _saved_files(home) | _files_in_use(objects))


def clean(home: Path) -> None:
    """Delete files that no saved state uses, left by processes that ended before they had saved."""
    _drop_others(home / OBJECTS, _saved_files(home))
    for part in home.glob(f"{_PART}*"):
        part.unlink()


def load(home: Path, objects: Objects) -> None:
    """Load a saved state, if there is one, into the stack that is up. Raises SnapshotError."""
    with _read(home / STATE_FILE) as state:
        for name, items in state.get("tables", {}).items():
            snapshot_tables.put_items(name, items)
        _put_tables(state, home, objects)


def load_tables(home: Path, objects: Objects) -> dict[str, str]:
    """Load the saved catalog and objects without a stack.

    Returns the outputs of the stack that saved them. Raises SnapshotError.
    """
    with _read(home / STATE_FILE) as state:
        _put_tables(state, home, objects)
        # If nothing was saved yet, no database exists.
        return {"DatabaseName": "springtide", **state.get("outputs", {})}


def _put_tables(state: Mapping[str, Any], home: Path, objects: Objects) -> None:
    backend: Any = s3_backends[ACCOUNT]["aws"]
    named = {*state.get("buckets", []), *(entry["bucket"] for entry in state.get("objects", []))}
    for bucket in named - set(backend.buckets):  # a stack that is up has made its own
        backend.create_bucket(bucket, REGION)
    for database in state.get("databases", []):
        snapshot_tables.put_database(database)
    for entry in state.get("objects", []):
        _put_object(entry, home, objects)


def _buckets() -> list[str]:
    return [name for name in s3_backends[ACCOUNT]["aws"].buckets if name != ARTIFACTS_BUCKET]


def _kept(bucket: str, objects: Objects) -> Iterable[dict[str, Any]]:
    tagger = s3_backends[ACCOUNT]["aws"].tagger
    for key in objects.keys(bucket):
        if isinstance(key, FileKey) and key.mounted:
            continue
        yield {
            "bucket": bucket,
            "key": key.name,
            "file": str(_file(key, objects.folder).relative_to(objects.folder)),
            "size": key.size,
            "etag": key.etag.strip('"'),
            "last_modified": key.last_modified.isoformat(),
            "metadata": dict(key.metadata),
            "tags": tagger.get_tag_dict_for_resource(key.arn),
        }


def _file(key: Any, folder: Path) -> Path:
    """The file of an object; an in-memory one is written out, under a name from its content."""
    if isinstance(key, FileKey):
        return key.file
    file = folder / BLOBS / f"{key.etag.strip(chr(34))}-{key.size}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{uuid4().hex}")
        part.write_bytes(key.value)
        part.replace(file)
    return file


def _put_object(entry: dict[str, Any], home: Path, objects: Objects) -> None:
    file = home / OBJECTS / entry["file"]
    key = objects.refer(entry["bucket"], entry["key"], file)
    size = entry.get("size", key.size)  # earlier states have none
    if key.size != size:
        raise SnapshotError(f"{file} is damaged ({key.size} bytes of {size})")
    key.last_modified = datetime.fromisoformat(entry["last_modified"])
    key._etag = entry["etag"]
    key.set_metadata(entry["metadata"])
    if entry["tags"]:
        tagger = s3_backends[ACCOUNT]["aws"].tagger
        tagger.tag_resource(key.arn, [{"Key": k, "Value": v} for k, v in entry["tags"].items()])


def _saved_files(home: Path) -> set[Path]:
    with _read(home / STATE_FILE) as state:
        return {Path(entry["file"]) for entry in state.get("objects", [])}


def _files_in_use(objects: Objects) -> set[Path]:
    """Files of objects that were added after the state was collected."""
    return {
        key.file.relative_to(objects.folder)
        for bucket in _buckets()
        for key in objects.keys(bucket)
        if isinstance(key, FileKey) and not key.mounted
    }


def _drop_others(folder: Path, keep: set[Path]) -> None:
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files:
            file = Path(root) / name
            if file.relative_to(folder) not in keep:
                file.unlink()
        for name in folders:
            with suppress(OSError):  # not empty
                (Path(root) / name).rmdir()


@contextmanager
def _read(file: Path) -> Iterator[dict[str, Any]]:
    """The saved state, empty if there is none; an error of the reader means damage."""
    if not file.exists():
        yield {}
        return
    try:
        state = json.loads(file.read_bytes())
        if not isinstance(state, dict):
            raise ValueError("no JSON object")
        if state.get("version") != VERSION:
            raise SnapshotError(
                f"{file} is of version {state.get('version')}, this reads {VERSION}"
            )
        for name in _SHAPES.keys() & state:
            if not fits(state[name], _SHAPES[name]):
                raise ValueError(f"{name}: a member is missing or of another type")
        yield state
    except SnapshotError:
        raise
    except FileNotFoundError as err:
        raise SnapshotError(f"{err.filename} is missing, which {file} names") from err
    except _DAMAGED as err:
        raise SnapshotError(f"{file} is damaged ({type(err).__name__}: {err})") from err
