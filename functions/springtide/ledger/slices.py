"""The slices: planned, and then recorded, failed or undone; rollbacks are among them.

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
    """The account of the lines of all arrival hours of a slice."""

    waiting: int  # late rows that it has left in no table


class Failure(TypedDict):
    """The error of a slice that was given up."""

    error: str  # its name
    cause: str  # cut


class SkipDecision(TypedDict):
    """An object that is skipped from now on."""

    key: str
    etag: str


class RebuildDecision(TypedDict):
    """What becomes of a rebuild's request: it is dropped, unless `tries` is there."""

    request: str  # its sort key
    tries: NotRequired[int]  # how often it has failed
    failure: NotRequired[str]  # the name of the error, beside `tries`


class Decision(TypedDict):
    """What was decided about a slice that failed."""

    isolated: bool  # whether the run plans again
    changed: NotRequired[int]  # how often a deployment has had it planned again
    misnamed: NotRequired[bool]  # True: the objects that a document of the slice names are skipped
    aside: NotRequired[SkipDecision]
    marks: NotRequired[dict[str, int]]  # `stale`, `transient` or `max_hours` of its open hours
    held: NotRequired[list[str]]  # arrival hours
    derived: NotRequired[list[tuple[str, list[str]]]]  # partitions of derived tables that are held
    arrival_hour: NotRequired[str]  # beside `derived`: the first of which the slice takes rows in
    derive_hours: NotRequired[int]  # event hours a chunk of derived tables from now on
    rebuild: NotRequired[RebuildDecision]
    told: NotRequired[str]  # a sentence for the run's cause


class Slice(TypedDict):
    """An item of kind `slice`; of a rollback it has no hours and no objects."""

    sk: NotRequired[str]  # the slice's id, in what was read
    state: str  # planned, recorded, failed, undone or rollback
    execution: str  # or the holder of a rollback's lease
    fence: int
    started_at: str  # a moment
    hours: NotRequired[int]  # how many arrival hours it reads
    objects: NotRequired[int]  # how many there are in them
    first_hour: NotRequired[str]  # arrival hour; none if it reads none
    last_hour: NotRequired[str]
    rebuild: NotRequired[RebuildOrder]
    erases: NotRequired[bool]  # True: it erases values
    fills: NotRequired[str]  # a derived table that it builds from `events`
    merges_from: NotRequired[str]  # the oldest slice whose late rows it merges
    measured_at: NotRequired[str]  # a moment: when its metrics were emitted
    account: NotRequired[SliceAccount]  # once it is recorded
    recorded_at: NotRequired[str]  # a moment
    failure: NotRequired[Failure]  # of one that was given up
    decision: NotRequired[Decision]  # beside `failure`
    undone_by: NotRequired[str]  # the rollback
    to: NotRequired[str]  # of a rollback: the slice that it goes back to
    ended_at: NotRequired[str]  # a moment: when a rollback has made all its flips


_KIND = "slice"


def next_number(ledger: Ledger) -> int:
    """A number no slice has had."""
    item: Mark | None = ledger.items.update("mark", "mark", "ADD slices :one", {":one": 1})
    assert item is not None
    return item["slices"]


def after(ledger: Ledger, slice_id: str | None) -> list[Slice]:
    """The slices after one, or all, the oldest first."""
    return [i for i in ledger.items.query(_KIND, first=slice_id) if i["sk"] != slice_id]


def newest_first(ledger: Ledger, limit: int | None = None) -> Iterator[Slice]:
    """The newest slices first, `limit` at most, read as far as the caller goes through them."""
    return islice(ledger.items.query(_KIND, newest_first=True), limit)


def one(ledger: Ledger, slice_id: str) -> Slice | None:
    """The item of a slice, None if no slice has this id."""
    return ledger.items.get(_KIND, slice_id)


def among(ledger: Ledger, ids: Iterable[str]) -> dict[str, Slice]:
    """The items of those of the slices that there are."""
    return ledger.items.get_all(_KIND, ids)


def newest(ledger: Ledger) -> Slice | None:
    """The slice that was planned last, or the rollback if one was made since."""
    return next(ledger.items.query(_KIND, newest_first=True, limit=1), None)


def unfinished(ledger: Ledger) -> Slice | None:
    """The newest slice if it was planned and never recorded nor given up."""
    found = newest(ledger)
    return found if found is not None and found["state"] == "planned" else None


def begin(ledger: Ledger, slice_id: str, item: Slice) -> None:
    """Writes a slice that was planned, or a rollback that begins."""
    ledger.items.put(_KIND, slice_id, item)


def merges_from(ledger: Ledger, slice_id: str, oldest: str) -> None:
    """Notes the oldest slice whose late rows a slice merges."""
    ledger.items.set(_KIND, slice_id, merges_from=oldest)


def measured(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Notes that the metrics of a slice were emitted."""
    ledger.items.set(_KIND, slice_id, measured_at=now.isoformat())


def record(ledger: Ledger, slice_id: str, account: SliceAccount, now: datetime) -> None:
    """Records a slice that is published, with its account."""
    at = now.isoformat()
    ledger.items.set(_KIND, slice_id, state="recorded", account=account, recorded_at=at)


def fail(ledger: Ledger, slice_id: str, failure: Failure, decision: Decision) -> None:
    """Gives a slice up, with its error and what was decided about it."""
    ledger.items.set(_KIND, slice_id, state="failed", failure=failure, decision=decision)


def undo(ledger: Ledger, slice_id: str, by: str) -> None:
    """Records that a rollback has undone a slice."""
    ledger.items.set(_KIND, slice_id, state="undone", undone_by=by)


def end_rollback(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Notes that a rollback has made all its flips."""
    ledger.items.set(_KIND, slice_id, ended_at=now.isoformat())
