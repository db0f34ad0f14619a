"""The slices: planned, and then recorded, failed or undone; rollbacks are among them.

Items of kind `slice`, sorted by when they were planned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KIND = "slice"


def next_number(ledger: Ledger) -> int:
    """A number no slice has had."""
    item = ledger.items.update("mark", "mark", "ADD slices :one", {":one": 1})
    assert item is not None
    return int(item["slices"])


def after(ledger: Ledger, slice_id: str | None) -> list[Item]:
    """The slices after one, or all, the oldest first."""
    return [i for i in ledger.items.query(_KIND, first=slice_id) if i["sk"] != slice_id]


def newest_first(ledger: Ledger, limit: int | None = None) -> Iterator[Item]:
    """The newest slices first, `limit` at most, read as far as the caller goes through them."""
    return islice(ledger.items.query(_KIND, newest_first=True), limit)


def one(ledger: Ledger, slice_id: str) -> Item | None:
    """The item of a slice, None if no slice has this id."""
    return ledger.items.get(_KIND, slice_id)


def newest(ledger: Ledger) -> Item | None:
    """The slice that was planned last, or the rollback if one was made since."""
    return next(ledger.items.query(_KIND, newest_first=True, limit=1), None)


def unfinished(ledger: Ledger) -> Item | None:
    """The newest slice if it was planned and never recorded nor given up."""
    found = newest(ledger)
    return found if found is not None and found["state"] == "planned" else None


def begun_to_be_recorded(ledger: Ledger) -> Item | None:
    """The newest slice if all of it is published and a call that recorded it did not end.

    Its metrics are emitted before anything is recorded of it.
    """
    found = unfinished(ledger)
    return found if found is not None and "measured_at" in found else None


def unrecorded(ledger: Ledger) -> Item | None:
    """The newest slice if it was never recorded, given up or not."""
    found = newest(ledger)
    return found if found is not None and found["state"] in ("planned", "failed") else None


def begin(ledger: Ledger, slice_id: str, item: Mapping[str, Any]) -> None:
    """Writes a slice that was planned, or a rollback that begins."""
    ledger.items.put(_KIND, slice_id, item)


def merges_from(ledger: Ledger, slice_id: str, oldest: str) -> None:
    """Notes the oldest slice whose late rows a slice merges."""
    ledger.items.update(_KIND, slice_id, "SET merges_from = :first", {":first": oldest})


def measured(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Notes that the metrics of a slice were emitted."""
    ledger.items.update(_KIND, slice_id, "SET measured_at = :now", {":now": now.isoformat()})


def record(ledger: Ledger, slice_id: str, account: Mapping[str, Any], now: datetime) -> None:
    """Records a slice that is published, with its account."""
    ledger.items.update(
        _KIND,
        slice_id,
        "SET #state = :recorded, account = :account, recorded_at = :now",
        {":recorded": "recorded", ":account": account, ":now": now.isoformat()},
        names={"#state": "state"},
    )


def fail(
    ledger: Ledger, slice_id: str, failure: Mapping[str, str], decision: Mapping[str, Any]
) -> None:
    """Gives a slice up, with its error and what was decided about it."""
    ledger.items.update(
        _KIND,
        slice_id,
        "SET #state = :failed, failure = :failure, decision = :decision",
        {":failed": "failed", ":failure": failure, ":decision": decision},
        names={"#state": "state"},
    )


def undo(ledger: Ledger, slice_id: str, by: str) -> None:
    """Records that a rollback has undone a slice."""
    ledger.items.update(
        _KIND,
        slice_id,
        "SET #state = :undone, undone_by = :by",
        {":undone": "undone", ":by": by},
        names={"#state": "state"},
    )


def end_rollback(ledger: Ledger, slice_id: str, now: datetime) -> None:
    """Notes that a rollback has made all its flips."""
    ledger.items.update(_KIND, slice_id, "SET ended_at = :now", {":now": now.isoformat()})
