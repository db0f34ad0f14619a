"""Late rows that wait in a delta until their event hour is merged; items of kind `waiting`.

There is one item for each event hour and slice that read the rows. It is written before the slice's
arrival hours count as taken, and removed once a slice that merged the rows has published. A crash
in between changes nothing: the next run records that slice first.
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
    """The item's sort key: by slice, the oldest first."""
    return f"{entry['slice']}#{'T'.join(entry['hour'])}"


def since(entry: WaitingRows) -> datetime:
    """When the slice that read the rows was planned."""
    return planned_at(entry["slice"])


def entries(ledger: Ledger) -> list[WaitingRows]:
    """All waiting rows, the oldest first, except those of a slice that is not recorded yet."""
    unfinished = slices.unfinished(ledger)
    begun = None if unfinished is None else unfinished["sk"]
    return [entry for entry in every(ledger) if entry["slice"] != begun]


def every(ledger: Ledger) -> list[WaitingRows]:
    """All waiting rows, including those of a slice whose recording was cut off."""
    return [_entry(item) for item in ledger.items.query(_KIND)]


def by_hour(found: Iterable[WaitingRows]) -> dict[Partition, list[WaitingRows]]:
    """The entries of each event hour."""
    hours: dict[Partition, list[WaitingRows]] = defaultdict(list)
    for entry in found:
        hours[tuple(entry["hour"])].append(entry)
    return dict(hours)


def rows_of(found: Iterable[WaitingRows]) -> int:
    """The number of rows that wait."""
    return sum(entry["rows"] for entry in found)


def keep(ledger: Ledger, found: Iterable[WaitingRows]) -> None:
    """Records waiting rows; a second call changes nothing."""
    ledger.items.put_all(_KIND, ((sort_of(entry), entry) for entry in found))


def drop(ledger: Ledger, found: Iterable[WaitingRows]) -> None:
    """Removes rows that no longer wait; they need not be there."""
    ledger.items.delete_all(_KIND, map(sort_of, found))


def _entry(item: WaitingRows) -> WaitingRows:
    """An item without its key."""
    return {
        "slice": item["slice"],
        "hour": item["hour"],
        "version": item["version"],
        "rows": item["rows"],
        "arrival": item["arrival"],
    }
