"""Prefixes of the lake that nothing needs, until their objects have expired.

Items of kind `condemned`, by location: `condemned`, and `tagged` once their objects expire. Beside
them one item says up to which slice the collection has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KIND = "condemned"
_COLLECTED = ("collected", "collected")


def read(ledger: Ledger) -> list[Item]:
    """All that is condemned, by location."""
    return list(ledger.items.query(_KIND))


def is_condemned(ledger: Ledger, location: str) -> bool:
    """Whether a prefix is condemned."""
    return ledger.items.get(_KIND, location) is not None


def condemn(ledger: Ledger, locations: Mapping[str, str], now: datetime) -> None:
    """Condemns prefixes; with each comes the slice that names it."""
    moment = now.isoformat()
    ledger.items.put_all(
        _KIND,
        (
            (location, {"slice": slice_, "state": "condemned", "condemned_at": moment})
            for location, slice_ in locations.items()
        ),
    )


def tagged(ledger: Ledger, items: Iterable[Item], now: datetime) -> None:
    """Notes that the objects below condemned prefixes are tagged."""
    done = {"state": "tagged", "tagged_at": now.isoformat()}
    ledger.items.put_all(
        _KIND,
        (
            (i["sk"], {"slice": i["slice"], "condemned_at": i["condemned_at"], **done})
            for i in items
        ),
    )


def forget(ledger: Ledger, location: str) -> None:
    """Removes a prefix that is needed after all, or whose objects have expired."""
    ledger.items.delete(_KIND, location)


def collected_upto(ledger: Ledger) -> str | None:
    """The last slice whose versions were judged, None if none was."""
    upto: str | None = (ledger.items.get(*_COLLECTED) or {}).get("upto")
    return upto


def keep_collected_upto(ledger: Ledger, slice_id: str) -> None:
    """Writes the last slice whose versions were judged."""
    ledger.items.put(*_COLLECTED, {"upto": slice_id})
