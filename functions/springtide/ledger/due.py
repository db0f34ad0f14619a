"""Decides which event hours are merged now, and which leave their late rows waiting."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from springtide.ledger.waiting import rows_of, since
from springtide.model.documents import WaitingRows
from springtide.model.lanes import LATE

# An hour is due once this share of its rows waits: then rewriting it costs each late row about as
# much as waiting longer would save.
DUE_SHARE = 0.05
# A statement names every delta that it reads, and Athena accepts 1,000 values of an injected key
# (docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html).
MAX_WAITING_DELTAS = 200


class Hour(NamedTuple):
    """An event hour that could be merged.

    `rows` are the slice's rows of it, by lane; `recorded` the rows of its partition, None if there
    is none; `waiting` the rows that earlier slices left.
    """

    rows: Mapping[str, int]
    recorded: int | None
    waiting: Sequence[WaitingRows]


def is_due(hour: Hour, *, deferrable: bool) -> bool:
    """Whether a slice that does not settle merges the hour now.

    `deferrable`: whether late rows of this slice may wait at all.
    """
    late = hour.rows.get(LATE, 0)
    if hour.recorded is None or late < sum(hour.rows.values()):
        return True
    if late and not deferrable:
        return True
    waiting = late + rows_of(hour.waiting)
    return waiting >= DUE_SHARE * hour.recorded


def must_settle(waiting: Collection[WaitingRows], due: datetime) -> bool:
    """Whether a slice merges all waiting rows: some have waited since `due`, or in too many deltas.

    It merges all at once, since windows of derived tables reach from an hour into its neighbours:
    these are then built once.
    """
    deltas = {entry["slice"] for entry in waiting}
    return len(deltas) > MAX_WAITING_DELTAS or any(since(entry) <= due for entry in waiting)
