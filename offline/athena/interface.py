"""The interface of the offline Athena's engines: DuckDB's is in `engine`, a Trino's in `trino`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from offline.athena.catalog.catalog import Catalog
from offline.athena.files.readings import Readings
from offline.athena.sql.statements import Explain, Query, Unload
from offline.s3.objects import Objects


@dataclass(frozen=True)
class Rows:
    """A result: the columns' names and Athena types, decimals with sizes, and Python values."""

    columns: list[tuple[str, str]]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Written:
    """What an UNLOAD wrote: the number of rows, the objects' URIs, and name and DuckDB type of
    each column."""

    rows: int
    uris: list[str]
    columns: list[tuple[str, str]]


class Session(Protocol):
    """Runs one statement; `readings` is what it has read so far, even if it fails.

    Methods that run a query raise QueryFailed and QueryCancelled.
    """

    readings: Readings

    def select(self, query: Query) -> Rows:
        """Run a query and return all of its rows."""

    def describe(self, query: Query) -> list[tuple[str, str]]:
        """Return name and DuckDB type of a query's columns, without running it."""

    def explain(self, statement: Explain) -> Rows:
        """Return the plan of a query as lines, or say that it could run."""

    def unload(self, statement: Unload, name: str) -> Written:
        """Write a query's rows to S3; `name` is unique to the statement."""

    def interrupt(self) -> None:
        """Cancel the running statement; called by another thread."""

    def close(self) -> None:
        """Release what the statement holds."""


class Engine(Protocol):
    """Runs statements, several at once."""

    def session(self, database: str, *, scan_limit: int | None = None) -> Session:
        """Return a session for one statement; `scan_limit` is in bytes."""

    def close(self) -> None:
        """Release everything; all statements must have ended."""


# Makes an engine over the objects and the catalog.
EngineMaker = Callable[[Objects, Catalog], Engine]
