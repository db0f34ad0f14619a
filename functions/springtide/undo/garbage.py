"""Collects garbage: condemns versions that nothing points at, then tags their objects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from springtide.aws import clock, glue_partitions, tagging
from springtide.aws.batches import batched
from springtide.ledger import attempts, condemned, erase_requests, lease, published, slices
from springtide.ledger.condemned import Condemned
from springtide.ledger.journal import Flip, flips, present_locations
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.errors import SettingsError
from springtide.model.locations import split
from springtide.model.partitions import Partition
from springtide.model.settings import Settings
from springtide.undo.garbage_in_use import Needed, began

# Between condemning and tagging: a rollback refuses what is condemned, and people can still look.
TAG_AFTER = timedelta(days=1)
# Of the five minutes that the function has: what was begun by then takes less than the rest, and so
# does the lease, which is renewed once. The next call continues.
WORKING_TIME = timedelta(seconds=150)
# What is judged, listed and tagged before the time is looked at.
BATCH_SLICES = 20
BATCH_PREFIXES = 50
BATCH_OBJECTS = 2_000


class Collected(NamedTuple):
    """What a pass did: prefixes condemned, objects tagged, and whether it ran out of time."""

    condemned: list[str]
    tagged: int
    more: bool


def collect(settings: Settings, holder: str, now: datetime, *, dry_run: bool = False) -> Collected:
    """Condemns what was of no use for RetainDays, and tags what earlier passes condemned.

    Of use is what a partition points at or where runs have left it, and both ends of every flip
    within RetainDays, since a rollback could want them; but not of flips before an erasure. Only
    what the journal and the attempts' records name is looked at. It continues until nothing is left
    or WORKING_TIME is over.

    Raises LeaseHeldError while another writer holds the lease. A dry run takes no lease and
    writes nothing.
    """
    if settings.retain_days is None:
        raise SettingsError("environment variable RETAIN_DAYS is not set")
    ledger = Ledger(settings.ledger_table, settings.data_set)
    one = _Pass(settings, ledger, now, timedelta(days=settings.retain_days), dry_run)
    if dry_run:
        return one.run()
    with lease.holding(ledger, holder), lease.writing(ledger, holder):
        return one.run()


class _Pass:
    """One pass: over slices that have become old, and over what is condemned."""

    def __init__(
        self, settings: Settings, ledger: Ledger, now: datetime, retain: timedelta, dry_run: bool
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._now = now
        self._dry_run = dry_run
        self._cutoff = now - retain
        # What slices up to the last erasure have replaced holds what was erased.
        self._erased = erase_requests.erased_upto(ledger)
        self._needed = Needed(ledger, settings.lake_bucket, self._cutoff, self._erased)
        self._until = clock.now() + WORKING_TIME

    def run(self) -> Collected:
        """Does the pass; a dry run only looks."""
        known = condemned.read(self._ledger)
        old, more = self._condemn_old()
        tagged, left = self._tag(known)
        return Collected(old, tagged, more or left)

    def _out_of_time(self) -> bool:
        return clock.now() >= self._until

    # -------------------------------------------------------------- condemning

    def _condemn_old(self) -> tuple[list[str], bool]:
        """Condemns what old slices name and nothing needs; returns whether slices are left.

        No slice is read twice: what one mentions and is still needed is mentioned again
        by the flip that replaces it.
        """
        items = slices.after(self._ledger, condemned.collected_upto(self._ledger))
        self._needed.gather(items)
        stop = self._needed.oldest_delta(items)
        useless: dict[str, str] = {}
        for batch in batched(self._old(items, stop), BATCH_SLICES):
            found = {
                location: slice_["sk"]
                for slice_, entries in batch
                for location in self._useless(slice_, entries)
            }
            useless |= found
            if not self._dry_run:
                condemned.condemn(self._ledger, found, self._now)
                condemned.keep_collected_upto(self._ledger, batch[-1][0]["sk"])
            if self._out_of_time():
                return list(useless), True
        return list(useless), False

    def _old(self, items: Iterable[Slice], stop: str | None) -> Iterator[tuple[Slice, list[Flip]]]:
        """The next slices all of whose flips are old, and whose deltas are read by none any more.

        A delta is named by its own slice only, so the collection stops at one that is needed, the
        slice `stop`.
        """
        for item in items:
            if stop is not None and item["sk"] >= stop:
                return
            entries = list(flips(self._ledger, item["sk"]))
            if item["sk"] > self._erased and (
                began(item) >= self._cutoff
                or any(datetime.fromisoformat(flip.at) >= self._cutoff for flip in entries)
            ):
                return
            yield item, entries

    def _useless(self, slice_: Slice, entries: Sequence[Flip]) -> Iterator[str]:
        """What the slice's journal and attempts name and nothing needs any longer."""
        present = present_locations(self._settings, entries)
        left_at = published.locations(self._ledger, ((f.table, f.partition) for f in entries))
        for flip in entries:
            place = (flip.table, flip.partition)
            for location in sorted(flip.locations):
                if self._needed.may_go(location, [present.get(place), left_at.get(place)]):
                    yield location
        journalled = {flip.to for flip in entries}
        versions = {flip.version for flip in entries}
        for attempt in attempts.of_slice(self._ledger, slice_["sk"]):
            left = [attempt["target"]] if attempt["target"] else []
            if attempt["version"] in versions:
                # Judged partition by partition: above, and what the journal had not come to when
                # its slice died.
                died = "recorded_at" not in slice_
                left = sorted(_folders(left) - journalled) if died else []
            for location in left:
                if self._needed.may_go(location, list(present.values())):
                    yield location

    # -------------------------------------------------------------- tagging

    def _tag(self, known: Sequence[Condemned]) -> tuple[int, bool]:
        """Tags the objects of what was condemned long enough ago.

        Returns how many, and whether some are left. What was tagged comes last, the oldest first:
        it has only to be seen to have expired, once a day.
        """
        before = self._now - TAG_AFTER
        due = [i for i in known if _moment(i) <= before]
        due.sort(key=lambda item: (item["state"] == "tagged", _moment(item)))
        tagged = 0
        for number, (group, keys) in enumerate(_groups(due)):
            if number and self._out_of_time():
                return tagged, True
            tagged += self._tag_prefixes(group, keys)
        return tagged, False

    def _tag_prefixes(self, items: Sequence[Condemned], keys: Mapping[str, Sequence[str]]) -> int:
        points_at = self._points_at([key for item in items for key in keys[item["sk"]]])
        fresh, gone, there = [], [], []
        for item in items:
            location = item["sk"]
            if not self._needed.may_go(location, points_at):
                gone.append(location)  # a partition points at it after all
            elif item["state"] != "tagged":
                fresh.append(item)
            elif not keys[location]:
                gone.append(location)  # the objects have expired
            else:
                there.append(item)
        wanted = [key for item in fresh for key in keys[item["sk"]]]
        if not self._dry_run:
            for location in gone:
                condemned.forget(self._ledger, location)
            tagging.condemn(self._settings.lake_bucket, wanted)
            condemned.tagged(self._ledger, [*fresh, *there], self._now)
        return len(wanted)

    def _points_at(self, keys: Sequence[str]) -> list[str | None]:
        """Where the partitions point whose folders these objects lie in."""
        partitions: dict[str, set[Partition]] = defaultdict(set)
        for key in keys:
            root, *folders = key.split("/")[:-1]
            if root == "tables" and len(folders) > 2:
                values = tuple(folder.partition("=")[2] for folder in folders[2:])
                partitions[folders[0]].add(values)
        places = [(table, values) for table, wanted in partitions.items() for values in wanted]
        return [
            *published.locations(self._ledger, places).values(),
            *(
                partition["StorageDescriptor"]["Location"]
                for table, wanted in partitions.items()
                for partition in glue_partitions.get(
                    self._settings.database, table, sorted(wanted)
                ).values()
            ),
        ]


def _groups(
    due: Iterable[Condemned],
) -> Iterator[tuple[list[Condemned], Mapping[str, Sequence[str]]]]:
    """What is condemned, some at a time, with the keys below each; a larger prefix by itself."""
    for batch in batched(due, BATCH_PREFIXES):
        keys = tagging.keys_below([item["sk"] for item in batch])
        group: list[Condemned] = []
        for item in batch:
            group.append(item)
            if sum(len(keys[each["sk"]]) for each in group) >= BATCH_OBJECTS:
                yield group, keys
                group = []
        if group:
            yield group, keys


def _folders(locations: Sequence[str]) -> set[str]:
    """The folders below s3:// prefixes in which objects lie."""
    return {
        f"s3://{split(location)[0]}/{key.rpartition('/')[0]}/"
        for location, keys in tagging.keys_below(locations).items()
        for key in keys
    }


def _moment(item: Condemned) -> datetime:
    """When something was condemned, or its tagged objects were last seen."""
    return datetime.fromisoformat(item.get("tagged_at") or item["condemned_at"])
