"""Late rows that wait in a delta for their event hour to be merged: which hours, since when.

Items of kind `waiting`, one for an event hour and the slice that read the rows, as documents have
them (`WaitingRows`). They are written before the slice's arrival hours count as taken, and removed
once a slice that merged them has published. A crash in between changes nothing: the next run
records that slice first.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from springtide.ledger import slices
from springtide.ledger.table import Ledger
from springtide.model.documents import WaitingRows
from springtide.model.partitions import Partition
from springtide.model.versions import planned_at

_KIND = "waiting"


def sort_of(entry: WaitingRows) -> str:
    """The sort key of the item: by slice, the oldest first."""
    return f"{entry['slice']}#{'T'.join(entry['hour'])}"


def since(entry: WaitingRows) -> datetime:
    """When the slice was planned that read the rows."""
    return planned_at(entry["slice"])


def entries(ledger: Ledger) -> list[WaitingRows]:
    """All that waits, the oldest first; of a slice that is not recorded yet, nothing."""
    unfinished = slices.unfinished(ledger)
    begun = None if unfinished is None else unfinished["sk"]
    return [entry for entry in every(ledger) if entry["slice"] != begun]


def every(ledger: Ledger) -> list[WaitingRows]:
    """The same with what a slice has left in whose recording a run died."""
    return [_entry(item) for item in ledger.items.query(_KIND)]


def by_hour(found: Iterable[WaitingRows]) -> dict[Partition, list[WaitingRows]]:
    """The entries of each event hour."""
    hours: dict[Partition, list[WaitingRows]] = defaultdict(list)
    for entry in found:
        hours[tuple(entry["hour"])].append(entry)
    return dict(hours)


def rows_of(found: Iterable[WaitingRows]) -> int:
    """How many rows wait."""
    return sum(entry["rows"] for entry in found)


def keep(ledger: Ledger, found: Iterable[WaitingRows]) -> None:
    """Writes that rows wait; writing it twice does no harm."""
    ledger.items.put_all(_KIND, ((sort_of(entry), entry) for entry in found))


def drop(ledger: Ledger, found: Iterable[WaitingRows]) -> None:
    """Removes what no longer waits; it need not be there."""
    ledger.items.delete_all(_KIND, map(sort_of, found))


def _entry(item: WaitingRows) -> WaitingRows:
    """What an item says, without its key."""
    return {
        "slice": item["slice"],
        "hour": item["hour"],
        "version": item["version"],
        "rows": item["rows"],
        "arrival": item["arrival"],
    }
