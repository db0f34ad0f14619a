"""How many bytes the queries of a turn read, and what Athena asks of S3 meanwhile; pure.

Sizes are Parquet's as the offline machine writes it for the sample of `springtide generate`, for a
landed byte of gzip. Your events compress otherwise: `springtide plan` replaces all this by what the
last slices of a stack scanned.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from springtide.prices import billed_bytes

STEPS = ("extract", "count", "merge", "audit", "derive", "audit_derived")

# Events for a landed byte.
ROWS_A_BYTE = 0.01455
# Parquet bytes for a landed byte: the delta, and the events of an hour.
DELTA, EVENTS = 0.225, 0.25
# Bytes of derived tables for a byte of events.
DERIVED = 0.52
# What the steps read of them: some columns of all rows.
_COUNTED, _AUDITED, _DERIVED_FROM, _DERIVED_AUDITED = 0.25, 0.10, 0.33, 0.24
# Rejects in the delta, with their text.
_REJECTED = 0.02

# Athena's own requests to S3, which are billed as ours are. Assumed: bytes of a file that it
# writes, ranges that it reads of a file at least, and bytes of a range.
_FILE_BYTES = 128 * 1024**2
_RANGES_A_FILE = 2
_RANGE_BYTES = 8 * 1024**2
# Each query leaves a result and its metadata; a file is begun, uploaded and completed.
_RESULTS_A_QUERY = 2
_WRITES_A_FILE = 3


class Volume(NamedTuple):
    """What a turn reads, in bytes; `read` is the events that derived tables are built from."""

    landed: float
    # Present versions of the event hours that the turn touches, and of the hours derived from.
    current: float
    read: float
    event_chunks: float
    quarantine_chunks: float
    derived_chunks: float

    @property
    def delta(self) -> float:
        """The slice's delta."""
        return self.landed * DELTA

    @property
    def staged(self) -> float:
        """New versions of the touched event hours."""
        return self.current + self.landed * EVENTS


def scanned(volume: Volume) -> dict[str, float]:
    """Bytes that each step's queries scan; every chunk's reads the delta once."""
    delta, chunks = volume.delta, volume.event_chunks
    return {
        "extract": volume.landed,
        "count": _COUNTED * delta,
        "merge": chunks * delta + volume.current + volume.quarantine_chunks * _REJECTED * delta,
        "audit": _AUDITED * (chunks * delta + volume.current + volume.staged),
        "derive": _DERIVED_FROM * volume.read,
        "audit_derived": _DERIVED_AUDITED * volume.read,
    }


def queries(volume: Volume) -> dict[str, float]:
    """Queries of each step."""
    merges = volume.event_chunks + volume.quarantine_chunks
    derives = volume.derived_chunks
    numbers = (1, 1, merges, merges, derives, derives)
    return dict(zip(STEPS, numbers, strict=True))


def billed(scanned_bytes: dict[str, float], of_queries: dict[str, float]) -> float:
    """Bytes that Athena bills, the minimum of each query included."""
    return sum(billed_bytes(scanned_bytes[step], of_queries[step]) for step in STEPS)


def files(partitions: float, size: float) -> float:
    """How many files these partitions are, of so many bytes together."""
    return partitions * max(1, ceil(size / partitions / _FILE_BYTES)) if partitions else 0


def athena_reads(files: float, scanned_bytes: float) -> float:
    """GET requests of queries that open so many files."""
    return _RANGES_A_FILE * files + scanned_bytes / _RANGE_BYTES


def athena_writes(of_queries: float, files: float, listings: float) -> float:
    """PUT and LIST requests of queries that write files and list so many prefixes."""
    return _RESULTS_A_QUERY * of_queries + _WRITES_A_FILE * files + listings
