"""What a reader sees while partitions flip: of each partition the old rows or the new ones."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from springtide.partitions import Partition

from local.calls import ApiCall, Principal, Watcher, acting_as
from tests.pipeline.rig import Rig, event

Content = dict[Partition, frozenset[tuple[Any, ...]]]
TABLES = {
    "events": "SELECT event_date, event_hour, unieke_id, lve_nr, source_path FROM events",
    "traffic": "SELECT event_date, event_hour, * FROM traffic",
}
FLIPS = ("BatchCreatePartition", "BatchUpdatePartition")


def content(it: Rig, table: str) -> Content:
    """Every partition's rows, as one Athena query gives them."""
    found: dict[Partition, list[tuple[Any, ...]]] = defaultdict(list)
    rows = it.machine.athena.query(TABLES[table], it.machine.outputs["DatabaseName"])
    for row in rows:
        values = tuple(map(str, row.values()))
        found[values[:2]].append(values)
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
                bucket = self.it.machine.outputs["LakeBucketName"]
                objects = self.it.machine.objects.list(bucket, "tables/")
                self.staged |= {item.key.rpartition("/")[0] for item in objects}


def assert_old_or_new(seen: dict[str, Content], old: dict[str, Content], new: Any) -> None:
    for table in TABLES:
        partitions = old[table].keys() | new[table].keys()
        assert seen[table].keys() <= partitions
        for partition in partitions:
            rows = seen[table].get(partition)
            assert rows in (old[table].get(partition), new[table].get(partition)), partition


def publish_first(it: Rig) -> None:
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T23:10:00Z"), "broken")
    it.land("2020/07/13/00/a2.gz", *(event(n, "2020-07-12T21:10:00Z") for n in range(5)))
    it.run()


def land_late(it: Rig) -> None:
    """Lines for a new event hour and for two that are published; the third stays as it is."""
    newer = event(1, tijd_laatst_gewijzigd="2020-07-13T00:40:00Z", lve_nr=8)
    it.land("2020/07/13/01/b.gz", newer, event(3), event(4, "2020-07-12T23:20:00Z"))
    it.land("2020/07/13/01/c.gz", event(5, "2020-07-12T22:20:00Z"), "broken too")
    it.mount()


def test_reader_sees_each_partition_before_or_after_its_flip_at_every_call(
    rig: Callable[..., Rig],
) -> None:
    it = rig()
    publish_first(it)
    old = everything(it)
    before = set(it.partitions("events").values())
    land_late(it)
    reader = Reader(it)
    it.machine.calls.watchers.append(reader)
    it.run({})
    it.machine.calls.watchers.remove(reader)
    new = everything(it)
    it.expect()

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


def test_reader_that_never_stops_sees_old_or_new_rows(rig: Callable[..., Rig]) -> None:
    it = rig()
    publish_first(it)
    old = everything(it)
    land_late(it)
    seen: list[dict[str, Content]] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            seen.append(everything(it))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        it.run({})
    finally:
        ended.set()
        thread.join()
    seen.append(everything(it))

    it.expect()
    for each in seen:
        assert_old_or_new(each, old, seen[-1])
    assert seen[-1]["events"] != old["events"]
