"""The Athena of this process: queues statements, runs them in threads and keeps their history."""

import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from offline.athena.catalog.catalog import Catalog, split_uri
from offline.athena.catalog.hive_types import hive_type
from offline.athena.errors import INTERNAL_ERROR, SYSTEM, Ended, QueryCancelled, QueryFailed
from offline.athena.files.unload import partitions
from offline.athena.files.values import as_python, as_text, csv_line
from offline.athena.interface import Engine, Rows, Session, Written
from offline.athena.service import runs
from offline.athena.service.prepared import Statements, resolved
from offline.athena.service.runs import FaultHook, QueryRun
from offline.athena.service.show import answer
from offline.athena.sql.envelopes import blank_comments
from offline.athena.sql.shows import Show
from offline.athena.sql.statements import (
    Change,
    CreateTable,
    CreateView,
    Explain,
    Insert,
    Query,
    Unload,
    parse,
)
from offline.athena.tables import changes, inserting, views
from offline.s3.objects import NoSuchBucketError, Objects

_INTERRUPT_SECONDS = 0.02
_CLOSE_SECONDS = 5.0
MAX_RUNNING = 2  # statements at once; the others are QUEUED


@dataclass(frozen=True)
class Asked:
    """A snapshot of all statements, and by token the request and the statement's id."""

    runs: tuple[QueryRun, ...] = ()
    tokens: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class AthenaService:
    """Runs statements as Athena does."""

    def __init__(self, objects: Objects, catalog: Catalog, engine: Engine) -> None:
        self.catalog = catalog
        self.history: list[QueryRun] = []
        self.faults: list[FaultHook] = []
        self.tokens: dict[str, tuple[str, QueryRun]] = {}  # by token, with the request
        self.prepared: Statements = {}
        self._objects = objects
        self._engine = engine
        self._workers = ThreadPoolExecutor(MAX_RUNNING, thread_name_prefix="athena")
        self._asking = ThreadPoolExecutor(thread_name_prefix="athena-asked")
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._stopped: set[str] = set()
        self.exits = ExitStack()  # closed with the service, before everything else

    def close(self) -> None:
        """Cancel what runs, wait a while for it and release everything; may be repeated."""
        self.exits.close()
        with self._lock:
            self._stopped.update(run.id for run in self.history)
        # Repeatedly: an interrupt between two steps of a statement goes unnoticed. DuckDB ignores
        # it while it works on one value, such as a long list; such a statement is left alone.
        until = time.monotonic() + _CLOSE_SECONDS
        while (busy := self._interrupt_all()) and time.monotonic() < until:
            time.sleep(_INTERRUPT_SECONDS)
        self._workers.shutdown(wait=not busy)
        self._asking.shutdown(wait=not busy)
        self._engine.close()

    def _interrupt_all(self) -> int:
        with self._lock:
            for session in self._sessions.values():
                session.interrupt()
            return len(self._sessions)

    def start(self, run: QueryRun, scan_limit: int | None = None) -> None:
        """Queue a statement."""
        with self._lock:
            self.history.append(run)
        self._workers.submit(self._work, run, scan_limit)

    def stop(self, run_id: str) -> None:
        """Cancel a statement that has not ended."""
        with self._lock:
            self._stopped.add(run_id)
            if run_id in self._sessions:
                self._sessions[run_id].interrupt()

    def is_stopping(self) -> bool:
        """Whether a statement that was cancelled still runs."""
        with self._lock:
            return any(
                run.id in self._stopped and run.state not in runs.TERMINAL for run in self.history
            )

    def find(self, run_id: str) -> QueryRun | None:
        """Return the run with this id."""
        with self._lock:
            return next((run for run in self.history if run.id == run_id), None)

    def asked(self) -> Asked:
        """Every statement so far, for `put_back`."""
        with self._lock:
            tokens = {token: (text, run.id) for token, (text, run) in self.tokens.items()}
            return Asked(tuple(map(replace, self.history)), tokens)

    def put_back(self, asked: Asked) -> None:
        """Restore the history to those statements, as they were then, and no others."""
        with self._lock:
            known = {run.id: replace(run) for run in asked.runs}
            self.history[:] = known.values()
            self._stopped &= known.keys()
            self.tokens.clear()
            self.tokens |= {token: (text, known[at]) for token, (text, at) in asked.tokens.items()}

    def query(self, sql: str, database: str) -> list[dict[str, Any]]:
        """Run a query at once and return its rows as Python values, by column.

        Raises QueryFailed and QueryCancelled.
        """
        run, rows = self.ask(sql, database)
        names = [name for name, _ in run.columns]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def ask(self, sql: str, database: str) -> tuple[QueryRun, list[list[Any]]]:
        """Run a query at once and return its run, and its rows as Python values by position.

        Raises QueryFailed and QueryCancelled.
        """
        run = QueryRun(id=str(uuid.uuid4()), sql=sql, database=database)
        with self._lock:
            self.history.append(run)
        found: list[Rows] = []
        # This thread waits, so that Ctrl-C reaches it: DuckDB checks for it only between its tasks,
        # and one task of a cross join takes hours.
        self._asking.submit(self._attempt, run, None, found).result()
        if run.failure is not None:
            raise run.failure
        rows = found[0].rows if found else run.rows
        return run, [[as_python(value) for value in row] for row in rows]

    def _work(self, run: QueryRun, scan_limit: int | None) -> None:
        """Run a statement until it has ended; Athena itself may send one back to the queue."""
        while self._attempt(run, scan_limit, []) is runs.QUEUED:
            run.attempt += 1

    def _attempt(self, run: QueryRun, scan_limit: int | None, found: list[Rows]) -> str:
        run.state = runs.RUNNING
        run.started = run.started or time.time()
        run.written = False
        session = self._engine.session(run.database, scan_limit=scan_limit)
        with self._lock:
            self._sessions[run.id] = session
        outcome = runs.SUCCEEDED
        try:
            self._refuse_stopped(run)
            self._raise_fault(run)
            self._execute(run, session, found)
        except Ended as ended:
            outcome = ended.state
            if outcome == runs.QUEUED:
                run.state = outcome
                time.sleep(ended.seconds)
            else:
                run.failure = ended
        except Exception as error:  # a bug here must end the statement, not hang its poller
            outcome = runs.FAILED
            reason = f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}"
            run.failure = QueryFailed(reason, category=SYSTEM, error_type=INTERNAL_ERROR)
        finally:
            with self._lock:
                del self._sessions[run.id]
            session.close()
            run.scanned_bytes += session.readings.scanned_bytes
            run.objects_read += tuple(session.readings.uris)
        if outcome in runs.TERMINAL:
            run.completed = time.time()
            run.state = outcome  # last, so that a poller sees everything else in place
        return outcome

    def _execute(self, run: QueryRun, session: Session, found: list[Rows]) -> None:
        sql = resolved(run, blank_comments(run.sql), self.prepared)
        if sql is None:
            run.kind = "PREPARE"
            self._put(run, ".txt", "")
            return
        match statement := parse(sql):
            case Query():
                self._show(run, session.select(statement), found)
            case Explain():
                run.kind = "EXPLAIN"
                self._show(run, session.explain(statement), found)
            case Unload():
                run.kind = "UNLOAD"
                self._unload(run, session, statement)
                run.written = True
                self._raise_fault(run)
            case CreateTable():
                self._create_table(run, session, statement)
            case Insert():
                self._insert(run, session, statement)
            case CreateView():
                run.kind = "CREATE_VIEW"
                columns = session.describe(statement.query)
                views.create(self.catalog, statement, run.database, columns)
                self._put(run, ".txt", "")
            case Change():
                run.kind = changes.apply(self.catalog, statement.tree, run.database)
                self._put(run, ".txt", "")
            case Show():
                run.kind = statement.what.upper()
                run.columns, run.rows = answer(self.catalog, statement, run.database)
                self._put(run, ".txt", "".join("\t".join(map(str, row)) + "\n" for row in run.rows))

    def _show(self, run: QueryRun, rows: Rows, found: list[Rows]) -> None:
        found.append(rows)
        run.columns = rows.columns
        kinds = [kind for _, kind in rows.columns]
        run.rows = [
            [as_text(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in rows.rows
        ]
        header = csv_line([name for name, _ in rows.columns])
        self._put(run, ".csv", header + "".join(map(csv_line, run.rows)))

    def _create_table(self, run: QueryRun, session: Session, statement: CreateTable) -> None:
        run.kind = "CREATE_TABLE_AS_SELECT"
        place = changes.address(statement.table, run.database)
        if statement.if_not_exists and place[1] in self.catalog.table_names(place[0]):
            return
        changes.require_new(self.catalog, *place)
        folder, _, run_id = (run.output or "").rpartition("/")
        rows = statement.rows
        if not statement.with_data:
            session.describe(rows.query)  # as written, for the position of errors
            rows = replace(rows, query=Query(f"SELECT * FROM ({rows.query.text}) WHERE false"))
        if not rows.target:
            run.output = f"{folder}/tables/{run_id}"
            rows = replace(rows, target=f"{run.output}/")
        written = self._unload(run, session, rows)
        columns = [(name, hive_type(kind)) for name, kind in written.columns]
        split = len(columns) - len(rows.partitioned_by)
        changes.create_table(self.catalog, place, columns[:split], columns[split:], rows.target, {})
        self._add_partitions(place, written, rows)

    def _insert(self, run: QueryRun, session: Session, statement: Insert) -> None:
        run.kind = "INSERT"
        table = self.catalog.table(*changes.address(statement.table, run.database))
        query = inserting.named_query(table, statement)
        try:
            given = session.describe(query)
        except QueryFailed as failed:
            raise inserting.mismatch(table, statement, failed) from failed
        rows = inserting.rows(table, statement, query, given)
        self._add_partitions((table.database, table.name), self._unload(run, session, rows), rows)

    def _add_partitions(self, place: tuple[str, str], written: Written, rows: Unload) -> None:
        if rows.partitioned_by:
            folders = partitions(written.uris, rows.target)
            changes.add_partitions(self.catalog.record(*place), folders)

    def _unload(self, run: QueryRun, session: Session, statement: Unload) -> Written:
        written = session.unload(statement, run.id)
        run.update_count = written.rows
        self._put(run, "-manifest.csv", "".join(f"{uri}\n" for uri in written.uris))
        run.manifest = f"{run.output}-manifest.csv" if run.output else None
        return written

    def _put(self, run: QueryRun, ending: str, text: str) -> None:
        """Store a result file; a direct call has no place for one."""
        if run.output is None:
            return
        bucket, key = split_uri(run.output + ending)
        try:
            self._objects.put(bucket, key.rstrip("/"), text.encode())
        except NoSuchBucketError as error:
            raise QueryFailed(
                f"Access denied when writing to location: {run.output}{ending}"
            ) from error

    def _refuse_stopped(self, run: QueryRun) -> None:
        with self._lock:
            if run.id in self._stopped:
                raise QueryCancelled()

    def _raise_fault(self, run: QueryRun) -> None:
        for hook in self.faults:
            fault = hook(run)
            if fault is not None:
                raise fault
