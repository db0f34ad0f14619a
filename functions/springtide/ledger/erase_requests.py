"""Requests to erase values of a field; items of kind `erase`.

They stay for good: they leave out these lines whenever lines are read again. One more item names
the last slice of the last erasure: versions that it or earlier slices replaced are not kept.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class FoundValues(TypedDict):
    """What the first slice of an erasure found of the values, before any row was erased."""

    slice: str  # the slice that counted
    event_rows: int
    event_hours: int
    rejects: int  # lines
    objects: list[str]  # s3:// URIs of some of the landed objects
    objects_in_all: int


class EraseRequest(TypedDict):
    """An item of kind `erase`."""

    sk: NotRequired[str]  # set when read: the name of the request's execution
    field: str
    values: list[str]
    upto: str  # erases rows that arrived up to this hour
    state: str  # requested or done
    requested_at: str  # ISO 8601, UTC
    found: NotRequired[FoundValues]
    done_at: NotRequired[str]  # ISO 8601, UTC
    slice: NotRequired[str]  # the slice that erased the last of it


class Erased(TypedDict):
    """The one item of kind `erased`."""

    upto: str  # the last slice of the last erasure


_KIND = "erase"
_UPTO = ("erased", "erased")


def read(ledger: Ledger) -> Iterator[EraseRequest]:
    """All requests, fulfilled or not, by name."""
    return ledger.items.query(_KIND)


def unfulfilled(ledger: Ledger) -> list[EraseRequest]:
    """The requests that are not fulfilled, the oldest first."""
    found = [item for item in read(ledger) if item["state"] == "requested"]
    return sorted(found, key=lambda item: item["requested_at"])


def keep(ledger: Ledger, name: str, item: EraseRequest) -> None:
    """Writes a request."""
    ledger.items.put(_KIND, name, item)


def first_found(ledger: Ledger, name: str, found: FoundValues) -> FoundValues:
    """Records what was found of the values, unless an earlier count has; returns the recorded."""
    item: EraseRequest | None = ledger.items.update(
        _KIND, name, "SET #found = if_not_exists(#found, :found)", {":found": found}
    )
    assert item is not None
    return item["found"]


def done(ledger: Ledger, name: str, slice_id: str, now: datetime) -> None:
    """Ends a request with the slice that erased the last of it."""
    erased: Erased = {"upto": slice_id}
    ledger.items.put(*_UPTO, erased)
    ledger.items.set(_KIND, name, state="done", done_at=now.isoformat(), slice=slice_id)


def erased_upto(ledger: Ledger) -> str:
    """The last slice of the last erasure, empty if nothing was erased."""
    item: Erased | None = ledger.items.get(*_UPTO)
    return "" if item is None else item["upto"]
