"""What a reader sees while partitions flip: of each partition the old rows or the new ones."""

import threading
from collections import defaultdict
from typing import Any

from springtide.model.partitions import Partition

from offline.api_calls import ApiCall, Principal, Watcher, acting_as
from tests.concurrency.judging import expect_all
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.watchers import watching

Content = dict[Partition, frozenset[tuple[Any, ...]]]
TABLES = {
    "events": "SELECT event_date, event_hour, unieke_id, lve_nr, source_path FROM events",
    "quarantine": "SELECT arrival_hour, source_path, reject_reason, line FROM quarantine",
    "traffic": "SELECT event_date, event_hour, * FROM traffic",
}
# How many columns of a row are its partition's.
KEYS = {"events": 2, "quarantine": 1, "traffic": 2}
FLIPS = ("BatchCreatePartition", "BatchUpdatePartition")


def content(it: Rig, table: str) -> Content:
    """Every partition's rows, as one Athena query gives them."""
    found: dict[Partition, list[tuple[Any, ...]]] = defaultdict(list)
    rows = it.query(TABLES[table])
    for row in rows:
        values = tuple(map(str, row.values()))
        found[values[: KEYS[table]]].append(values)
    for partition, one in found.items():
        assert len(one) == len(set(one)), f"{table} {partition} shows rows twice"
    return {partition: frozenset(one) for partition, one in found.items()}


def everything(it: Rig) -> dict[str, Content]:
    return {table: content(it, table) for table in TABLES}


class Reader(Watcher):
    """Queries before and after every Glue call of a function about partitions or tables."""

    def __init__(self, it: Rig) -> None:
        self.it = it
        self.seen: list[dict[str, Content]] = []
        self.staged: set[str] = set()

    def before(self, call: ApiCall) -> None:
        self._look(call)

    def after(self, call: ApiCall) -> None:
        self._look(call)

    def _look(self, call: ApiCall) -> None:
        if call.principal.kind != "function" or call.service != "glue":
            return
        if call.operation not in (*FLIPS, "BatchGetPartition", "GetTable"):
            return
        with acting_as(Principal("person", "reader")):
            self.seen.append(everything(self.it))
            if call.operation in FLIPS:
                bucket = self.it.lake
                objects = self.it.machine.objects.list(bucket, "tables/")
                self.staged |= {item.key.rpartition("/")[0] for item in objects}


def assert_old_or_new(seen: dict[str, Content], old: dict[str, Content], new: Any) -> None:
    for table in TABLES:
        partitions = old[table].keys() | new[table].keys()
        assert seen[table].keys() <= partitions
        for partition in partitions:
            rows = seen[table].get(partition)
            assert rows in (old[table].get(partition), new[table].get(partition)), partition


def publish_first(it: Rig) -> dict[str, Content]:
    """Publishes, and lands lines for a new event hour and for two of the three that there are."""
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T23:10:00Z"), "broken")
    it.land("2020/07/13/00/a2.gz", *(event(n, "2020-07-12T21:10:00Z") for n in range(5)))
    it.run()
    newer = event(1, tijd_laatst_gewijzigd="2020-07-13T00:40:00Z", lve_nr=8)
    it.land("2020/07/13/01/b.gz", newer, event(3), event(4, "2020-07-12T23:20:00Z"))
    it.land("2020/07/13/01/c.gz", event(5, "2020-07-12T22:20:00Z"), "broken too")
    return everything(it)


start = shared(publish_first)


def test_reader_sees_each_partition_before_or_after_its_flip_at_every_call(
    start: Start[dict[str, Content]],
) -> None:
    it, old = start.again(), start.seen
    before = set(it.partitions("events").values())
    reader = Reader(it)
    with watching(it.machine, reader):
        it.run({})
    new = everything(it)
    expect_all(it)

    assert old["events"].keys() < new["events"].keys()
    for seen in reader.seen:
        assert_old_or_new(seen, old, new)
    # It was there before, in between, and after.
    assert old in reader.seen
    mixed = [seen for seen in reader.seen if seen["events"] not in (old["events"], new["events"])]
    assert mixed
    assert any(seen["events"] == new["events"] for seen in reader.seen)
    # What is staged lies in the bucket before the first flip, and no query of the table shows it.
    staged = {f"s3://{it.machine.outputs['LakeBucketName']}/{key}/" for key in reader.staged}
    assert set(it.partitions("events").values()) - before <= staged


class Restless(threading.Thread):
    """Queries everything again and again; functions wait with each flip until it has looked."""

    def __init__(self, it: Rig) -> None:
        super().__init__()
        self.it = it
        self.seen: list[dict[str, Content]] = []
        self._looked = threading.Condition()
        self._stopped = False

    def run(self) -> None:
        while not self._stopped:
            found = everything(self.it)
            with self._looked:
                self.seen.append(found)
                self._looked.notify_all()

    def wait_for_a_look(self) -> None:
        """Waits for a look that was begun after this was called."""
        with self._looked:
            looks = len(self.seen) + 2
            assert self._looked.wait_for(lambda: len(self.seen) >= looks, timeout=60)

    def stop(self) -> None:
        self._stopped = True
        self.join()


class FlipsAfterALook(Watcher):
    def __init__(self, reader: Restless) -> None:
        self._reader = reader

    def before(self, call: ApiCall) -> None:
        if call.principal.kind == "function" and call.operation in FLIPS:
            self._reader.wait_for_a_look()


def test_reader_that_never_stops_sees_old_or_new_rows(start: Start[dict[str, Content]]) -> None:
    it, old = start.again(), start.seen
    reader = Restless(it)
    it.machine.calls.watchers.append(FlipsAfterALook(reader))
    reader.start()
    try:
        it.run({})
    finally:
        reader.stop()
    new = everything(it)

    expect_all(it)
    for each in reader.seen:
        assert_old_or_new(each, old, new)
    for table in ("events", "quarantine", "traffic"):
        assert new[table] != old[table]
    # It has read between the flips: what is neither all old nor all new, in one table and in all.
    assert any(each["events"] not in (old["events"], new["events"]) for each in reader.seen)
    assert any(each["events"] == new["events"] and each != new for each in reader.seen)
