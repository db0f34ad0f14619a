"""The object store: moto's S3 of this process, with objects whose bytes stay in files."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeKey, s3_backends

from offline.files_below import files_below
from offline.s3 import object_files
from offline.s3.object_files import FileKey


class NoSuchBucketError(LookupError):
    """When a bucket does not exist."""


class MissingObjectError(LookupError):
    """When an object does not exist."""


@dataclass(frozen=True)
class StoredObject:
    """An object as a listing shows it."""

    bucket: str
    key: str
    size: int
    etag: str


# Named here, since inside the class `list` is the method.
Listing = list[StoredObject]
Records = list[Any]


class Objects:
    """moto's S3 of this process, reached without HTTP.

    Files that are adopted live below `folder`. A later object with the same key never overwrites or
    deletes such a file, so a saved state that refers to it stays intact.
    """

    def __init__(self, account: str, folder: Path) -> None:
        object_files.install()
        self.folder = folder
        self._backend: Any = s3_backends[account]["aws"]
        self.lock = threading.Lock()

    def list(self, bucket: str, prefix: str) -> Listing:
        """The objects below a prefix, by key. Raises NoSuchBucketError."""
        return [
            StoredObject(bucket, key.name, key.size, key.etag.strip('"'))
            for key in self.keys(bucket, prefix)
        ]

    def keys(self, bucket: str, prefix: str = "") -> Records:
        """moto's own records of the objects below a prefix, by key. Raises NoSuchBucketError."""
        keys = self._bucket(bucket).keys
        found = (keys.get(name) for name in keys.names(prefix))
        return [key for key in found if isinstance(key, FakeKey)]

    def path(self, bucket: str, key: str) -> Path:
        """A local file with the object's bytes; an object kept in a file is not copied.

        Raises NoSuchBucketError and MissingObjectError.
        """
        found = self._bucket(bucket).keys.get(key)
        if not isinstance(found, FakeKey):
            raise MissingObjectError(f"s3://{bucket}/{key}")
        if isinstance(found, FileKey):
            return found.file
        return self._spilled(found)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Keep an object in memory. Raises NoSuchBucketError."""
        self._bucket(bucket)
        self._backend.put_object(bucket, key, body)

    def adopt(self, bucket: str, key: str, file: Path) -> None:
        """Move a file into the store as the object's bytes. Raises NoSuchBucketError."""
        home = self._bucket(bucket)
        with self.lock:
            target = _unused(self.folder / bucket / object_files.as_path(key))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)
            self.refer(home.name, key, target)

    def refer(self, bucket: str, key: str, file: Path, *, mounted: bool = False) -> FileKey:
        """Make a file an object without moving it. Raises NoSuchBucketError."""
        home = self._bucket(bucket)
        new = FileKey(key, file, bucket=home, mounted=mounted)
        older = home.keys.getlist(key, []) if home.is_versioned else []
        home.keys.setlist(key, [*older, new])
        return new

    def remove(self, bucket: str, prefix: str) -> None:
        """Delete every object below a prefix. Raises NoSuchBucketError."""
        for key in self.keys(bucket, prefix):
            self._backend.delete_object(bucket, key.name)

    def mount(self, bucket: str, prefix: str, folder: Path) -> int:
        """Show every file below a folder as an object, and drop mounted objects whose file is gone.

        Raises NoSuchBucketError, and OSError for a folder that cannot be read.
        """
        home = self._bucket(bucket)
        present = {key.name: key for key in self.keys(bucket, prefix)}
        files = {
            prefix + file.relative_to(folder).as_posix(): file
            for file in files_below(folder)
            if file.is_file()
        }
        for name, key in present.items():
            if isinstance(key, FileKey) and key.mounted and not key.file.is_file():
                home.keys.pop(name)
        for name, file in sorted(files.items()):
            known = present.get(name)
            if not (isinstance(known, FileKey) and known.shows(file)):
                self.refer(bucket, name, file, mounted=True)
        return len(files)

    def _bucket(self, name: str) -> Any:
        try:
            return self._backend.get_bucket(name)
        except MissingBucket as err:
            raise NoSuchBucketError(name) from err

    def _spilled(self, key: FakeKey) -> Path:
        """Write an in-memory object to a file named by its content, once.

        The file's name ends with the key's last part, since readers rely on its ending.
        """
        name = object_files.as_path(key.name).name
        file = self.folder / ".spilled" / key.etag.strip('"') / name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f".{name}.{threading.get_ident()}")
            part.write_bytes(key.value)
            part.replace(file)
        return file


def _unused(path: Path) -> Path:
    """The path, or a similar one that is free: S3 can hold `a` beside `a/b`, folders cannot."""
    blocking = next((parent for parent in path.parents if parent.is_file()), None)
    if blocking is not None:
        return _unused(blocking.with_name(f"{blocking.name}~") / path.relative_to(blocking))
    while path.exists():
        path = path.with_name(f"{path.name}~")
    return path
