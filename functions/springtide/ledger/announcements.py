"""Slices whose event is still to be sent."""

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from springtide.ledger.slices import SliceAccount
from springtide.ledger.table import Ledger
from springtide.model.documents import Plan
from springtide.model.unread import Counted, counted


class ArrivalHours(TypedDict):
    """The arrival hours that a slice has read."""

    first: str | None  # None if it has read none
    last: str | None
    count: int


class AnnouncedAccount(Counted):
    """The account of a slice's lines as its event has it."""

    waiting: int  # late rows that are in no table yet


class Announcement(TypedDict):
    """An item of kind `announcement`: what a slice's event says besides its documents."""

    sk: NotRequired[str]  # the slice, in what was read
    kind: str  # of slice: arrivals, rebuild, erasure or derived
    arrival_hours: ArrivalHours
    account: AnnouncedAccount


_KIND = "announcement"
# What slices are besides arrivals, by what their plans have.
_KINDS = {"rebuild": "rebuild", "erase": "erasure", "fill": "derived"}


def intend(ledger: Ledger, slice_id: str, plan: Plan, account: SliceAccount) -> None:
    """Notes that a slice is to be announced.

    To be called when everything is published and before the first arrival hour is recorded: up to
    here, after a crash, another slice ingests and announces it; from here on perhaps none does.
    """
    hours = plan["hours"]
    item: Announcement = {
        "kind": next((k for n, k in _KINDS.items() if n in plan), "arrivals"),
        "arrival_hours": {
            "first": hours[0]["hour"] if hours else None,
            "last": hours[-1]["hour"] if hours else None,
            "count": len(hours),
        },
        "account": {**counted(account), "waiting": account["waiting"]},
    }
    ledger.items.put(_KIND, slice_id, item)


def intended(ledger: Ledger) -> Iterator[Announcement]:
    """The slices that are to be announced, the oldest first."""
    return ledger.items.query(_KIND)


def sent(ledger: Ledger, slice_id: str) -> None:
    """Forgets a slice that was announced."""
    ledger.items.delete(_KIND, slice_id)
