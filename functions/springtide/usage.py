"""What a run uses of everything that AWS bills by use: counts and bytes, ready for a bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from springtide import scanning
from springtide.counts import Surroundings, Turn, of_run
from springtide.prices import GIGABYTE, TERABYTE

# What Lambda and a handler log of a call, in bytes; and Glue requests of a query, for its tables
# and partitions. Both assumed.
_LOG_BYTES_A_CALL = 2000
_GLUE_REQUESTS_A_QUERY = 6


class Turned(NamedTuple):
    """A turn with what its queries scan, by step, and the files they open and make.

    `listings` are prefixes that Athena lists: one for each partition that a query reads.
    """

    turn: Turn
    queries: dict[str, float]
    scanned: dict[str, float]
    files_read: float
    files_written: float
    listings: float

    @property
    def scanned_bytes(self) -> float:
        """All bytes scanned."""
        return sum(self.scanned.values())


def of_turns(turns: Sequence[Turned], around: Surroundings) -> dict[str, float]:
    """What a run with these turns uses, by the names of prices.PRICES."""
    counts = of_run([each.turn for each in turns], around)
    reads = sum(scanning.athena_reads(t.files_read, t.scanned_bytes) for t in turns)
    writes = sum(scanning.athena_writes(t.turn.queries, t.files_written, t.listings) for t in turns)
    billed = sum(scanning.billed(t.scanned, t.queries) for t in turns)
    return {
        "athena_terabytes": billed / TERABYTE,
        "transitions": counts.transitions,
        "function_calls": counts.function_calls,
        "gb_seconds": counts.gb_seconds,
        "s3_writes": counts.s3_writes + writes,
        "s3_reads": counts.s3_reads + reads,
        "ledger_writes": counts.ledger_writes,
        "ledger_reads": counts.ledger_reads,
        "glue_requests": counts.glue_requests + _GLUE_REQUESTS_A_QUERY * counts.queries,
        "log_gigabytes": counts.function_calls * _LOG_BYTES_A_CALL / GIGABYTE,
        # A run's execution and each query's.
        "traces": 1 + counts.queries,
        "schedules": 1,
        "events": counts.events,
    }


def added(*usages: Mapping[str, float]) -> dict[str, float]:
    """The sum of usages, name by name."""
    total: dict[str, float] = {}
    for usage in usages:
        for name, amount in usage.items():
            total[name] = total.get(name, 0) + amount
    return total


def times(usage: Mapping[str, float], factor: float) -> dict[str, float]:
    """A usage so many times over."""
    return {name: amount * factor for name, amount in usage.items()}
