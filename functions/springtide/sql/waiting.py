"""The statement that shows the late rows that wait, for people.

Reads: delta, the late lanes that have such rows. Grain of the result: one row per line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from springtide.model.lanes import LATE
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.predicates import DeltaRows, covers


def waiting_rows(found: Iterable[tuple[str, Partition]]) -> str:
    """The SELECT of late rows, by their delta's version and event hour, of which there are some."""
    hours: dict[str, set[Partition]] = defaultdict(set)
    for each, hour in found:
        hours[each].add(hour)
    versions: dict[tuple[Partition, ...], list[str]] = defaultdict(list)
    for version, of in sorted(hours.items()):
        versions[tuple(sorted(of))].append(version)
    return "\nUNION ALL\n".join(
        f"""SELECT
  *
FROM delta
WHERE {DeltaRows(alike, (LATE,)).predicate}
  AND {covers(EVENTS.keys, of)}"""
        for of, alike in versions.items()
    )
