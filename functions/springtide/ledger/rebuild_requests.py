"""Ranges of event hours that a person has had rebuilt, until each is.

Items of kind `rebuild`: how often it failed, whether it is published in part, the partitions that
change with it (`moved`) and the arrival hours that it has to read besides (`also`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from springtide.aws.dynamodb import Item
from springtide.ledger.table import Ledger

_KIND = "rebuild"


def read(ledger: Ledger) -> Iterator[Item]:
    """The rebuilds that are not done, by name."""
    return ledger.items.query(_KIND)


def one(ledger: Ledger, name: str) -> Item | None:
    """A rebuild, None if it is done or was given up."""
    return ledger.items.get(_KIND, name)


def keep(ledger: Ledger, name: str, first: str, last: str) -> None:
    """Writes a request."""
    ledger.items.put(_KIND, name, {"first": first, "last": last})


def drop(ledger: Ledger, name: str) -> None:
    """Removes a rebuild that is done or given up."""
    ledger.items.delete(_KIND, name)


def failed(ledger: Ledger, name: str, tries: int, failure: str) -> None:
    """Writes how often a rebuild that is not done has failed, and with which error last."""
    ledger.items.update(
        _KIND,
        name,
        "SET tries = :tries, failure = :failure",
        {":tries": tries, ":failure": failure},
        condition="attribute_exists(pk)",
    )


def publishing(ledger: Ledger, name: str) -> None:
    """Remembers, before the first pointer is flipped, that a rebuild is published in part."""
    ledger.items.update(
        _KIND,
        name,
        "SET published = :yes",
        {":yes": True},
        condition="attribute_exists(pk)",
    )


def moves(ledger: Ledger, name: str, partitions: Iterable[str]) -> None:
    """Writes the partitions whose keys change with a rebuild."""
    ledger.items.update(_KIND, name, "SET moved = :moved", {":moved": sorted(partitions)})


def reads_also(ledger: Ledger, name: str, hours: list[str]) -> None:
    """Writes the arrival hours that a rebuild has to read besides."""
    ledger.items.update(_KIND, name, "SET also = :also", {":also": hours})
