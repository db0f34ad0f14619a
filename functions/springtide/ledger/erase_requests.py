"""Requests to erase values of a field.

Items of kind `erase`. They stay for good: lines that are read again are left out by them. Beside
them one item names the last slice of the last erasure: what it and those before it have replaced
is not kept.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class FoundValues(TypedDict):
    """What the first slice of an erasure found of the values, before any of it was gone."""

    slice: str  # that counted
    event_rows: int
    event_hours: int
    rejects: int  # lines
    objects: list[str]  # s3:// URIs in the landing, some
    objects_in_all: int


class EraseRequest(TypedDict):
    """An item of kind `erase`."""

    sk: NotRequired[str]  # the name of the request's execution, in what was read
    field: str
    values: list[str]
    upto: str  # the last arrival hour of which rows are erased
    state: str  # requested or done
    requested_at: str  # a moment
    found: NotRequired[FoundValues]
    done_at: NotRequired[str]  # a moment
    slice: NotRequired[str]  # that has erased the last of it


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
    """Keeps what was found of the values, unless an earlier count has; returns what is kept."""
    item: EraseRequest | None = ledger.items.update(
        _KIND, name, "SET #found = if_not_exists(#found, :found)", {":found": found}
    )
    assert item is not None
    return item["found"]


def done(ledger: Ledger, name: str, slice_id: str, now: datetime) -> None:
    """Ends a request with the slice that has erased the last of it."""
    erased: Erased = {"upto": slice_id}
    ledger.items.put(*_UPTO, erased)
    ledger.items.set(_KIND, name, state="done", done_at=now.isoformat(), slice=slice_id)


def erased_upto(ledger: Ledger) -> str:
    """The last slice of the last erasure, empty if nothing was erased."""
    item: Erased | None = ledger.items.get(*_UPTO)
    return "" if item is None else item["upto"]
