"""Which event hours are merged now, and which leave their late rows waiting; pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from springtide.ledger.waiting import Waiting, by_hour
from springtide.model.lanes import LATE
from springtide.model.partitions import Partition

# An hour is due once as many rows wait as this share of those that it has: rewriting it then costs
# about as much for each late row as waiting longer saves.
DUE_SHARE = 0.05
# A statement names every delta that it reads, and Athena takes 1,000 values of an injected key
# (docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html). What waits in
# older deltas than the newest of this number is due.
MAX_WAITING_DELTAS = 200


class Hour(NamedTuple):
    """An event hour that could be merged.

    `rows` are what the slice has of it, by lane; `recorded` the rows of its partition, None if it
    has none; `waiting` what earlier slices left.
    """

    rows: Mapping[str, int]
    recorded: int | None
    waiting: Sequence[Waiting]


def is_due(hour: Hour, *, overdue: bool, deferrable: bool) -> bool:
    """Whether the hour is merged now. `overdue`: rows of it have waited long enough.

    `deferrable`: whether late rows of this slice may wait at all.
    """
    late = hour.rows.get(LATE, 0)
    if hour.recorded is None or overdue or late < sum(hour.rows.values()):
        return True
    if late and not deferrable:
        return True
    waiting = late + sum(entry.rows for entry in hour.waiting)
    return waiting >= DUE_SHARE * hour.recorded


def overdue(waiting: Collection[Waiting], due: datetime) -> set[Partition]:
    """The event hours whose rows have waited since `due` or longer, or in too many deltas."""
    newest = set(sorted({entry.slice for entry in waiting})[-MAX_WAITING_DELTAS:])
    return {
        hour
        for hour, entries in by_hour(waiting).items()
        if any(entry.since <= due or entry.slice not in newest for entry in entries)
    }
