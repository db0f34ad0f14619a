"""Where a sample is taken from: a folder, or an s3:// prefix."""

import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from cli.errors import CommandError
from cli.guessing import parquet
from cli.landing import check_name
from offline.files_below import files_below

# Of a source: names that are looked at, and bytes of each object.
MAX_NAMES = 20_000
MAX_BYTES = 4_000_000


@dataclass(frozen=True)
class Folder:
    """A landing in a local folder."""

    root: Path

    @property
    def place(self) -> str:
        """The landing as it is given."""
        return str(self.root)

    def names(self) -> list[str]:
        """Return the names of the files, in order, at most MAX_NAMES."""
        files = (path for path in files_below(self.root) if path.is_file())
        names = (path.relative_to(self.root).as_posix() for path in files)
        found = list(islice((n for n in names if "/." not in f"/{n}"), MAX_NAMES))
        for name in found:
            check_name(f"--from {self.root}", name)
        return found

    def head(self, name: str) -> bytes:
        """Return the first MAX_BYTES of a file."""
        with (self.root / name).open("rb") as file:
            return file.read(MAX_BYTES)

    def open(self, name: str) -> BinaryIO:
        """Return a seekable file."""
        return (self.root / name).open("rb")


@dataclass(frozen=True)
class Bucket:
    """A landing below an s3:// prefix, read with the user's own AWS settings."""

    client: Any
    bucket: str
    prefix: str

    @property
    def place(self) -> str:
        """The landing as it is given."""
        return f"s3://{self.bucket}/{self.prefix}"

    def names(self) -> list[str]:
        """Return the keys below the prefix, in order, at most MAX_NAMES."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        )
        keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
        below = (key.removeprefix(self.prefix) for key in keys if not key.endswith("/"))
        return list(islice(below, MAX_NAMES))

    def head(self, name: str) -> bytes:
        """Return the first MAX_BYTES of an object."""
        # Not by a range, since an empty object has none.
        with self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"] as body:
            data: bytes = body.read(MAX_BYTES)
            return data

    def open(self, name: str) -> BinaryIO:
        """Return a seekable object that fetches only what is read."""
        place = {"Bucket": self.bucket, "Key": self.prefix + name}
        size = self.client.head_object(**place)["ContentLength"]

        def fetch(start: int, end: int) -> bytes:
            answer = self.client.get_object(**place, Range=f"bytes={start}-{end - 1}")
            data: bytes = answer["Body"].read()
            return data

        return cast("BinaryIO", io.BufferedReader(parquet.Ranges(size, fetch)))


Source = Folder | Bucket


def source_of(landing: str) -> Source:
    """Return the folder or bucket prefix of a landing.

    Raises CommandError if there is no such folder.
    """
    if landing.startswith("s3://"):
        import boto3

        bucket, _, prefix = landing.removeprefix("s3://").partition("/")
        if not bucket:
            raise CommandError(f"--from {landing}: names no bucket; write s3://BUCKET/PREFIX")
        prefix += "/" if prefix and not prefix.endswith("/") else ""
        return Bucket(boto3.client("s3"), bucket, prefix)
    if not Path(landing).is_dir():
        raise CommandError(f"--from {landing}: no such folder, nor an s3:// prefix")
    return Folder(Path(landing))
