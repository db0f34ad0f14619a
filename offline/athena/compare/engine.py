"""Runs every statement on two engines and records how their rows differ.

The statement's result is the first engine's, so that both read the same tables next time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from offline.athena.catalog.catalog import Catalog, split_uri
from offline.athena.compare.rows import Comparison, Table, compare, of_files, of_rows
from offline.athena.engine import DuckDBEngine
from offline.athena.errors import QueryFailed
from offline.athena.interface import Engine, EngineMaker, Rows, Session, Written
from offline.athena.sql.statements import Explain, Query, Unload
from offline.s3.objects import Objects

Result = TypeVar("Result", Rows, Written)
_OBJECT = re.compile(r"s3://\S+")
Outcome: TypeAlias = tuple[Result, Table] | QueryFailed


def comparing(
    second: EngineMaker, scratch: str, tolerance: float, kept: list[Comparison]
) -> EngineMaker:
    """Return the factory of DuckDB's engine beside another; comparisons go to `kept`."""

    def make(objects: Objects, catalog: Catalog) -> Engine:
        first = DuckDBEngine(objects, catalog)
        return ComparingEngine(
            first, second(objects, catalog), f"{scratch}compare/", objects, tolerance, kept
        )

    return make


@dataclass(frozen=True)
class ComparingEngine:
    """Two engines; the second writes below `scratch`, an S3 URI, and its files are removed.

    `tolerance` is the relative difference that doubles may have; 0 allows none.
    """

    first: Engine
    second: Engine
    scratch: str
    objects: Objects
    tolerance: float
    kept: list[Comparison]

    def session(self, database: str, *, scan_limit: int | None = None) -> "ComparingSession":
        """Return a session for one statement."""
        return ComparingSession(
            self,
            self.first.session(database, scan_limit=scan_limit),
            self.second.session(database),
        )

    def close(self) -> None:
        """Release both."""
        self.first.close()
        self.second.close()


class ComparingSession:
    """Runs one statement on both engines."""

    def __init__(self, engine: ComparingEngine, first: Session, second: Session) -> None:
        self.readings = first.readings
        self._engine = engine
        self._first = first
        self._second = second

    def interrupt(self) -> None:
        """Make the running statement end as cancelled; another thread calls this."""
        self._first.interrupt()
        self._second.interrupt()

    def close(self) -> None:
        """Release what the statement holds."""
        self._first.close()
        self._second.close()

    def select(self, query: Query) -> Rows:
        """Run a query on both and return the first's rows.

        Raises QueryFailed and QueryCancelled.
        """

        def asked(session: Session) -> tuple[Rows, Table]:
            rows = session.select(query)
            return rows, of_rows(rows)

        return self._compared(
            query.text.strip(),
            _outcome(lambda: asked(self._first)),
            _outcome(lambda: asked(self._second)),
        )

    def describe(self, query: Query) -> list[tuple[str, str]]:
        """Return name and DuckDB type of a query's columns, as the first has them."""
        return self._first.describe(query)

    def explain(self, statement: Explain) -> Rows:
        """Return the first's plan: two engines never have the same one."""
        return self._first.explain(statement)

    def unload(self, statement: Unload, name: str) -> Written:
        """Write a query's rows with both, the first's to the target.

        Raises QueryFailed and QueryCancelled.
        """
        objects, target = self._engine.objects, f"{self._engine.scratch}{name}/"

        def written(session: Session, where: Unload) -> tuple[Written, Table]:
            made = session.unload(where, name)
            return made, of_files(objects, where.target, made)

        try:
            return self._compared(
                name,
                _outcome(lambda: written(self._first, statement)),
                _outcome(lambda: written(self._second, replace(statement, target=target))),
            )
        finally:
            objects.remove(*split_uri(target))

    def _compared(self, key: str, first: Outcome[Result], second: Outcome[Result]) -> Result:
        if isinstance(first, QueryFailed) or isinstance(second, QueryFailed):
            found = Comparison(key, problem=_other_failure(first, second))
        else:
            found = replace(compare(first[1], second[1], self._engine.tolerance), key=key)
        self._engine.kept.append(found)
        if isinstance(first, QueryFailed):
            raise first
        return first[0]


def _outcome(run: Callable[[], tuple[Result, Table]]) -> Outcome[Result]:
    """Return the result or the failure; a cancelled statement ends at once."""
    try:
        return run()
    except QueryFailed as failed:
        return failed


def _other_failure(first: object, second: object) -> str | None:
    """Return how the ends of two statements differ, None if both failed for the same cause."""
    ends = [end.reason if isinstance(end, QueryFailed) else "succeeded" for end in (first, second)]
    if _cause(ends[0]) == _cause(ends[1]):
        return None
    return f"embedded: {ends[0]}; Trino: {ends[1]}"


def _cause(reason: str) -> str:
    """Return the object that could not be read, or else the error's name."""
    named = _OBJECT.search(reason)
    return named[0].rstrip(":,.") if named else reason.split(":")[0]
