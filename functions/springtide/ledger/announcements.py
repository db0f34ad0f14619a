"""Slices whose event is still to be sent; items of kind `announcement`."""

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from springtide.ledger.slices import SliceAccount
from springtide.ledger.table import Ledger
from springtide.model.documents import Plan
from springtide.model.unread import Counted, counted


class ArrivalHours(TypedDict):
    """The arrival hours that a slice read."""

    first: str | None  # None if it read none
    last: str | None
    count: int


class AnnouncedAccount(Counted):
    """The account of a slice's lines, as its event contains it."""

    waiting: int  # late rows that are in no table yet


class Announcement(TypedDict):
    """An item of kind `announcement`: what a slice's event says besides its documents."""

    sk: NotRequired[str]  # set when read: the slice's id
    kind: str  # the slice's kind: arrivals, rebuild, erasure or derived
    arrival_hours: ArrivalHours
    account: AnnouncedAccount


_KIND = "announcement"
# Kinds of slices besides arrivals, by the field that their plan has.
_KINDS = {"rebuild": "rebuild", "erase": "erasure", "fill": "derived"}


def intend(ledger: Ledger, slice_id: str, plan: Plan, account: SliceAccount) -> None:
    """Records that a slice is to be announced.

    Call it when everything is published and before the first arrival hour is recorded. If the run
    dies before this, another slice ingests the same hours and announces them; after it, perhaps
    none does.
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
    """Removes the announcement of a slice whose event was sent."""
    ledger.items.delete(_KIND, slice_id)
