"""Partitions as plain values: their keys and grain, and how they are cut into chunks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

# A partition's key values in the order of its table's keys. An hour of `events` or of a derived
# table has two, such as ("2020-07-14", "05"); a day has only the first.
Partition: TypeAlias = tuple[str, ...]

# Athena refuses to write more than 100 partitions in one statement, counted per worker
# (docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html); this leaves room.
MAX_CHUNK_PARTITIONS = 80
# One chunk is one query: few enough rows to finish well within Athena's 30 minutes.
MAX_CHUNK_ROWS = 200_000_000


class Touched(NamedTuple):
    """A partition that a slice merges, and at most how many rows its new version has."""

    partition: Partition
    rows: int


class TableKeys(NamedTuple):
    """A published table and its partition keys."""

    table: str
    keys: tuple[str, ...]


EVENTS = TableKeys("events", ("event_date", "event_hour"))
QUARANTINE = TableKeys("quarantine", ("arrival_hour",))
# The partition keys of `events` and of derived tables by their grain, the coarsest last.
GRAINS = {"hour": EVENTS.keys, "day": EVENTS.keys[:1]}
HOURS = {"hour": 1, "day": 24}


def keys_of(table: str) -> tuple[str, ...]:
    """All partition keys that a published table may have; a table by day has only the first."""
    return QUARANTINE.keys if table == QUARANTINE.table else EVENTS.keys


def folder_of(table: str, partition: Partition) -> str:
    """The Hive-style folder of a published table's partition, ending in a slash."""
    pairs = zip(keys_of(table)[: len(partition)], partition, strict=True)
    return "".join(f"{key}={value}/" for key, value in pairs)


def hours_of(partition: Partition) -> list[datetime]:
    """The starts of the event hours in a partition of `events` or of a derived table, naive UTC."""
    start = datetime.strptime("T".join((*partition, "00")[:2]), "%Y-%m-%dT%H")
    return [start + timedelta(hours=n) for n in range(24 if len(partition) == 1 else 1)]


def around(partition: Partition, before: int, after: int, grain: str) -> list[Partition]:
    """The partitions of `grain` with an hour of this one, or within `before` and `after` hours."""
    hours = hours_of(partition)
    first, count = hours[0] - timedelta(hours=before), before + len(hours) + after
    found = (first + timedelta(hours=n) for n in range(count))
    keys = len(GRAINS[grain])
    return sorted({(f"{hour:%Y-%m-%d}", f"{hour:%H}")[:keys] for hour in found})


def cut(
    touched: Iterable[Touched],
    max_partitions: int = MAX_CHUNK_PARTITIONS,
    max_rows: int = MAX_CHUNK_ROWS,
) -> list[list[Partition]]:
    """Cuts partitions into chunks, in order; one that is too large is a chunk by itself."""
    chunks: list[list[Partition]] = []
    rows = 0
    for item in sorted(touched):
        if not chunks or len(chunks[-1]) == max_partitions or rows + item.rows > max_rows:
            chunks.append([])
            rows = 0
        chunks[-1].append(item.partition)
        rows += item.rows
    return chunks
