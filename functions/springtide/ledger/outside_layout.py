"""Objects that the last run saw outside the landing's layout; one item."""

from typing import TypedDict

from springtide.ledger.table import Ledger


class OutsideLayout(TypedDict):
    """The one item of kind `outside`."""

    objects: int  # how many lie outside the layout
    names: list[str]  # keys of some


_KEY = ("outside", "outside")


def read(ledger: Ledger) -> OutsideLayout:
    """What the last run saw, without the item's key."""
    item: OutsideLayout | None = ledger.items.get(*_KEY)
    if item is None:
        return {"objects": 0, "names": []}
    return {"objects": item["objects"], "names": item["names"]}


def keep(ledger: Ledger, objects: int, names: list[str]) -> None:
    """Writes what a run has seen."""
    item: OutsideLayout = {"objects": objects, "names": names}
    ledger.items.put(*_KEY, item)
