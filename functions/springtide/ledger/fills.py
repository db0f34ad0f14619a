"""Derived tables that are to be filled from `events`; items of kind `fill`, one per table.

A table is filled if it is new, if a rollback has emptied it, or if a person requests it.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NotRequired, TypedDict

from springtide.ledger import published, taken_hours
from springtide.ledger.table import Ledger
from springtide.model.documents import Fill
from springtide.model.partitions import EVENTS


class Filling(TypedDict):
    """An item of kind `fill`."""

    sk: NotRequired[str]  # set when read: the table
    after: str  # sort key of the last event hour that is done, as in `published`
    rolled_back: NotRequired[str]  # the rollback that holds it until it is resumed


_KIND = "fill"
# The event hours that one slice derives from; their chunks must leave room in the run's history.
MAX_HOURS = 1_000
_FIRST, _LAST = f"{EVENTS.table}#", f"{EVENTS.table}#~"


def request(ledger: Ledger, table: str) -> None:
    """Requests that a table is built for every event hour."""
    item: Filling = {"after": _FIRST}
    ledger.items.put(_KIND, table, item)


def request_new(ledger: Ledger, tables: Sequence[str]) -> Sequence[str]:
    """Requests to fill newly declared tables, if events were published; returns those tables.

    Hours that a slice published and did not record are ingested again, with all tables.
    """
    if not (published.any_of(ledger, EVENTS.table) and taken_hours.is_any(ledger)):
        return []
    for table in tables:
        request(ledger, table)
    return tables


def request_again(ledger: Ledger, tables: Iterable[str], rollback: str, *, hold: bool) -> None:
    """Requests to fill tables that a rollback has emptied; with `rollback`, once it is resumed."""
    item: Filling = {"after": _FIRST}
    if hold:
        item["rolled_back"] = rollback
    for table in tables:
        ledger.items.put(_KIND, table, item)


def resume(ledger: Ledger) -> list[str]:
    """Frees the tables that a rollback holds; returns them."""
    held = [item["sk"] for item in _read(ledger) if "rolled_back" in item]
    for table in held:
        request(ledger, table)
    return held


def filling(ledger: Ledger) -> dict[str, bool]:
    """The tables that still lack event hours, and whether a rollback holds each."""
    return {item["sk"]: "rolled_back" in item for item in _read(ledger)}


def following(ledger: Ledger, tables: Iterable[str]) -> Fill | None:
    """The next hours to derive from, None if none are left; drops finished fills."""
    declared = set(tables)
    for item in _read(ledger):
        if "rolled_back" in item and item["sk"] in declared:
            continue
        items = published.following(ledger, item["after"], _LAST)
        left = (each for each in items if each["sk"] != item["after"])
        hours = list(islice(left, MAX_HOURS)) if item["sk"] in declared else []
        if hours:
            return {
                "table": item["sk"],
                "hours": [each["partition"] for each in hours],
                "after": hours[-1]["sk"],
            }
        ledger.items.delete(_KIND, item["sk"])
    return None


def _read(ledger: Ledger) -> list[Filling]:
    return list(ledger.items.query(_KIND))


def done(ledger: Ledger, fill: Fill) -> None:
    """Records that a slice has built these hours."""
    if "after" in fill:
        ledger.items.set(_KIND, fill["table"], if_there=True, after=fill["after"])
