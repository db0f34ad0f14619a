"""The slices: planned, then recorded, failed or undone; rollbacks are listed with them.

Items of kind `slice`, sorted by when they were planned.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NotRequired, TypedDict

from springtide.ledger.marks import Mark
from springtide.ledger.table import Ledger
from springtide.model.documents import HourCounts, RebuildOrder


class SliceAccount(HourCounts):
    """The account of all lines in a slice's arrival hours."""

    waiting: int  # late rows that it has left waiting


class Failure(TypedDict):
    """The error of a slice that failed."""

    error: str  # the error's name
    cause: str  # the error's cause, cut short


class SkipDecision(TypedDict):
    """An object to skip from now on."""

    key: str
    etag: str


class RebuildDecision(TypedDict):
    """What becomes of a rebuild's request: it is dropped, unless `tries` is set."""

    request: str  # its sort key
    tries: NotRequired[int]  # how often it has failed
    failure: NotRequired[str]  # the error's name; set with `tries`


class Decision(TypedDict):
    """What was decided about a slice that failed."""

    isolated: bool  # whether the run plans again
    changed: NotRequired[int]  # how often a deployment caused it to be planned again
    misnamed: NotRequired[bool]  # True: skip the objects that the document `misnamed` names
    aside: NotRequired[SkipDecision]
    marks: NotRequired[dict[str, int]]  # `stale`, `transient` or `max_hours`, for its open hours
    held: NotRequired[list[str]]  # arrival hours to hold
    derived: NotRequired[list[tuple[str, list[str]]]]  # partitions of derived tables to hold
    arrival_hour: NotRequired[str]  # set with `derived`: the slice's first
    derive_hours: NotRequired[int]  # event hours per chunk of derived tables from now on
    rebuild: NotRequired[RebuildDecision]
    advice: NotRequired[str]  # a sentence to add to the run's cause


class Slice(TypedDict):
    """An item of kind `slice`; a rollback has no hours and no objects."""

    sk: NotRequired[str]  # set when read: the slice's id
    state: str  # planned, recorded, failed, undone or rollback
    execution: str  # the execution, or the holder of a rollback's lease
    fence: int
    started_at: str  # ISO 8601, UTC
    hours: NotRequired[int]  # how many arrival hours it reads
    objects: NotRequired[int]  # how many objects those hours have
    first_hour: NotRequired[str]  # arrival hour; missing if it reads none
    last_hour: NotRequired[str]
    rebuild: NotRequired[RebuildOrder]
    erases: NotRequired[bool]  # True for an erasure
    fills: NotRequired[str]  # the derived table that it fills from `events`
    merges_from: NotRequired[str]  # the oldest slice whose waiting rows it merges
    measured_at: NotRequired[str]  # ISO 8601, UTC: when its metrics were emitted
    account: NotRequired[SliceAccount]  # set once it is recorded
    recorded_at: NotRequired[str]  # ISO 8601, UTC
    failure: NotRequired[Failure]  # set if it failed
    decision: NotRequired[Decision]  # set with `failure`
    undone_by: NotRequired[str]  # the rollback that undid it
    to: NotRequired[str]  # rollbacks: the slice that it goes back to
    ended_at: NotRequired[str]  # ISO 8601, UTC: when a rollback made all its flips


_KIND = "slice"


def next_number(ledger: Ledger) -> int:
    """The number of the next slice; no slice has had it."""
    item: Mark | None = ledger.items.update("mark", "mark", "ADD slices :one", {":one": 1})
    assert item is not None
    return item["slices"]


def after(ledger: Ledger, slice_id: str | None) -> list[Slice]:
    """The slices after one, or all, the oldest first."""
    return [i for i in ledger.items.query(_KIND, first=slice_id) if i["sk"] != slice_id]


def newest_first(ledger: Ledger, limit: int | None = None) -> Iterator[Slice]:
    """The newest slices first, at most `limit`, read lazily."""
    return islice(ledger.items.query(_KIND, newest_first=True), limit)


def one(ledger: Ledger, slice_id: str) -> Slice | None:
    """A slice's item, None if there is none with this id."""
    return ledger.items.get(_KIND, slice_id)


def among(ledger: Ledger, ids: Iterable[str]) -> dict[str, Slice]:
    """The items of those of the slices that exist."""
    return ledger.items.get_all(_KIND, ids)


def newest(ledger: Ledger) -> Slice | None:
    """The slice that was planned last, or the rollback if it came after."""
    return next(ledger.items.query(_KIND, newest_first=True, limit=1), None)


def unfinished(ledger: Ledger) -> Slice | None:
    """The newest slice if it was planned and neither recorded nor failed."""
    found = newest(ledger)
    return found if found is not None and found["state"] == "planned" else None


def begin(ledger: Ledger, slice_id: str, item: Slice) -> None:
    """Writes a slice that was planned, or a rollback that begins."""
    ledger.items.put(_KIND, slice_id, item)


def merges_from(ledger: Ledger, slice_id: str, oldest: str) -> None:
    """Records the oldest slice whose waiting rows a slice merges."""
    ledger.items.set(_KIND, slice_id, merges_from=oldest)


def measured(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Records that the metrics of a slice were emitted."""
    ledger.items.set(_KIND, slice_id, measured_at=now.isoformat())


def record(ledger: Ledger, slice_id: str, account: SliceAccount, now: datetime) -> None:
    """Records a slice that is published, with its account."""
    at = now.isoformat()
    ledger.items.set(_KIND, slice_id, state="recorded", account=account, recorded_at=at)


def fail(ledger: Ledger, slice_id: str, failure: Failure, decision: Decision) -> None:
    """Marks a slice as failed, with its error and what was decided about it."""
    ledger.items.set(_KIND, slice_id, state="failed", failure=failure, decision=decision)


def undo(ledger: Ledger, slice_id: str, by: str) -> None:
    """Marks a slice as undone by a rollback."""
    ledger.items.set(_KIND, slice_id, state="undone", undone_by=by)


def end_rollback(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Records that a rollback has made all its flips."""
    ledger.items.set(_KIND, slice_id, ended_at=now.isoformat())
