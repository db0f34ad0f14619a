"""Where the runs have left each published partition, and how the catalog differs from that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, NotRequired

from springtide.aws import catalog, glue_partitions
from springtide.dataset import loading
from springtide.dataset.tables import published_tables
from springtide.ledger import slices
from springtide.ledger.chunks import base_of
from springtide.ledger.table import Ledger
from springtide.model.documents import Base
from springtide.model.errors import FenceLostError
from springtide.model.partitions import Partition, folder_of
from springtide.model.settings import Settings
from springtide.model.wording import listed


class Published(Base):
    """An item of kind `published`: where the runs have left a partition."""

    sk: NotRequired[str]  # set when read: as `sort_of` makes it
    table: str
    partition: list[str]
    base: Base | None  # where it pointed before
    slice: str  # the slice that left it there


_KIND = "published"


class Stray(NamedTuple):
    """A partition that was dropped or moved: the ledger's item, and what it points at now."""

    table: str
    partition: Partition
    known: Published
    present: Base | None

    def shown(self) -> dict[str, str | None]:
        """The partition as people see it: `now` is None if it was dropped."""
        return {
            "table": self.table,
            "partition": folder_of(self.table, self.partition),
            "left": self.known["location"],
            "now": None if self.present is None else self.present["location"],
        }

    def fault(self) -> str:
        """A sentence that says what was done to it, and where the runs have left it."""
        is_now = f"points at {self.present['location']}" if self.present else "was dropped"
        return (
            f"{self.table} {folder_of(self.table, self.partition)} {is_now}; slice"
            f" {self.known['slice']} left it at {self.known['location']} with"
            f" {self.known['rows']} rows"
        )


def sort_of(table: str, partition: Partition) -> str:
    """The sort key of a partition's item."""
    return f"{table}#{folder_of(table, partition)}"


def note(
    ledger: Ledger,
    slice_id: str,
    table: str,
    targets: Mapping[Partition, tuple[Base, Base | None]],
) -> None:
    """Records where partitions are about to point: to the first of each two, from the second.

    A crash may come before the flip, so both count until the slice has ended.
    """
    items: dict[str, Published] = {
        sort_of(table, partition): {
            "table": table,
            "partition": list(partition),
            "location": to["location"],
            "rows": to["rows"],
            "version": to["version"],
            "base": base,
            "slice": slice_id,
        }
        for partition, (to, base) in targets.items()
    }
    ledger.items.put_all(_KIND, items.items())


def known(
    ledger: Ledger, places: Iterable[tuple[str, Partition]]
) -> dict[tuple[str, Partition], Published]:
    """The items of those of the tables' partitions that were ever published."""
    sorts = {sort_of(*place): place for place in places}
    return {sorts[sort]: item for sort, item in ledger.items.get_all(_KIND, sorts).items()}


def locations(
    ledger: Ledger, places: Iterable[tuple[str, Partition]]
) -> dict[tuple[str, Partition], str]:
    """Where runs have left those of the partitions that were ever published."""
    return {place: item["location"] for place, item in known(ledger, places).items()}


def any_of(ledger: Ledger, table: str) -> bool:
    """Whether a partition of the table was ever published."""
    return any(True for _ in ledger.items.query(_KIND, prefix=f"{table}#", limit=1))


def every(ledger: Ledger) -> dict[str, list[Partition]]:
    """All partitions that were ever published, by table."""
    found: dict[str, list[Partition]] = defaultdict(list)
    for item in ledger.items.query(_KIND):
        found[item["table"]].append(tuple(item["partition"]))
    return found


def count(ledger: Ledger, table: str) -> int:
    """How many partitions of the table were ever published."""
    return sum(1 for _ in ledger.items.query(_KIND, prefix=f"{table}#"))


def newest(ledger: Ledger, table: str, limit: int) -> list[Partition]:
    """The table's newest partitions that were ever published, at most `limit`."""
    items = ledger.items.query(_KIND, prefix=f"{table}#", newest_first=True, limit=limit)
    return [tuple(item["partition"]) for item in islice(items, limit)]


def following(ledger: Ledger, first: str, last: str) -> Iterator[Published]:
    """The items between two sort keys."""
    return ledger.items.query(_KIND, first=first, last=last)


def partitions(
    settings: Settings, ledger: Ledger, table: str, wanted: Sequence[Partition]
) -> dict[Partition, Mapping[str, Any]]:
    """Those of the partitions that the catalog has, checked to be where the runs have left them.

    Raises FenceLostError naming each that was dropped or moved: a merge that starts from there
    would lose rows.
    """
    present = glue_partitions.get(settings.database, table, wanted)
    faults = [stray.fault() for stray in strays(ledger, table, wanted, present)]
    if faults:
        raise FenceLostError(
            f"{listed(faults)}\nNothing was written. To point them again where the runs have left"
            " them: springtide repair"
        )
    return present


def strays(
    ledger: Ledger,
    table: str,
    wanted: Iterable[Partition],
    present: Mapping[Partition, Mapping[str, Any]],
) -> list[Stray]:
    """The partitions that are not where the runs have left them; `present` is what Glue has."""
    items = {p: item for (_, p), item in known(ledger, ((table, p) for p in wanted)).items()}
    moved = [p for p in sorted(items) if not _at(items[p]["location"], present.get(p))]
    unended = _unended(ledger, {items[p]["slice"] for p in moved})
    return [
        Stray(table, partition, items[partition], base_of(present.get(partition)))
        for partition in moved
        if items[partition]["slice"] not in unended
        or not _at(_location(items[partition]["base"]), present.get(partition))
    ]


def _location(base: Base | None) -> str | None:
    return None if base is None else base["location"]


def _at(location: str | None, partition: Mapping[str, Any] | None) -> bool:
    return _location(base_of(partition)) == location


def _unended(ledger: Ledger, ids: Iterable[str]) -> set[str]:
    """Those of the slices that died or are still at work: their flips may not have happened."""
    return {
        slice_
        for slice_, item in slices.among(ledger, ids).items()
        if item["state"] in ("planned", "failed")
        or (item["state"] == "rollback" and "ended_at" not in item)
    }


def check_tables(settings: Settings, ledger: Ledger) -> None:
    """Raises FenceLostError if a table is gone whose partitions the runs have published."""
    present = catalog.tables(settings.database)
    for table in published_tables(loading.load(settings.data_set)):
        if table not in present and any_of(ledger, table):
            raise FenceLostError(
                f"table {table} is gone from the catalog, and runs have published partitions of it."
                " Nothing was written. To make it again as the runs have left it: springtide repair"
            )
