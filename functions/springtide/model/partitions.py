"""Partitions as plain values: which there are, and how they are cut into chunks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

# A partition's key values in the order of its table's keys, such as ("2020-07-14", "05").
Partition: TypeAlias = tuple[str, ...]

# Athena refuses to write more than 100 partitions in one statement, counted per worker
# (docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html); the rest is distance to that.
MAX_CHUNK_PARTITIONS = 80
# One chunk is one query: few enough rows to finish well within Athena's 30 minutes.
MAX_CHUNK_ROWS = 200_000_000


class Touched(NamedTuple):
    """A partition that a slice touches, and how many rows its new version is made of at most."""

    partition: Partition
    rows: int


class TableKeys(NamedTuple):
    """A published table and its partition keys."""

    table: str
    keys: tuple[str, ...]


EVENTS = TableKeys("events", ("event_date", "event_hour"))
QUARANTINE = TableKeys("quarantine", ("arrival_hour",))


def keys_of(table: str) -> tuple[str, ...]:
    """The partition keys of a published table; derived tables are partitioned as `events` is."""
    return QUARANTINE.keys if table == QUARANTINE.table else EVENTS.keys


def folder_of(keys: Sequence[str], partition: Partition) -> str:
    """The Hive-style folder of a partition, ending in a slash."""
    return "".join(f"{key}={value}/" for key, value in zip(keys, partition, strict=True))


def cut(
    touched: Iterable[Touched],
    max_partitions: int = MAX_CHUNK_PARTITIONS,
    max_rows: int = MAX_CHUNK_ROWS,
) -> list[list[Partition]]:
    """Cuts touched partitions into chunks, in order; a larger partition is one by itself."""
    chunks: list[list[Partition]] = []
    rows = 0
    for item in sorted(touched):
        if not chunks or len(chunks[-1]) == max_partitions or rows + item.rows > max_rows:
            chunks.append([])
            rows = 0
        chunks[-1].append(item.partition)
        rows += item.rows
    return chunks
