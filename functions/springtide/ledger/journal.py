"""The journal of flips: written before each flip, and read as the history of versions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NotRequired, TypedDict

from springtide.aws import catalog, glue_partitions
from springtide.ledger import published, slices
from springtide.ledger.table import Ledger
from springtide.model.documents import Base
from springtide.model.partitions import Partition, folder_of
from springtide.model.settings import Settings


class Entry(TypedDict):
    """An item of kind `journal#<slice>`, by table and the partition's folder."""

    table: str
    partition: list[str]
    to: str  # the s3:// prefix that the partition was to point at
    version: str  # there
    rows: int  # there
    journalled_at: str  # ISO 8601, UTC
    base: NotRequired[Base]  # where it pointed before, if it existed


class Flip(NamedTuple):
    """A journal entry: a partition was to point at `to`; `base` is where it pointed before.

    It is written before the flip, so after a crash the flip may not have happened.
    """

    slice: str
    at: str
    table: str
    partition: Partition
    base: Base | None
    to: str
    version: str
    rows: int

    @property
    def folder(self) -> str:
        """The partition as a Hive-style folder, ending in a slash."""
        return folder_of(self.table, self.partition)

    @property
    def locations(self) -> set[str]:
        """Both ends of the flip."""
        return {self.to} if self.base is None else {self.to, self.base["location"]}


class Version(NamedTuple):
    """A flip, and whether the partition points there now."""

    flip: Flip
    current: bool


def flip(
    settings: Settings,
    slice_id: str,
    table: str,
    targets: Mapping[Partition, tuple[Base, Base | None]],
    present: Iterable[Partition],
    fence: int,
    now: datetime,
) -> None:
    """Journals flips for a slice, then makes them; `targets` has each one's new and current base.

    The new one is also kept in the ledger, so that later runs can compare the catalog with
    it. `present` are the partitions that Glue has.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    ledger.items.put_all(
        f"journal#{slice_id}",
        (
            (published.sort_of(table, partition), _entry(table, partition, to, base, now))
            for partition, (to, base) in targets.items()
        ),
    )
    published.note(ledger, slice_id, table, targets)
    to = {partition: to for partition, (to, _) in targets.items()}
    point(settings, table, to, present, fence)


def point(
    settings: Settings,
    table: str,
    targets: Mapping[Partition, Base],
    present: Iterable[Partition],
    fence: int,
) -> None:
    """Points partitions of a table at versions; `present` are those that Glue has."""
    wanted = {
        partition: {
            "Location": to["location"],
            "Parameters": {
                "rows": str(to["rows"]),
                "version": to["version"],
                "fence": str(fence),
            },
        }
        for partition, to in targets.items()
    }
    catalog.put_partitions(settings.database, table, present, wanted)


def flips(ledger: Ledger, slice_id: str, prefix: str = "") -> Iterator[Flip]:
    """The flips of a slice; `prefix` narrows them to a table and the beginning of a folder."""
    items = ledger.items.query(f"journal#{slice_id}", prefix=prefix or None)
    return (_flip(slice_id, item) for item in items)


def versions(
    settings: Settings, limit: int, table: str | None = None, partition: str = ""
) -> list[Version]:
    """The newest flips first, of a table or of partitions that begin like 2020-07-13/05."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    found: list[Flip] = []
    for item in slices.newest_first(ledger):
        found += (
            flip
            for flip in flips(ledger, item["sk"], "" if table is None else f"{table}#")
            if "/".join(flip.partition).startswith(partition)
        )
        if len(found) >= limit:
            break
    present = present_locations(settings, found[:limit])
    return [
        Version(flip, present.get((flip.table, flip.partition)) == flip.to)
        for flip in found[:limit]
    ]


def present_locations(settings: Settings, of: Sequence[Flip]) -> dict[tuple[str, Partition], str]:
    """Where the partitions of these flips point now, for those that exist."""
    return {
        place: partition["StorageDescriptor"]["Location"]
        for place, partition in present_partitions(settings, of).items()
    }


def present_partitions(
    settings: Settings, of: Sequence[Flip]
) -> dict[tuple[str, Partition], Mapping[str, Any]]:
    """The partitions of these flips as Glue has them, those that exist."""
    wanted: dict[str, set[Partition]] = defaultdict(set)
    for flip in of:
        wanted[flip.table].add(flip.partition)
    return {
        (table, values): partition
        for table, partitions in wanted.items()
        for values, partition in glue_partitions.get(
            settings.database, table, sorted(partitions)
        ).items()
    }


def _flip(slice_id: str, item: Entry) -> Flip:
    return Flip(
        slice_id,
        item["journalled_at"],
        item["table"],
        tuple(item["partition"]),
        item.get("base"),
        item["to"],
        item["version"],
        item["rows"],
    )


def _entry(table: str, partition: Partition, to: Base, base: Base | None, now: datetime) -> Entry:
    """A flip as it is written before it happens; rollback and garbage collection read it."""
    item: Entry = {
        "table": table,
        "partition": list(partition),
        "to": to["location"],
        "version": to["version"],
        "rows": to["rows"],
        "journalled_at": now.isoformat(),
    }
    if base is not None:
        item["base"] = base
    return item
