"""Garbage collection: condemns versions that nothing points at, then tags their objects."""

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

# The time between condemning and tagging: a rollback refuses condemned versions, but people can
# still look at them.
TAG_AFTER = timedelta(days=1)
# Out of the function's five minutes: work that has begun by then takes less than the rest, and so
# does the lease, which is renewed once. The next call continues.
WORKING_TIME = timedelta(seconds=150)
# Prefixes that are checked, listed and tagged between two looks at the time.
BATCH_SLICES = 20
BATCH_PREFIXES = 50
BATCH_OBJECTS = 2_000


class Collected(NamedTuple):
    """What a call did: prefixes condemned, objects tagged, and whether it ran out of time."""

    condemned: list[str]
    tagged: int
    more: bool


def collect(settings: Settings, holder: str, now: datetime, *, dry_run: bool = False) -> Collected:
    """Condemns versions unused for RetainDays, and tags what earlier calls condemned.

    A version is in use if a partition points at it, if runs have left a partition there, or if it
    is either end of a flip within RetainDays, since a rollback could need it; flips before an
    erasure do not count. Only prefixes that the journal and the attempts name are considered. It
    continues until nothing is left or WORKING_TIME is over.

    Raises LeaseHeldError while another writer holds the lease. A dry run takes no lease and writes
    nothing.
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
    """One call's work: on slices that have become old, and on condemned prefixes."""

    def __init__(
        self, settings: Settings, ledger: Ledger, now: datetime, retain: timedelta, dry_run: bool
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._now = now
        self._dry_run = dry_run
        self._cutoff = now - retain
        # Versions that slices up to the last erasure replaced hold the erased values.
        self._erased = erase_requests.erased_upto(ledger)
        self._needed = Needed(ledger, settings.lake_bucket, self._cutoff, self._erased)
        self._until = clock.now() + WORKING_TIME

    def run(self) -> Collected:
        """Does the work; a dry run writes nothing."""
        known = condemned.read(self._ledger)
        old, more = self._condemn_old()
        tagged, left = self._tag(known)
        return Collected(old, tagged, more or left)

    def _out_of_time(self) -> bool:
        return clock.now() >= self._until

    # -------------------------------------------------------------- condemning

    def _condemn_old(self) -> tuple[list[str], bool]:
        """Condemns unneeded prefixes of old slices; returns whether slices are left.

        Each slice is read once: a prefix that is still needed then is named again by the flip that
        replaces it.
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
        """The next slices all of whose flips are old, and whose deltas no slice reads any longer.

        Only its own slice names a delta, so the collection stops at the first slice whose delta is
        still needed, `stop`.
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
        """Prefixes that the slice's journal and attempts name and that are no longer needed."""
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
                # Checked partition by partition: those above, and those that the journal did not
                # yet have when the slice died.
                died = "recorded_at" not in slice_
                left = sorted(_folders(left) - journalled) if died else []
            for location in left:
                if self._needed.may_go(location, list(present.values())):
                    yield location

    # -------------------------------------------------------------- tagging

    def _tag(self, known: Sequence[Condemned]) -> tuple[int, bool]:
        """Tags the objects of prefixes that were condemned long enough ago.

        Returns how many, and whether some are left. Prefixes with tagged objects come last, the
        oldest first: once a day it is checked whether they have expired.
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
        """Where the partitions point in whose folders these objects lie."""
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
    """Condemned prefixes in groups, with the keys below each; a large one is a group by itself."""
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
    """The folders below s3:// prefixes that hold objects."""
    return {
        f"s3://{split(location)[0]}/{key.rpartition('/')[0]}/"
        for location, keys in tagging.keys_below(locations).items()
        for key in keys
    }


def _moment(item: Condemned) -> datetime:
    """When a prefix was condemned, or its tagged objects were last seen."""
    return datetime.fromisoformat(item.get("tagged_at") or item["condemned_at"])
