"""Starts and polls the queries of a slice: which statement, where it writes, how it is recorded."""

import dataclasses
import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from springtide.arrivals.landing import Landing
from springtide.aws import athena
from springtide.aws.observability import emit
from springtide.dataset import loading
from springtide.dataset.declaration import Column, DataSet
from springtide.ledger import attempts, lease, waiting
from springtide.ledger.attempts import Attempt
from springtide.ledger.documents import AUDIT_OF, CHUNKS_OF, Documents
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Chunk, Plan
from springtide.model.errors import (
    DataSetChangedError,
    QueryFailedError,
    SpringtideError,
    TransientQueryError,
)
from springtide.model.lanes import LATE
from springtide.model.partitions import EVENTS, QUARANTINE, Partition
from springtide.model.settings import Settings
from springtide.model.versions import delta_location, table_location, version_id
from springtide.requests import erasures, rebuilds
from springtide.sql import own_sql
from springtide.sql.audit import audit_events, compare_rejects
from springtide.sql.comments import without_comments
from springtide.sql.count import count, count_rebuild
from springtide.sql.derive import audit_derived, derive
from springtide.sql.erase import count_erased, is_erased, without_lines
from springtide.sql.extract import extract
from springtide.sql.merge import merge_events, merge_quarantine
from springtide.sql.predicates import Base, DeltaRows, covers

# Seconds between polls. Each poll costs three transitions. Most queries end within the first wait,
# since Athena alone takes several seconds to start one.
_WAITS = (11, 4, 5, 8, 13, 20)
_LONGEST_WAIT = 30
# More than the time-out in run_query.asl.yaml allows; bounds the loop where waits are shortened.
MAX_POLLS = 1000
# The limit in bytes of one statement (docs.aws.amazon.com/athena/latest/ug/service-limits.html).
STATEMENT_LIMIT = 262_144
# The document that a step reads.
_DOCUMENTS = {"extract": "plan", "count": "plan", **CHUNKS_OF}
# Why a step's statement gets too long, and what to do.
_TOO_LONG = {
    "extract": "it names too many objects to step around, or too many fields: remove objects that"
    " are not events from the landing, or declare fewer fields",
}


class Call(NamedTuple):
    """One query of a slice: its step, chunk and attempt."""

    execution: str
    slice: str
    step: str
    chunk: int
    attempt: int

    @property
    def version(self) -> str:
        """The id of the version that this attempt writes."""
        return version_id(self.slice, self.step, self.chunk, self.attempt)

    @property
    def sort(self) -> str:
        """The sort key of the attempt's item in the ledger."""
        return attempts.sort_of(self.step, self.chunk, self.attempt)

    def token(self, lake_bucket: str) -> str:
        """Athena's idempotency token: a repeated call never starts a second query.

        Tokens are scoped to an account, and two stacks can plan slices with the same number
        in the same second. The lake bucket is unique to a stack, so it is part of the
        token.
        """
        return hashlib.sha256(f"{lake_bucket}#{self.slice}#{self.sort}".encode()).hexdigest()


class Statement(NamedTuple):
    """A query's text, and the s3:// prefix that it writes to; empty if it only reads."""

    sql: str
    target: str | None


def start(settings: Settings, call: Call, now: datetime) -> dict[str, Any]:
    """Starts the attempt's query and returns its id; its prefix is recorded first."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, call.execution)
    statement = build(settings, ledger, call)
    sql = without_comments(statement.sql)
    size = len(sql.encode())
    if size > STATEMENT_LIMIT:
        raise QueryFailedError(
            f"the {call.step} of slice {call.slice} takes {size} bytes, Athena {STATEMENT_LIMIT};"
            f" {_TOO_LONG.get(call.step, 'the data set declares too much for one statement')}"
        )
    attempts.begin(ledger, call.slice, call.sort, call.version, statement.target, now)
    query_id = athena.start(settings, sql, call.token(settings.lake_bucket))
    attempts.name(ledger, call.slice, call.sort, query_id)
    return {"query_id": query_id, "state": "RUNNING", "polls": 0, "wait_seconds": wait_seconds(0)}


def poll(settings: Settings, call: Call, query_id: str, polls: int) -> dict[str, Any]:
    """Polls the attempt's query, and renews the lease while it runs.

    Returns the state, RUNNING or SUCCEEDED. Raises TransientQueryError where a new attempt may
    help, and also where Athena's manifest and the files under the prefix disagree. Raises
    QueryFailedError where no attempt will help.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, call.execution)
    item = attempts.one(ledger, call.slice, call.sort)
    try:
        outcome = athena.outcome(query_id)
        if outcome is not None and item["target"]:
            athena.check_manifest(outcome.manifest, item["target"])
    except TransientQueryError:
        _ended(settings, ledger, call, item, "failed", athena.scanned_bytes(query_id))
        raise
    except QueryFailedError as err:
        _ended(settings, ledger, call, item, "failed", athena.scanned_bytes(query_id))
        raise QueryFailedError(f"{err}{_blame(settings, call, str(err))}") from err
    polled = {"query_id": query_id, "polls": polls + 1}
    if outcome is not None:
        _ended(settings, ledger, call, item, "succeeded", outcome.scanned_bytes)
        return {**polled, "state": "SUCCEEDED", "wait_seconds": 0}
    if polls >= MAX_POLLS:
        raise SpringtideError(f"query {query_id} still runs after {polls} polls")
    return {**polled, "state": "RUNNING", "wait_seconds": wait_seconds(polls + 1)}


def _blame(settings: Settings, call: Call, reason: str) -> str:
    table = None
    if call.step in ("derive", "audit_derived"):
        chunks = Documents(settings.lake_bucket, call.slice).chunks(call.step)["chunks"]
        table = chunks[call.chunk]["table"]
    return own_sql.blame(loading.load(settings.data_set), call.step, table, reason)


def wait_seconds(polls: int) -> int:
    """Seconds to wait before the next poll, after this many polls."""
    return _WAITS[polls] if polls < len(_WAITS) else _LONGEST_WAIT


def _ended(
    settings: Settings, ledger: Ledger, call: Call, item: Attempt, state: str, scanned_bytes: int
) -> None:
    """Records how an attempt ended; emits its scanned bytes once, even if a poll is repeated."""
    if item["state"] == "started":
        emit(settings, {"ScannedBytes": scanned_bytes})
    attempts.end(ledger, call.slice, call.sort, state, scanned_bytes)


def build(settings: Settings, ledger: Ledger, call: Call) -> Statement:
    """The statement of a call, built from the documents of the slice's earlier steps.

    Raises DataSetChangedError if those used another declaration of the data set.
    """
    if call.step not in _DOCUMENTS:
        raise SpringtideError(f"no step {call.step!r}; there are {list(_DOCUMENTS)}")
    data_set = loading.load(settings.data_set)
    document = Documents(settings.lake_bucket, call.slice).read(_DOCUMENTS[call.step])
    if document["declaration"] != data_set.digest:
        raise DataSetChangedError(
            f"a deployment has changed the data set {data_set.name} since slice {call.slice} was"
            " planned; it is planned again"
        )
    retired = tuple(Column(*each) for each in document["retired"])
    data_set = dataclasses.replace(data_set, retired=retired)
    if call.step == "extract":
        return _extract(settings, ledger, data_set, document, call)
    if call.step == "count" and "erase" in document:
        return Statement(count_erased(data_set, document["erase"]), None)
    if call.step == "count":
        delta = attempts.succeeded(ledger, call.slice, "extract")["version"]
        rebuild = document.get("rebuild")
        if rebuild is None:
            return Statement(count(data_set, delta), None)
        hours = rebuilds.partitions(data_set, rebuild)
        waits = {entry["version"] for entry in waiting.entries(ledger)}
        return Statement(count_rebuild(data_set, delta, hours, waits), None)
    chunk = document["chunks"][call.chunk]
    partitions = [tuple(values) for values in chunk["partitions"]]
    bases = _bases(chunk)
    deltas = _deltas(ledger, call.slice, chunk)
    erasure = document["erase"] if chunk.get("erase") else None
    erased = None if erasure is None else is_erased(data_set, [erasure])
    rebuilt = None
    if chunk.get("rebuild"):
        rebuilt = attempts.succeeded(ledger, call.slice, "extract")["version"]
    table, target = chunk["table"], None
    # Where a version is staged: the location that is written, and the id by which its audit finds
    # it.
    if call.step in AUDIT_OF:
        staged = target = table_location(settings.lake_bucket, table, call.version)
    else:
        written = next(step for step, audit in AUDIT_OF.items() if audit == call.step)
        staged = attempts.succeeded(ledger, call.slice, written, call.chunk)["version"]
    if table == EVENTS.table:
        of_events = merge_events if target else audit_events
        sql = of_events(data_set, deltas, partitions, bases, staged, rebuilt=rebuilt, erased=erased)
    elif table != QUARANTINE.table:
        of_derived = derive if target else audit_derived
        sql = of_derived(data_set, data_set.derived_table(table), partitions, bases, staged)
    elif erasure is not None:
        sql = (
            without_lines(data_set, erasure, partitions, target)
            if target
            else compare_rejects(staged, "quarantine", covers(QUARANTINE.keys, partitions))
        )
    else:
        sql = (
            merge_quarantine(deltas[0], target)
            if target
            else compare_rejects(staged, "delta", deltas[0].predicate(QUARANTINE.keys))
        )
    return Statement(sql, target)


def _deltas(ledger: Ledger, slice_id: str, chunk: Chunk) -> list[DeltaRows]:
    """The deltas that a chunk's query reads: the slice's own, and those in which rows wait."""
    partitions = [tuple(values) for values in chunk["partitions"]]
    found = []
    if chunk.get("lanes"):
        own = attempts.succeeded(ledger, slice_id, "extract")["version"]
        found.append(DeltaRows(chunk["lanes"], {own: partitions}))
    waits: dict[str, list[Partition]] = defaultdict(list)
    for entry in chunk.get("waiting", []):
        waits[entry["version"]].append(tuple(entry["hour"]))
    if waits:
        found.append(DeltaRows((LATE,), waits))
    return found


def _bases(chunk: Chunk) -> list[Base]:
    """The versions of `events` that a chunk's query must read."""
    read = (
        chunk["read"] if "read" in chunk else zip(chunk["partitions"], chunk["base"], strict=True)
    )
    return [Base(tuple(p), base["location"], base["rows"]) for p, base in read if base is not None]


def _extract(
    settings: Settings, ledger: Ledger, data_set: DataSet, plan: Plan, call: Call
) -> Statement:
    landing = Landing.of(settings)
    hours = [ArrivalHour.parse(entry["hour"]) for entry in plan["hours"]]
    excluded = [landing.uri_of(key) for entry in plan["hours"] for key in entry["excluded"]]
    target = delta_location(settings.lake_bucket, call.version)
    sql = extract(
        data_set, hours, excluded, target, settings.fresh_hours, erasures.tombstones(ledger)
    )
    return Statement(sql, target)
