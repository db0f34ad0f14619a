"""The statement that shows people the late rows that wait.

Reads: delta, the late lanes that hold such rows. Grain of the result: one row per line.
"""

from collections import defaultdict
from collections.abc import Iterable

from springtide.model.lanes import LATE
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.predicates import DeltaRows


def waiting_rows(found: Iterable[tuple[str, Partition]]) -> str:
    """The SELECT of waiting rows, given by their delta's version and event hour."""
    hours: dict[str, set[Partition]] = defaultdict(set)
    for version, hour in found:
        hours[version].add(hour)
    return f"""SELECT
  *
FROM delta
WHERE {DeltaRows((LATE,), hours).predicate(EVENTS.keys)}"""
