"""Late rows that wait in a delta for their event hour to be merged: which hours, since when.

Items of kind `waiting`, one for an event hour and the slice that read the rows, as documents have
them (`WaitingRows`). They are written
before the slice's arrival hours count as taken, and removed once a slice that merged them has
published. A crash in between changes nothing: the next run records that slice first.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from springtide.ledger import slices
from springtide.ledger.table import Ledger
from springtide.model.documents import WaitingRows
from springtide.model.partitions import Partition
from springtide.model.versions import planned_at

_KIND = "waiting"


class Waiting(NamedTuple):
    """Rows of one event hour in one slice's delta; `arrival` is the first arrival hour of them."""

    slice: str
    hour: Partition
    version: str
    rows: int
    arrival: str

    @property
    def sort(self) -> str:
        """The sort key of the item: by slice, the oldest first."""
        return f"{self.slice}#{'T'.join(self.hour)}"

    @property
    def since(self) -> datetime:
        """When the slice was planned that read the rows."""
        return planned_at(self.slice)

    def document(self) -> WaitingRows:
        """The entry as documents have it."""
        return {
            "slice": self.slice,
            "hour": list(self.hour),
            "version": self.version,
            "rows": self.rows,
            "arrival": self.arrival,
        }

    @classmethod
    def of(cls, document: WaitingRows) -> "Waiting":
        """The entry that a document, or an item, describes."""
        return cls(
            document["slice"],
            tuple(document["hour"]),
            document["version"],
            document["rows"],
            document["arrival"],
        )


def entries(ledger: Ledger) -> list[Waiting]:
    """All that waits, the oldest first; of a slice that is not recorded yet, nothing."""
    unfinished = slices.unfinished(ledger)
    begun = None if unfinished is None else unfinished["sk"]
    return [entry for entry in _read(ledger) if entry.slice != begun]


def by_hour(found: Iterable[Waiting]) -> dict[Partition, list[Waiting]]:
    """The entries of each event hour."""
    hours: dict[Partition, list[Waiting]] = defaultdict(list)
    for entry in found:
        hours[entry.hour].append(entry)
    return dict(hours)


def rows_of(found: Iterable[Waiting]) -> int:
    """How many rows wait."""
    return sum(entry.rows for entry in found)


def keep(ledger: Ledger, found: Iterable[Waiting]) -> None:
    """Writes that rows wait; writing it twice does no harm."""
    ledger.items.put_all(_KIND, ((entry.sort, entry.document()) for entry in found))


def drop(ledger: Ledger, found: Iterable[Waiting]) -> None:
    """Removes what no longer waits; it need not be there."""
    ledger.items.delete_all(_KIND, (entry.sort for entry in found))


def _read(ledger: Ledger) -> list[Waiting]:
    items: Iterable[WaitingRows] = ledger.items.query(_KIND)
    return [Waiting.of(item) for item in items]
