"""Computes from a run's turns the quantities that AWS bills.

tests/cost/test_model.py compares them with runs on the offline machine. Constants marked "assumed"
could only be measured on AWS, and were not.
"""

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from springtide.model.partitions import Touched, cut
from springtide.steps.run_query import wait_seconds

from cli.pricing.prices import ATHENA_MINIMUM_BYTES, TERABYTE

# Ratios of the sample of `springtide generate`: events for a landed byte of gzip; Parquet bytes of
# the delta and of `events` for a landed byte; bytes of derived tables for a byte of `events`.
ROWS_A_BYTE = 0.01455
DELTA, EVENTS, DERIVED = 0.225, 0.25, 0.52
# The shares that queries read, since they need only some columns: of the delta, to count it; of the
# delta and the event hours, to audit a merge; of the events, to derive from them and to audit that.
_COUNT, _AUDIT, _DERIVE = 0.25, 0.10, 0.57

# Memory of a function, and how long a call takes, start included: assumed.
_CALL_GB_SECONDS = 0.5 * 1.0
# Seconds that a query is queued and starts, and bytes a second that it reads then: assumed.
_QUERY_START_SECONDS, _QUERY_BYTES_A_SECOND = 10, 500 * 1000**2
# Athena's own requests to S3: bytes of a file that it writes, requests to write one, least ranges
# read per file, bytes of a range, and objects that a query leaves as its result: assumed.
_FILE_BYTES, _WRITES_A_FILE = 128 * 1024**2, 3
_RANGES_A_FILE, _RANGE_BYTES = 2, 8 * 1024**2
_RESULTS_A_QUERY = 2
# Lanes of a delta, each a folder; more are listed if rows wait in several deltas: assumed.
_LANES = 4
# Listings that look for objects outside the layout: a level each of YYYY/MM/DD/HH.
_OUTSIDE_LISTS = 4
_KEYS_A_PAGE = 1000


class Turn(NamedTuple):
    """What one turn ingests and which partitions it writes; sizes are bytes."""

    landed: float
    objects: float
    arrival_hours: int
    # Arrival hours with rejected lines: partitions of `quarantine`.
    rejected_hours: int
    event_hours: int
    # Partitions of each derived table.
    derived_hours: Sequence[int]
    # Current versions of the event hours, and the events that derived tables are built from.
    current: float
    read: float
    # Rows of an event hour when the turn has written it.
    rows_an_hour: float
    # Late rows in deltas, including earlier slices', that each chunk of `events` reads.
    waiting: float = 0
    # Bytes that its queries scan, if recent slices tell.
    known_scan: float | None = None

    @property
    def event_chunks(self) -> int:
        """Chunks of `events`."""
        return chunks(self.event_hours, self.rows_an_hour)

    @property
    def merges(self) -> int:
        """Chunks of `events` and of `quarantine`, whose rows are too few to bound a chunk."""
        return self.event_chunks + chunks(self.rejected_hours, 0)

    @property
    def chunks(self) -> int:
        """All chunks; each is written by one query and audited by another."""
        return self.merges + sum(chunks(n, self.rows_an_hour) for n in self.derived_hours)

    @property
    def queries(self) -> int:
        """Extract, count, and two for each chunk."""
        return 2 + 2 * self.chunks

    @property
    def scanned(self) -> float:
        """Bytes that all queries scan.

        Chunks of one arrival hour read lanes of their own; chunks of several also read the others'.
        """
        if self.known_scan is not None:
            return self.known_scan
        alike = 1 if self.arrival_hours < 2 else chunks(self.arrival_hours, self.rows_an_hour)
        fresh, late = self.landed * DELTA, self.waiting * self.event_chunks
        delta = fresh * _COUNT + (fresh * alike + late) * (1 + _AUDIT)
        hours = self.current * (1 + 2 * _AUDIT) + self.landed * EVENTS * _AUDIT
        return self.landed + delta + hours + _DERIVE * self.read

    @property
    def files(self) -> tuple[float, float]:
        """Files of the event hours and of the derived hours."""
        events = _files(self.event_hours, self.current + self.landed * EVENTS)
        return events, _files(sum(self.derived_hours), self.read * DERIVED)


class Quantities(NamedTuple):
    """What a run does, in the units that AWS bills; S3 requests of functions and of Athena."""

    queries: int = 0
    # How often a query is polled, from the time it takes.
    polls: int = 0
    scanned_bytes: float = 0
    billed_bytes: float = 0
    transitions: int = 0
    function_calls: int = 0
    s3_writes: int = 0
    s3_reads: int = 0
    athena_s3_writes: float = 0
    athena_s3_reads: float = 0

    def usage(self) -> dict[str, float]:
        """The amounts by their name in prices.PRICES."""
        return {
            "athena_terabytes": self.billed_bytes / TERABYTE,
            "transitions": self.transitions,
            "function_calls": self.function_calls,
            "gb_seconds": self.function_calls * _CALL_GB_SECONDS,
            "s3_writes": self.s3_writes + self.athena_s3_writes,
            "s3_reads": self.s3_reads + self.athena_s3_reads,
        }


def of_run(turns: Sequence[Turn], listed_objects: float = 0) -> Quantities:
    """What a run with these turns uses; a run without turns only looks.

    Not included: a crawl's polls, and the states that hand a long run over to its successor.
    """
    looking = Quantities(
        transitions=10,
        function_calls=5,
        s3_writes=1 + _OUTSIDE_LISTS + int(listed_objects // _KEYS_A_PAGE),
    )
    return Quantities(*map(sum, zip(looking, *map(_of_turn, turns), strict=True)))


def _of_turn(turn: Turn) -> Quantities:
    queries, written = turn.queries, turn.chunks
    polled = queries * polls(turn.scanned / queries)
    events, derived = turn.files
    # Events are read to merge, to audit, to derive and to audit that; a lane is one file.
    files_read = turn.objects + 4 * events + 2 * derived
    files_written = _LANES + turn.rejected_hours + events + derived
    listed = turn.arrival_hours + 4 * turn.event_hours + 2 * sum(turn.derived_hours)
    listed += _LANES * (1 + 2 * turn.merges)
    return Quantities(
        queries=queries,
        polls=polled,
        scanned_bytes=turn.scanned,
        billed_bytes=max(turn.scanned, queries * ATHENA_MINIMUM_BYTES),
        # A query's start and end, three states a poll; a chunk's check, publication and its turn of
        # each Map.
        transitions=15 + 4 * written + 2 * queries + 3 * polled,
        function_calls=5 + 2 * written + queries + polled,
        # Documents of the slice and of each chunk, and listings of what an UNLOAD wrote; documents
        # that later steps read.
        s3_writes=7 + 2 * written,
        s3_reads=13 + queries + 6 * written,
        athena_s3_writes=_RESULTS_A_QUERY * queries + _WRITES_A_FILE * files_written + listed,
        athena_s3_reads=_RANGES_A_FILE * files_read + turn.scanned / _RANGE_BYTES,
    )


def chunks(partitions: int, rows_each: float) -> int:
    """How many chunks partitions of this many rows are cut into."""
    return len(cut(Touched((str(n),), int(rows_each)) for n in range(partitions)))


def polls(scanned_bytes: float) -> int:
    """How often a query that scans this much is polled until it has ended."""
    left = _QUERY_START_SECONDS + scanned_bytes / _QUERY_BYTES_A_SECOND
    polled = 0
    while left > 0:
        left -= wait_seconds(polled)
        polled += 1
    return polled


def _files(partitions: float, size: float) -> float:
    """How many files these partitions have that hold `size` bytes together."""
    return partitions * max(1, ceil(size / partitions / _FILE_BYTES)) if partitions else 0
