"""The attempts at a slice's queries: where each writes, its query, and how it ended.

Items of kind `query#<slice>`, sorted by step, chunk and number of the attempt.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger
from springtide.model.errors import SpringtideError


class Attempt(TypedDict):
    """An item of kind `query#<slice>`."""

    sk: NotRequired[str]  # set when read: as `sort_of` makes it
    state: str  # started, succeeded, failed, or forgotten by Athena
    version: str  # the version that the query writes
    target: str  # the s3:// prefix that it writes to, empty if it only reads
    started_at: str  # ISO 8601, UTC
    query_id: NotRequired[str]  # Athena's id, once it has answered
    scanned_bytes: NotRequired[int]  # once the query has ended


def sort_of(step: str, chunk: int, attempt: int) -> str:
    """The sort key of an attempt's item."""
    return f"{step}#{chunk:05d}#{attempt:03d}"


def _kind(slice_id: str) -> str:
    return f"query#{slice_id}"


def of_slice(ledger: Ledger, slice_id: str) -> Iterator[Attempt]:
    """All attempts at the slice's queries."""
    return ledger.items.query(_kind(slice_id))


def one(ledger: Ledger, slice_id: str, sort: str) -> Attempt:
    """An attempt's item; raises SpringtideError if there is none."""
    item: Attempt | None = ledger.items.get(_kind(slice_id), sort)
    if item is None:
        raise SpringtideError(f"{slice_id}: attempt {sort} was never recorded")
    return item


def succeeded(ledger: Ledger, slice_id: str, step: str, chunk: int = 0) -> Attempt:
    """The successful attempt at a query; raises SpringtideError if there is none."""
    prefix = f"{step}#{chunk:05d}#"
    found: list[Attempt] = list(ledger.items.query(_kind(slice_id), prefix=prefix))
    for item in reversed(found):
        if item["state"] == "succeeded":
            return item
    raise SpringtideError(f"slice {slice_id}: no attempt at {step} {chunk} has succeeded")


def started(ledger: Ledger, slice_id: str) -> list[Attempt]:
    """Attempts at the slice's queries that began and whose end is not recorded.

    If Athena's answer was lost, the query's id is not known.
    """
    return [item for item in of_slice(ledger, slice_id) if item["state"] == "started"]


def begin(
    ledger: Ledger, slice_id: str, sort: str, version: str, target: str | None, now: datetime
) -> None:
    """Records where an attempt's query writes, before it starts; a second call changes nothing."""
    ledger.items.update(
        _kind(slice_id),
        sort,
        "SET #state = if_not_exists(#state, :started), version = :version, target = :target,"
        " started_at = if_not_exists(started_at, :now)",
        {
            ":started": "started",
            ":version": version,
            ":target": target or "",
            ":now": now.isoformat(),
        },
    )


def name(ledger: Ledger, slice_id: str, sort: str, query_id: str) -> None:
    """Records the id of an attempt's query."""
    ledger.items.set(_kind(slice_id), sort, query_id=query_id)


def end(ledger: Ledger, slice_id: str, sort: str, state: str, scanned_bytes: int) -> None:
    """Records how an attempt ended: `succeeded` or `failed`."""
    ledger.items.set(_kind(slice_id), sort, state=state, scanned_bytes=scanned_bytes)


def forget(ledger: Ledger, slice_id: str, sort: str) -> None:
    """Marks an attempt's query as unknown to Athena, unless its end was recorded meanwhile."""
    ledger.items.update(
        _kind(slice_id),
        sort,
        "SET #state = :forgotten",
        {":forgotten": "forgotten", ":started": "started"},
        condition="#state = :started",
    )
