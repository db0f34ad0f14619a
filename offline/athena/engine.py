"""Runs one statement on DuckDB over the tables of the catalog and the objects of S3."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
from sqlglot import exp

from offline.athena.catalog.catalog import Catalog
from offline.athena.catalog.hive_types import sized_type
from offline.athena.errors import QueryCancelled, QueryFailed, translate
from offline.athena.files import unload
from offline.athena.files.readings import Readings
from offline.athena.functions import registry
from offline.athena.interface import Rows, Written
from offline.athena.sql import checks, names, output_names
from offline.athena.sql.dialect import to_duckdb
from offline.athena.sql.statements import Explain, Query, Unload
from offline.athena.tables import views
from offline.athena.tables.relations import Reader
from offline.s3.objects import Objects
from offline.threads import in_a_thread

Columns = list[tuple[str, str]]

_BEYOND_BIGINT = 2**63
_RESULT = "result"  # a view of the query whose columns were looked up
# Functions do not depend on a machine, and the tests bring up hundreds of machines: a database that
# one has left is used by the next.
_left: list[duckdb.DuckDBPyConnection] = []


def _close_left() -> None:
    while _left:
        _left.pop().close()


# Its threads would be missing in a forked child.
os.register_at_fork(before=_close_left)


def _new_database() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("SET preserve_insertion_order = false")
    # A table is read once for each mention of it, as in Trino.
    made.execute("SET disabled_optimizers = 'common_subplan'")
    # Rows that a thread holds before it writes them to the files of partitions. DuckDB's 524,288
    # fill the memory, and joins and windows beside it go to the disk.
    made.execute("SET GLOBAL partitioned_write_flush_threshold = 16384")
    # Once used it cannot be set again; DuckDB creates the folder when it needs the disk.
    spill = Path(tempfile.gettempdir(), f"springtide-spill-{uuid4()}")
    made.execute(f"SET temp_directory = '{spill}'")
    registry.register(made)
    return made


def _spill_of(database: duckdb.DuckDBPyConnection) -> Path:
    found = database.execute("SELECT current_setting('temp_directory')").fetchone()
    assert found is not None
    return Path(found[0])


class DuckDBEngine:
    """One DuckDB for all statements, so that together they respect its memory and threads."""

    def __init__(
        self, objects: Objects, catalog: Catalog, *, threads: int = 2, memory: str = "1200MB"
    ) -> None:
        self._objects = objects
        self._catalog = catalog
        self._database = _left.pop() if _left else in_a_thread(_new_database)
        self._folder = Path(tempfile.mkdtemp(prefix="springtide-athena-"))
        self._database.execute(f"SET threads = {threads}")
        self._database.execute(f"SET memory_limit = '{memory}'")
        self._cursors = threading.Lock()

    def close(self) -> None:
        """Leave the database to the next machine, once; all statements must have ended.

        One that needed the disk is closed: its folder there would outlive the process.
        """
        if not self._folder.exists():
            return  # closed before, and the database may be another engine's by now
        spill = _spill_of(self._database)
        if spill.exists():
            self._database.close()
        else:
            _left.append(self._database)
        for folder in (spill, self._folder):
            shutil.rmtree(folder, ignore_errors=True)

    def session(self, database: str, *, scan_limit: int | None = None) -> "DuckDBSession":
        """Return a session for one statement."""
        with self._cursors:
            cursor = self._database.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        cursor.execute("SET integer_division = true")
        readings = Readings(self._objects, scan_limit)
        return DuckDBSession(readings, self._objects, self._catalog, self._folder, cursor, database)


@dataclass
class DuckDBSession:
    """Runs one statement; `readings` is what it has read so far, even if it fails."""

    readings: Readings
    _objects: Objects
    _catalog: Catalog
    _folder: Path
    _cursor: duckdb.DuckDBPyConnection
    _database: str
    _any_bytes: bool = False
    _sources: int = 0

    def close(self) -> None:
        """Drop the statement's views and memory."""
        self._cursor.close()

    def interrupt(self) -> None:
        """Cancel the running statement; called by another thread."""
        self._cursor.interrupt()

    def select(self, query: Query) -> Rows:
        """Run a query and return all of its rows. Raises QueryFailed and QueryCancelled."""
        with self._guarded():
            found = self._cursor.execute(self._compile(query.tree))
            described = [(item[0], str(item[1])) for item in found.description or ()]
            rows = found.fetchall()
        columns = names.shown([(name, sized_type(kind)) for name, kind in described])
        sums = [at for at, (_, kind) in enumerate(described) if kind == "HUGEINT"]
        if any(abs(row[at] or 0) >= _BEYOND_BIGINT for row in rows for at in sums):
            raise QueryFailed("NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow")
        return Rows(columns, rows)

    def describe(self, query: Query) -> Columns:
        """Return name and DuckDB type of a query's columns, without running it."""
        columns = self._described(query)
        names.require_own(columns)
        return columns

    def _described(self, query: Query) -> Columns:
        with self._guarded():  # a described query may be run as well
            return self._columns(self._compile(query.tree.copy()))

    def _columns(self, sql: str) -> Columns:
        """Return a query's columns, and leave a view of that query: it is not parsed twice."""
        self._cursor.execute(f"CREATE OR REPLACE TEMP VIEW {_RESULT} AS {sql}")
        found = self._cursor.execute(f"PRAGMA table_info({_RESULT})").fetchall()
        return [(name, kind) for _, name, kind, *_ in found]

    def explain(self, statement: Explain) -> Rows:
        """Return the plan of a query as lines, or say that it could run."""
        if statement.validate:
            self._described(statement.query)
            return Rows([("Valid", "boolean")], [(True,)])
        verb = "EXPLAIN ANALYZE" if statement.analyze else "EXPLAIN"
        with self._guarded():
            query = self._compile(statement.query.tree)
            plans = self._cursor.execute(f"{verb} {query}").fetchall()
        lines = [line for _, plan in plans for line in plan.splitlines()]
        return Rows([("Query Plan", "varchar")], [(line,) for line in lines])

    def unload(self, statement: Unload, name: str) -> Written:
        """Write a query's rows to S3; `name` is unique to the statement.

        Raises QueryFailed and QueryCancelled.
        """
        unload.check_target(self._objects, statement)
        scratch = self._folder / "unload" / name
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        keys = statement.partitioned_by
        with self._guarded():
            tree = statement.query.tree
            if not statement.inserts:
                checks.check_precision(tree)
            query = self._compile(tree)
            columns = self._columns(query)
            names.require_own(columns)
            unload.check_columns(columns, keys)
            chosen = unload.select_list(columns, keys, any_bytes=self._any_bytes)
            chosen_rows = f"SELECT {chosen} FROM {_RESULT}"
            rows = unload.write(self._cursor, chosen_rows, statement, scratch)
        files = unload.written_files(scratch) if rows else ()
        uris = unload.put_in_place(self._objects, statement.target, files)
        shutil.rmtree(scratch, ignore_errors=True)
        return Written(rows, uris, columns)

    def _compile(self, tree: exp.Query) -> str:
        """Replace each table by a view of the objects that matter here; return DuckDB's SQL.

        The tree is changed, since copying it would take a fifth of the time.
        """
        views.inline(tree, self._catalog, self._database)
        names.inline_shared_ctes(tree)
        names.name_columns(tree)
        places = list(names.tables(tree))
        tables = {id(place): self._catalog.table(place.db, place.name) for place in places}
        names.expand_stars(tree, tables)
        output_names.check(tree)
        checks.check(tree, tables)
        reader = Reader(self._cursor, self.readings, names.used_columns(tree))
        made = []
        for place in places:
            table = tables[id(place)]
            self._any_bytes = self._any_bytes or table.is_text
            made.append(f"source_{self._sources}")  # an INSERT compiles two queries
            self._sources += 1
            reader.create_view(made[-1], table, place)
        for place, view in zip(places, made, strict=True):
            replacement = exp.table_(view, quoted=True)
            alias = place.args.get("alias") or exp.TableAlias(this=exp.to_identifier(place.name))
            replacement.set("alias", alias)
            place.replace(replacement)
        return to_duckdb(tree)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Translate failures to Athena's; a failure that a reader met comes first."""
        try:
            yield
        except duckdb.InterruptException as error:
            raise self.readings.failure or QueryCancelled() from error
        except duckdb.Error as error:
            failure = self.readings.failure or _of_pages(error, self.readings.paths)
            raise failure or translate(error, self.readings.paths) from error


def _of_pages(error: duckdb.Error, paths: Mapping[str, str]) -> QueryFailed | None:
    """Return Trino's error, which names the Parquet file whose pages cannot be read.

    DuckDB names no file, so each is read again. None if all can be read.
    """
    if type(error) is not duckdb.Error:  # DuckDB's error for invalid bytes
        return None
    database = duckdb.connect()
    for path, uri in paths.items():
        try:
            database.execute("SELECT bit_xor(hash(r)) FROM read_parquet($1) r", [path])
        except duckdb.Error as found:
            if type(found) is duckdb.Error:
                return QueryFailed(f"HIVE_CURSOR_ERROR: Failed to read Parquet file: {uri}")
    return None
