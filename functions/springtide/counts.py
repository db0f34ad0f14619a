"""How many states, calls and requests a run takes; pure, and compared with a run by a test.

The numbers follow from the code of each step. tests/cost/test_counts.py counts them on the offline
machine; none of them depends on how long the history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import NamedTuple

from springtide.steps.plan_slice import MAX_CHUNKS, MAX_TURNS
from springtide.steps.run_query import wait_seconds

_KEYS_A_PAGE = 1000
# Memory of most functions and of Plan Slice (template.yaml), and how long a call takes: assumed,
# start of the environment included. Nothing here was measured on AWS.
_CALL_GB, _PLAN_SLICE_GB = 0.5, 1.0
_CALL_SECONDS, _PLAN_SLICE_SECONDS = 1.0, 3.0
# A query's wait in Athena's queue and its start, and how fast it goes then: assumed.
_QUERY_START_SECONDS = 10
_QUERY_BYTES_A_SECOND = 500 * 1000**2


class Turn(NamedTuple):
    """The shape of a turn; `flips` are partitions published, `polls` those of all its queries."""

    arrival_hours: int
    event_hours: int
    # Chunks of `events` and `quarantine`, and of derived tables.
    merges: int
    derives: int
    flips: int
    polls: int

    @property
    def chunks(self) -> int:
        """All chunks: each is written by one query and audited by another."""
        return self.merges + self.derives

    @property
    def queries(self) -> int:
        """Extract, count, and two for each chunk."""
        return 2 + 2 * self.chunks


class Surroundings(NamedTuple):
    """What a run meets beside its turns; `tables` are the data set's published ones."""

    tables: int
    listed_objects: int = 0
    # How often the first look reads what is recorded of listed hours: once for every MaxSliceBytes
    # or 500 hours that it lists (searching.py), so it follows LookBackHours and not history.
    batches: int = 1
    # Zero while no crawl is due.
    crawl_polls: int = 0


@dataclass(frozen=True)
class Counts:
    """What is counted in a run; the names are those of prices.py where it has one."""

    queries: float = 0
    transitions: float = 0
    function_calls: float = 0
    gb_seconds: float = 0
    # PUT and LIST, and GET, of the functions; Athena's own are in scanning.py.
    s3_writes: float = 0
    s3_reads: float = 0
    # Requests; items are smaller than a unit (1 KB written, 4 KB read).
    ledger_writes: float = 0
    ledger_reads: float = 0
    glue_requests: float = 0
    # Sent to EventBridge. Assumed to be below the 64 KB that are billed as one, which is some
    # thousand partitions.
    events: float = 0

    def __add__(self, other: Counts) -> Counts:
        mine, theirs = asdict(self), asdict(other)
        return Counts(**{name: mine[name] + theirs[name] for name in mine})


def of_run(turns: Sequence[Turn], around: Surroundings) -> Counts:
    """All counts of a run with these turns, successors included."""
    total = _around(turns, around)
    for turn in turns:
        total += _of_turn(turn, around.tables)
    return total


def polls(scanned_bytes: float) -> int:
    """How often a query that scans so much is polled until it has ended."""
    left = _QUERY_START_SECONDS + scanned_bytes / _QUERY_BYTES_A_SECOND
    polled = 0
    while left > 0:
        left -= wait_seconds(polled)
        polled += 1
    return polled


def _successors(turns: Sequence[Turn]) -> int:
    """How many executions these turns use up."""
    successors = taken = chunks = 0
    for turn in turns:
        taken += 1
        chunks += turn.chunks
        if taken >= MAX_TURNS or chunks >= MAX_CHUNKS:
            successors += 1
            taken = chunks = 0
    return successors


def _around(turns: Sequence[Turn], around: Surroundings) -> Counts:
    """What comes before, between and after the turns."""
    successors = _successors(turns)
    executions = successors + 1
    crawl = around.crawl_polls
    # Check Input, Start Crawler and Take Lease; at its end each execution announces and plans once
    # more, to find nothing pending or to hand over.
    calls = 5 * executions + crawl
    return Counts(
        # Each to Lease Taken?; then it announces, plans, chooses, releases, chooses, starts its
        # successor if it has one, and ends.
        transitions=(5 + 6) * executions + 3 * crawl + successors,
        function_calls=calls,
        gb_seconds=_gb_seconds(calls, executions),
        s3_writes=max(0, ceil(around.listed_objects / _KEYS_A_PAGE) - 1) + (not turns),
        # Take Lease, a release, and the last Plan Slice renews.
        ledger_writes=3 * executions,
        # Take Lease twice and the mark once; open hours, requests, what is unreadable, rebuilds,
        # then what is held, up to where all is complete, and what waits; what is to be announced.
        ledger_reads=3 * executions + 9 + (around.batches - 1) + 2 * (not turns),
        # The crawler's state, all tables looked at once, what is complete; drift after a crawl.
        glue_requests=executions * (1 + _catalog_tables(around.tables))
        + around.tables
        + ((crawl + 2) if crawl else 0),
    )


def _of_turn(turn: Turn, tables: int) -> Counts:
    chunks, queries = turn.chunks, turn.queries
    unloads = 1 + chunks
    derived = tables - 2
    # Plan Slice, Plan Partitions, Plan Derived, Record Slice, Announce Slices; then a check and
    # a publish for each chunk.
    calls = 5 + 2 * chunks + queries + turn.polls
    return Counts(
        queries=queries,
        # The turn's own fourteen, four a chunk; of a query its start and end, three a poll.
        transitions=14 + 4 * chunks + 2 * queries + 3 * turn.polls,
        function_calls=calls,
        gb_seconds=_gb_seconds(calls, 1),
        # A listing of the landing; plan, counts, partitions, derived, announcement; what passed of
        # each chunk; what an UNLOAD wrote is listed.
        s3_writes=1 + 5 + chunks + unloads,
        # Plans read by later steps; a document each query; a manifest each UNLOAD; what passed of
        # each chunk, to publish, to measure and to announce it.
        s3_reads=12 + queries + unloads + 5 * chunks,
        # The lease renewed by every step; an hour pending, taken twice over, no more open; what was
        # measured of hours; a query started and ended; the journal; what is to be announced, and no
        # more.
        ledger_writes=11
        + 5 * turn.arrival_hours
        + turn.event_hours
        + 4 * queries
        + turn.polls
        + 2 * chunks
        + turn.flips,
        # What is open, asked for, unreadable, waiting and recorded; the mark; the slice before;
        # attempts of each chunk; what was measured of hours before; what is to be announced, up to
        # where all is complete.
        ledger_reads=17 + turn.arrival_hours + turn.event_hours + 5 * chunks + turn.polls,
        # Partitions looked up; each table's completeness read and written; a chunk's partitions
        # looked up, its table, and those created and those updated.
        glue_requests=2 + 2 * derived + 2 * tables + 4 * chunks,
        # The slice is announced.
        events=1,
    )


def _catalog_tables(tables: int) -> int:
    """The landing, the delta, and each published table twice: as it is and by version."""
    return 2 + 2 * tables


def _gb_seconds(calls: float, plan_slices: int) -> float:
    others = (calls - plan_slices) * _CALL_GB * _CALL_SECONDS
    return others + plan_slices * _PLAN_SLICE_GB * _PLAN_SLICE_SECONDS
