"""What a statement reads: the objects that it opens, and their errors."""

from dataclasses import dataclass, field

from offline.athena.catalog.catalog import uri_of
from offline.athena.errors import QueryCancelled, QueryFailed
from offline.s3.objects import MissingObjectError, Objects, StoredObject


@dataclass(frozen=True)
class SourceFile:
    """An object to be read, and the partition key values of its rows."""

    item: StoredObject
    values: tuple[str | None, ...]


@dataclass
class Readings:
    """The objects that one statement has opened so far, and the errors of reading them."""

    objects: Objects
    scan_limit: int | None = None
    scanned_bytes: int = 0
    uris: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)  # local path to URI
    failure: QueryFailed | QueryCancelled | None = None

    def open(self, file: SourceFile) -> str:
        """Return the local path of an object and record that it is being read.

        Raises QueryFailed, naming the object, if it is gone.
        """
        uri = uri_of(file.item)
        try:
            path = str(self.objects.path(file.item.bucket, file.item.key))
        except MissingObjectError as error:
            raise self.fail(
                f"HIVE_CURSOR_ERROR: Failed to read file at {uri}: "
                "The specified key does not exist. (Service: Amazon S3; Status Code: 404; "
                "Error Code: NoSuchKey)"
            ) from error
        self.uris.append(uri)
        self.paths[path] = uri
        return path

    def count(self, size: int) -> None:
        """Add to the scanned bytes.

        Raises QueryCancelled above the workgroup's limit.
        """
        self.scanned_bytes += size
        if self.scan_limit is not None and self.scanned_bytes > self.scan_limit:
            self.failure = QueryCancelled("Bytes scanned limit was exceeded")
            raise self.failure

    def fail(self, reason: str) -> QueryFailed:
        """Record and return a failure; it takes precedence over DuckDB's error about it."""
        failure = QueryFailed(reason)
        self.failure = failure
        return failure
