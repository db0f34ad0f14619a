"""Prefixes of the lake that nothing needs, until their objects have expired.

Items of kind `condemned`, by location. Beside them one item of kind `collected` says up to which
slice the collection has come.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NotRequired, TypedDict

from springtide.ledger.table import Ledger


class Condemned(TypedDict):
    """An item of kind `condemned`."""

    sk: NotRequired[str]  # the s3:// prefix, in what was read
    slice: str  # that names the prefix
    state: str  # condemned, or tagged once its objects are to expire
    condemned_at: str  # a moment
    tagged_at: NotRequired[str]  # when its objects were tagged, or last seen since: a moment


class Collected(TypedDict):
    """The one item of kind `collected`."""

    upto: str  # the last slice whose versions were judged


_KIND = "condemned"
_COLLECTED = ("collected", "collected")


def read(ledger: Ledger) -> list[Condemned]:
    """All that is condemned, by location."""
    return list(ledger.items.query(_KIND))


def is_condemned(ledger: Ledger, location: str) -> bool:
    """Whether a prefix is condemned."""
    return ledger.items.get(_KIND, location) is not None


def condemn(ledger: Ledger, locations: Mapping[str, str], now: datetime) -> None:
    """Condemns prefixes; with each comes the slice that names it."""
    items: dict[str, Condemned] = {
        location: {"slice": slice_, "state": "condemned", "condemned_at": now.isoformat()}
        for location, slice_ in locations.items()
    }
    ledger.items.put_all(_KIND, items.items())


def tagged(ledger: Ledger, items: Iterable[Condemned], now: datetime) -> None:
    """Notes that the objects below condemned prefixes are tagged and have not expired yet."""
    done: dict[str, Condemned] = {
        item["sk"]: {**item, "state": "tagged", "tagged_at": now.isoformat()} for item in items
    }
    ledger.items.put_all(_KIND, done.items())


def forget(ledger: Ledger, location: str) -> None:
    """Removes a prefix that is needed after all, or whose objects have expired."""
    ledger.items.delete(_KIND, location)


def collected_upto(ledger: Ledger) -> str | None:
    """The last slice whose versions were judged, None if none was."""
    item: Collected | None = ledger.items.get(*_COLLECTED)
    return None if item is None else item["upto"]


def keep_collected_upto(ledger: Ledger, slice_id: str) -> None:
    """Writes the last slice whose versions were judged."""
    item: Collected = {"upto": slice_id}
    ledger.items.put(*_COLLECTED, item)
