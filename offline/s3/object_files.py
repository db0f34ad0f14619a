"""How moto keeps a bucket's objects here: in key order, and some with their bytes in files."""

import hashlib
import os
import threading
from bisect import bisect_left, bisect_right, insort
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

import moto.s3.models as s3_models
from moto.s3.models import FakeBucket, FakeKey
from moto.s3.utils import _VersionedKeyStore

from offline.patching import replace


@cache
def install() -> None:
    """Make moto's buckets keep their keys in order and list them from there."""
    replace(s3_models, _VersionedKeyStore=SortedKeys)
    replace(s3_models.S3Backend, list_objects_v2=_list_objects_v2)


class SortedKeys(_VersionedKeyStore):
    """moto's key store with an index in key order, so that a page does not scan the bucket."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._lock = threading.RLock()

    def names(self, prefix: str, after: str | None = None) -> list[str]:
        """The keys that begin with a prefix and, if given, come after another key."""
        with self._lock:
            low = bisect_left(self._names, prefix)
            high = bisect_right(self._names, prefix, low, key=lambda name: name[: len(prefix)])
            if after is not None:
                low = bisect_right(self._names, after, low, high)
            return self._names[low:high]

    def __setitem__(self, key: str, value: Any) -> None:
        with self._lock:
            super().__setitem__(key, value)
            self._note(key)

    def setlist(self, key: Any, list_: Any) -> None:
        """Set the versions of a key."""
        with self._lock:
            super().setlist(key, list_)
            self._note(key)

    def pop(self, key: str) -> None:  # type: ignore[override]
        """Drop a key with its versions."""
        with self._lock:
            super().pop(key)
            del self._names[bisect_left(self._names, key)]

    def _note(self, key: str) -> None:
        at = bisect_left(self._names, key)
        if at == len(self._names) or self._names[at] != key:
            insort(self._names, key)


class FileKey(FakeKey):
    """An S3 object whose bytes are read from a file on request."""

    def __init__(self, name: str, file: Path, *, bucket: FakeBucket, mounted: bool) -> None:
        stat = file.stat()
        self.file = file
        self.mounted = mounted
        self._stamp = _stamp(stat)
        super().__init__(
            name=name,
            value=b"",
            account_id=bucket.account_id,
            region_name=bucket.region_name,
            bucket_name=bucket.name,
            is_versioned=bucket.is_versioned,
            version_id=str(uuid4()) if bucket.is_versioned else "null",
        )
        self.contentsize = stat.st_size
        if mounted:
            self.last_modified = datetime.fromtimestamp(stat.st_mtime, UTC).replace(tzinfo=None)

    def shows(self, file: Path) -> bool:
        """Whether the object is that file, unchanged."""
        stat = file.stat()
        return self.file == file and self._stamp == _stamp(stat)

    @property
    def value(self) -> bytes:
        """The file's current bytes."""
        return self.file.read_bytes()

    @value.setter
    def value(self, new_value: bytes) -> None:
        if new_value:
            raise TypeError(f"{self.name} is kept in {self.file}; put a new object instead")

    @property
    def etag(self) -> str:
        """The MD5 of the file, in quotes; computed on first request."""
        if self._etag is None:
            self._etag = _md5(self.file, *self._stamp)
        return f'"{self._etag}"'

    def dispose(self, garbage: bool = False) -> None:
        """Release the object; the file stays."""
        super().dispose(garbage=False)

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_value_buffer", "lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.lock = threading.Lock()


def as_path(key: str) -> PurePosixPath:
    """A relative file path for a key; parts with a meaning to file systems are escaped."""
    special = {part: "%" + part.encode().hex() for part in ("", ".", "..")}
    return PurePosixPath(*(special.get(part, part) for part in key.split("/")))


def _stamp(stat: os.stat_result) -> tuple[int, ...]:
    """A value that changes with a file, and with the permission to read it."""
    return stat.st_size, stat.st_mtime_ns, stat.st_mode


@lru_cache(maxsize=200_000)
def _md5(file: Path, *stamp: int) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "md5").hexdigest()
    except PermissionError:  # S3 also lists objects that it does not let the caller read.
        return hashlib.md5(f"{stamp}".encode(), usedforsecurity=False).hexdigest()


def _list_objects_v2(
    self: Any,
    bucket: Any,
    prefix: str | None,
    delimiter: str | None,
    continuation_token: str | None,
    start_after: str | None,
    max_keys: int,
) -> tuple[list[Any], bool, str | None]:
    """One page, as moto's own method returns it."""
    after = self._pagination_tokens.get(continuation_token) if continuation_token else start_after
    page: list[Any] = []
    last = after
    for name in bucket.keys.names(prefix or "", after):
        folder = _folder(name, prefix or "", delimiter)
        key = bucket.keys.get(name)
        if (folder is not None and folder == last) or not isinstance(key, FakeKey):
            continue
        if len(page) >= max_keys:
            if max_keys == 0:
                break
            token = hashlib.md5(str(last).encode(), usedforsecurity=False).hexdigest()
            self._pagination_tokens[token] = last
            return page, True, token
        last = folder or name
        page.append(folder or key)
    return page, False, None


def _folder(name: str, prefix: str, delimiter: str | None) -> str | None:
    """The common prefix that a key is folded into."""
    if not delimiter or delimiter not in name[len(prefix) :]:
        return None
    return prefix + name[len(prefix) :].split(delimiter)[0] + delimiter
