"""Collects garbage: condemns versions that nothing points at any more, then tags their objects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from springtide import catalog, lease, tagging
from springtide.errors import SettingsError
from springtide.history import Flip, flips, present_locations
from springtide.ledger import Item, Ledger
from springtide.locations import overlap, split
from springtide.partitions import Partition
from springtide.settings import Settings

# Between condemning and tagging: a rollback refuses what is condemned, and people can still look.
TAG_AFTER = timedelta(days=1)
# A turn takes less; a slice that began longer before the cutoff has only flips from before it.
_LONGEST_TURN = timedelta(days=2)
# What one call does at most, to end well within the function's time-out; the next call goes on.
MAX_SLICES = 200
MAX_PREFIXES = 2_000
MAX_OBJECTS = 10_000

# The prefix of a version, or of one partition in it. Nothing else in the lake is ever tagged.
_COLLECTABLE = re.compile(
    r"(?:tables/[a-z][a-z0-9_]*|delta)/version=[0-9]{6,}-[0-9]{8}T[0-9]{6}-[a-z0-9_]+-[0-9]+/"
    r"(?:[a-z_]+=[^/=]+/)*"
)


class Collected(NamedTuple):
    """What a pass did: prefixes condemned, objects tagged, and whether another would do more."""

    condemned: list[str]
    tagged: int
    more: bool


def collect(
    settings: Settings, holder: str, clock: Callable[[], datetime], *, dry_run: bool = False
) -> Collected:
    """Condemns what was of no use for RetainDays, and tags what earlier passes condemned.

    Of use is what a partition points at, and both ends of every flip within RetainDays, since a
    rollback could want them. Only what the journal and the attempts' records name is looked at.
    Raises LeaseHeldError while somebody else writes. A dry run takes no lease and writes nothing.
    """
    if settings.retain_days is None:
        raise SettingsError("environment variable RETAIN_DAYS is not set")
    ledger = Ledger(settings.ledger_table, settings.data_set)
    one = _Pass(settings, ledger, clock(), timedelta(days=settings.retain_days))
    if dry_run:
        return one.run(dry_run=True)
    with lease.holding(ledger, holder), lease.writing(ledger, holder):
        return one.run(dry_run=False)


class _Pass:
    """One pass: over slices that have become old, and over what is condemned."""

    def __init__(
        self, settings: Settings, ledger: Ledger, now: datetime, retain: timedelta
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._now = now
        self._cutoff = now - retain
        # Both ends of every flip since the cutoff.
        self._wanted: set[str] = set()

    def run(self, *, dry_run: bool) -> Collected:
        """Does the pass; a dry run only looks."""
        known = list(self._ledger.query("condemned"))
        old, more = self._read_slices()
        condemned = {
            location: slice_["sk"]
            for slice_, entries in old
            for location in self._useless(slice_, entries)
        }
        tagged, left = self._tag(known, dry_run=dry_run)
        if old and not dry_run:
            self._condemn(condemned)
            self._ledger.put("collected", "collected", {"upto": old[-1][0]["sk"]})
        return Collected(list(condemned), tagged, more or left)

    # -------------------------------------------------------------- condemning

    def _read_slices(self) -> tuple[list[tuple[Item, list[Flip]]], bool]:
        """The next slices all of whose flips are old; gathers what later flips still want.

        No slice is looked at twice: what one mentions and somebody still needs is mentioned again
        by the flip that replaces it.
        """
        upto = (self._ledger.get("collected", "collected") or {}).get("upto")
        items = [i for i in self._ledger.query("slice", first=upto) if i["sk"] != upto]
        old: list[tuple[Item, list[Flip]]] = []
        for item in items:
            if _began(item) < self._cutoff - _LONGEST_TURN:
                continue
            for flip in flips(self._ledger, item["sk"]):
                if datetime.fromisoformat(flip.at) >= self._cutoff:
                    self._wanted |= flip.locations
        for item in items:
            if _began(item) >= self._cutoff:
                return old, False
            if len(old) == MAX_SLICES:
                return old, True
            entries = list(flips(self._ledger, item["sk"]))
            if any(datetime.fromisoformat(flip.at) >= self._cutoff for flip in entries):
                return old, False
            old.append((item, entries))
        return old, False

    def _useless(self, slice_: Item, entries: Sequence[Flip]) -> Iterator[str]:
        """What the slice's journal and attempts name and nobody needs any more."""
        present = present_locations(self._settings, entries)
        for flip in entries:
            points_at = present.get((flip.table, flip.partition))
            for location in sorted(flip.locations):
                if self._may_go(location, [points_at]):
                    yield location
        journalled = {flip.to for flip in entries}
        published = {flip.version for flip in entries}
        for attempt in self._ledger.query(f"query#{slice_['sk']}"):
            left = [attempt["target"]] if attempt["target"] else []
            if attempt["version"] in published:
                # Judged partition by partition: above, and what the journal had not come to when
                # its slice died.
                died = "recorded_at" not in slice_
                left = sorted(set(_folders(left)) - journalled) if died else []
            for location in left:
                if self._may_go(location, list(present.values())):
                    yield location

    def _may_go(self, location: str, points_at: Sequence[str | None]) -> bool:
        bucket, prefix = split(location)
        if bucket != self._settings.lake_bucket or not _COLLECTABLE.fullmatch(prefix):
            return False
        if any(there is not None and overlap(location, there) for there in points_at):
            return False
        if location in self._wanted:
            return False
        whole = prefix.rstrip("/").rpartition("/")[2].startswith("version=")
        return not whole or not any(wanted.startswith(location) for wanted in self._wanted)

    def _condemn(self, locations: dict[str, str]) -> None:
        moment = self._now.isoformat()
        self._ledger.put_all(
            "condemned",
            (
                (location, {"slice": slice_, "state": "condemned", "condemned_at": moment})
                for location, slice_ in locations.items()
            ),
        )

    # -------------------------------------------------------------- tagging

    def _tag(self, known: Sequence[Item], *, dry_run: bool) -> tuple[int, bool]:
        """Tags the objects of what was condemned long enough ago.

        Returns how many, and whether some are left.
        """
        before = self._now - TAG_AFTER
        due = [i for i in known if datetime.fromisoformat(i["condemned_at"]) <= before]
        due.sort(key=lambda item: bool(item["state"] == "tagged"))
        tagged = 0
        for item in due[:MAX_PREFIXES]:
            if tagged >= MAX_OBJECTS:
                return tagged, True
            tagged += self._tag_prefix(item, dry_run=dry_run)
        return tagged, len(due) > MAX_PREFIXES

    def _tag_prefix(self, item: Item, *, dry_run: bool) -> int:
        location = item["sk"]
        bucket, _ = split(location)
        keys = list(tagging.keys(location))
        if not self._may_go(location, self._points_at(keys)):
            # Somebody has pointed a partition at it after all.
            if not dry_run:
                self._ledger.delete("condemned", location)
            return 0
        if item["state"] == "tagged":
            if not keys and not dry_run:
                self._ledger.delete("condemned", location)  # the objects have expired
            return 0
        if not dry_run:
            tagging.condemn(bucket, keys)
            kept = {name: item[name] for name in ("slice", "condemned_at")}
            tagged_at = self._now.isoformat()
            self._ledger.put(
                "condemned", location, {**kept, "state": "tagged", "tagged_at": tagged_at}
            )
        return len(keys)

    def _points_at(self, keys: Sequence[str]) -> list[str | None]:
        """Where the partitions point whose folders these objects lie in."""
        partitions: dict[str, set[Partition]] = defaultdict(set)
        for key in keys:
            root, *folders = key.split("/")[:-1]
            if root == "tables" and len(folders) > 2:
                values = tuple(folder.partition("=")[2] for folder in folders[2:])
                partitions[folders[0]].add(values)
        return [
            partition["StorageDescriptor"]["Location"]
            for table, wanted in partitions.items()
            for partition in catalog.get_partitions(
                self._settings.database, table, sorted(wanted)
            ).values()
        ]


def _folders(locations: Iterable[str]) -> Iterator[str]:
    """The folders below s3:// prefixes in which objects lie."""
    for location in locations:
        bucket, _ = split(location)
        for key in tagging.keys(location):
            yield f"s3://{bucket}/{key.rpartition('/')[0]}/"


def _began(slice_: Item) -> datetime:
    return datetime.fromisoformat(slice_["started_at"])
