"""Runs statements on a Trino whose catalog is the stack itself, served over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from uuid import uuid4

from offline.athena.catalog.catalog import Catalog, files_below, split_uri
from offline.athena.errors import (
    DATA_ERROR,
    INTERNAL_ERROR,
    NOT_SUPPORTED,
    OUT_OF_RESOURCES,
    SYNTAX_ERROR,
    SYSTEM,
    USER,
    QueryCancelled,
    QueryFailed,
)
from offline.athena.files import unload
from offline.athena.files.readings import Readings
from offline.athena.interface import Rows, Written
from offline.athena.sql.statements import Explain, Query, Unload
from offline.athena.trino.client import Answer, Server, TrinoFailedError, TrinoUnreachableError, ask
from offline.athena.trino.values import as_python, athena_type
from offline.s3.objects import Objects

_TABLE = "rows"
# Trino calls everything that is wrong with a statement USER_ERROR; Athena distinguishes kinds.
_ERROR_TYPES = {
    **dict.fromkeys(("SYNTAX_ERROR", "FUNCTION_NOT_FOUND", "TYPE_MISMATCH"), SYNTAX_ERROR),
    **{f"{what}_NOT_FOUND": SYNTAX_ERROR for what in ("COLUMN", "TABLE", "SCHEMA")},
    "NOT_SUPPORTED": NOT_SUPPORTED,
}


@dataclass(frozen=True)
class TrinoEngine:
    """A Trino by its URL. UNLOADs write below `scratch`, an S3 URI, and are then moved.

    Trino refuses to write where objects are, and Athena does not.
    """

    server: Server
    scratch: str
    objects: Objects
    catalog: Catalog

    def session(self, database: str, *, scan_limit: int | None = None) -> "TrinoSession":
        """Return a session for one statement."""
        readings = Readings(self.objects, scan_limit)
        return TrinoSession(readings, self.server, self.scratch, self.catalog, database)

    def close(self) -> None:
        """Do nothing: Trino stays as it is."""


@dataclass
class TrinoSession:
    """Runs one statement; `readings` has the bytes it has read, without the objects' names."""

    readings: Readings
    _server: Server
    _scratch: str
    _catalog: Catalog
    _database: str
    _interrupted: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        """Do nothing: no state is held between statements."""

    def interrupt(self) -> None:
        """Cancel the running statement; called by another thread."""
        self._interrupted.set()

    def select(self, query: Query) -> Rows:
        """Run a query and return all of its rows. Raises QueryFailed and QueryCancelled."""
        answer = self._ask(query.text)
        signatures = [column["typeSignature"] for column in answer.columns]
        columns = [
            (column["name"], athena_type(signature))
            for column, signature in zip(answer.columns, signatures, strict=True)
        ]
        rows = [
            tuple(as_python(*item) for item in zip(row, signatures, strict=True))
            for row in answer.rows
        ]
        return Rows(columns, rows)

    def describe(self, query: Query) -> list[tuple[str, str]]:
        """Return name and DuckDB type of a query's columns, without running it."""
        nothing = Query(f"SELECT * FROM ({query.text}) WHERE false")
        return self.unload(Unload(nothing, self._scratch, may_be_filled=True), uuid4().hex).columns

    def explain(self, statement: Explain) -> Rows:
        """Return the plan of a query as lines, or say that it could run."""
        return self.select(Query(statement.text))

    def unload(self, statement: Unload, name: str) -> Written:
        """Write a query's rows to S3; `name` is unique to the statement.

        Raises QueryFailed and QueryCancelled.
        """
        objects = self.readings.objects
        unload.check_target(objects, statement)
        with self._scratch_database(f"unload_{name.replace('-', '_')}") as (database, location):
            properties = [f"format = 'PARQUET', external_location = '{location}'"]
            if statement.partitioned_by:
                keys = ", ".join(f"'{key}'" for key in statement.partitioned_by)
                properties.append(f"partitioned_by = ARRAY[{keys}]")
            # On the query's first line, so that the line of an error is the query's own.
            begin = f"CREATE TABLE {self._server.catalog}.{database}.{_TABLE}"
            count = self._ask(
                f"{begin} WITH ({', '.join(properties)}) AS {statement.query.text.lstrip()}",
                {f"{self._server.catalog}.compression_codec": statement.compression},
            ).update_count
            table = self._catalog.table(database, _TABLE)
            files = self._files(location) if count else ()
            uris = unload.put_in_place(objects, statement.target, files)
        columns = [(column.name, column.type) for column in table.every]
        return Written(count, uris, columns)

    @contextmanager
    def _scratch_database(self, name: str) -> Iterator[tuple[str, str]]:
        """Create a database and a folder for one table, and remove both afterwards."""
        location = f"{self._scratch}{name}/"
        self._catalog.glue.create_database(name, {"Name": name})
        try:
            yield name, location
        finally:
            self._catalog.glue.delete_database(name)
            self.readings.objects.remove(*split_uri(location))

    def _files(self, location: str) -> Iterator[tuple[str, Path]]:
        objects = self.readings.objects
        _, prefix = split_uri(location)
        for item in files_below(objects, location):
            folder = str(PurePosixPath(item.key[len(prefix) :]).parent)
            yield "" if folder == "." else f"{folder}/", objects.path(item.bucket, item.key)

    def _ask(self, sql: str, session: dict[str, str] | None = None) -> Answer:
        try:
            return ask(self._server, sql, schema=self._database, session=session, watch=self._watch)
        except TrinoFailedError as error:
            raise _translated(error) from error
        except TrinoUnreachableError as error:
            raise QueryFailed(
                f"GENERIC_INTERNAL_ERROR: {error}",
                category=SYSTEM,
                error_type=INTERNAL_ERROR,
                retryable=True,
            ) from error

    def _watch(self, read: int) -> None:
        if self._interrupted.is_set():
            raise QueryCancelled()
        self.readings.count(read - self.readings.scanned_bytes)


def _translated(error: TrinoFailedError) -> QueryFailed:
    """Translate Trino's error to Athena's, whose reason is Trino's name and message."""
    reason = " ".join(str(error).split())
    if error.type == "INSUFFICIENT_RESOURCES":
        return QueryFailed(
            f"Query exhausted resources at this scale factor ({reason})",
            category=SYSTEM,
            error_type=OUT_OF_RESOURCES,
        )
    if error.type == "INTERNAL_ERROR":
        return QueryFailed(reason, category=SYSTEM, error_type=INTERNAL_ERROR)
    error_type = _ERROR_TYPES.get(error.name, DATA_ERROR)
    return QueryFailed(reason, category=USER, error_type=error_type)
