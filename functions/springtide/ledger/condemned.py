"""Prefixes of the lake that are no longer needed, until their objects have expired.

Items of kind `condemned`, by location. One more item, of kind `collected`, records up to which
slice the garbage collection has come.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class Condemned(TypedDict):
    """An item of kind `condemned`."""

    sk: NotRequired[str]  # set when read: the s3:// prefix
    slice: str  # the slice that names the prefix
    state: str  # condemned, or tagged once its objects are to expire
    condemned_at: str  # ISO 8601, UTC
    tagged_at: NotRequired[str]  # ISO 8601, UTC: when its objects were tagged, or last seen since


class Collected(TypedDict):
    """The one item of kind `collected`."""

    upto: str  # the last slice whose versions were checked


_KIND = "condemned"
_COLLECTED = ("collected", "collected")


def read(ledger: Ledger) -> list[Condemned]:
    """All condemned prefixes, by location."""
    return list(ledger.items.query(_KIND))


def is_condemned(ledger: Ledger, location: str) -> bool:
    """Whether a prefix is condemned."""
    return ledger.items.get(_KIND, location) is not None


def condemn(ledger: Ledger, locations: Mapping[str, str], now: datetime) -> None:
    """Condemns prefixes, each given with the slice that names it."""
    items: dict[str, Condemned] = {
        location: {"slice": slice_, "state": "condemned", "condemned_at": now.isoformat()}
        for location, slice_ in locations.items()
    }
    ledger.items.put_all(_KIND, items.items())


def tagged(ledger: Ledger, items: Iterable[Condemned], now: datetime) -> None:
    """Records that the objects below condemned prefixes are tagged and have not expired yet."""
    done: dict[str, Condemned] = {
        item["sk"]: {**item, "state": "tagged", "tagged_at": now.isoformat()} for item in items
    }
    ledger.items.put_all(_KIND, done.items())


def forget(ledger: Ledger, location: str) -> None:
    """Removes a prefix that is needed after all, or whose objects have expired."""
    ledger.items.delete(_KIND, location)


def collected_upto(ledger: Ledger) -> str | None:
    """The last slice whose versions were checked, None if none was."""
    item: Collected | None = ledger.items.get(*_COLLECTED)
    return None if item is None else item["upto"]


def keep_collected_upto(ledger: Ledger, slice_id: str) -> None:
    """Records the last slice whose versions were checked."""
    item: Collected = {"upto": slice_id}
    ledger.items.put(*_COLLECTED, item)
