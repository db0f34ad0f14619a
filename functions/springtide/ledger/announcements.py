"""Slices whose event is still to be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger
from springtide.model.documents import Plan
from springtide.model.unread import unread_objects

_KIND = "announcement"
# What slices are besides arrivals, by what their plans have.
_KINDS = {"rebuild": "rebuild", "erase": "erasure", "fill": "derived"}


def intend(ledger: Ledger, slice_id: str, plan: Plan, account: Mapping[str, Any]) -> None:
    """Notes that a slice is to be announced.

    To be called when everything is published and before the first arrival hour is recorded: up to
    here, after a crash, another slice ingests and announces it; from here on perhaps none does.
    """
    hours = plan["hours"]
    item = {
        "kind": next((k for n, k in _KINDS.items() if n in plan), "arrivals"),
        "arrival_hours": {
            "first": hours[0]["hour"] if hours else None,
            "last": hours[-1]["hour"] if hours else None,
            "count": len(hours),
        },
        "account": {
            **{
                name: account[name] for name in ("lines", "accepted", "rejected", "late", "waiting")
            },
            "unread": unread_objects(account),
        },
    }
    ledger.items.put(_KIND, slice_id, item)


def intended(ledger: Ledger) -> Iterator[Item]:
    """The slices that are to be announced, the oldest first."""
    return ledger.items.query(_KIND)


def sent(ledger: Ledger, slice_id: str) -> None:
    """Forgets a slice that was announced."""
    ledger.items.delete(_KIND, slice_id)
