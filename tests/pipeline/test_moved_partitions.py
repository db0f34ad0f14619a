"""Partitions that someone drops or moves between two runs, and queries that read old ones."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from springtide.aws import catalog
from springtide.dataset import loading
from springtide.ledger.line_account import account
from springtide.model.errors import RollbackRefusedError
from springtide.undo import repair
from springtide.undo.rollback import roll_back

from cli.versions import version_rows
from offline.athena.catalog.catalog import Catalog
from offline.athena.service.executor import AthenaService
from tests.commands import STACK, done, shown, springtide
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.variants import long

HOUR = ["2020-07-13", "00"]
REPAIR = "springtide repair"


def two_revisions(it: Rig) -> None:
    """Three events, and a newer revision of each by a second run."""
    for hour, title in (("01", "old"), ("02", "new")):
        at = f"2020-07-13T{hour}:00:00Z"
        lines = (event(n, tijd_laatst_gewijzigd=at, beschrijvende_id=title) for n in range(3))
        it.land(f"2020/07/13/{hour}/a.gz", *lines)
        it.run()


start = shared(two_revisions)


@pytest.fixture
def it(start: Start[None]) -> Rig:
    return start.again()


def fails(it: Rig) -> str:
    """Ingests a late event of the hour, and expects the run to fail with this cause."""
    it.land("2020/07/13/03/late.gz", event(9))
    return str(it.fail("FenceLostError").cause)


def repaired(it: Rig) -> int:
    """Repairs, and expects that the next run publishes all four newest rows."""
    found = repair.repair(it.settings)
    it.run({})
    rows = [row["beschrijvende_id"] for _, row in it.rows("events")]
    assert sorted(rows) == ["H101L10", "new", "new", "new"]
    return len(found)


def drop(it: Rig) -> None:
    """Drops the hour's partition."""
    it.client("glue").delete_partition(
        DatabaseName=it.database, TableName="events", PartitionValues=HOUR
    )


def partition(it: Rig) -> Any:
    found = it.client("glue").get_partition(
        DatabaseName=it.database, TableName="events", PartitionValues=HOUR
    )
    return found["Partition"]


def test_dropped_partition_stops_the_run_and_can_be_repaired(it: Rig) -> None:
    drop(it)
    cause = fails(it)
    assert "events event_date=2020-07-13/event_hour=00/ was dropped" in cause
    assert "with 3 rows" in cause and REPAIR in cause
    assert repaired(it) == 1


def test_rows_of_a_dropped_partition_are_not_called_duplicates(it: Rig) -> None:
    before = account(it.settings)
    assert (before.lines, before.distinct, before.duplicates) == (6, 3, 3)

    drop(it)

    assert account(it.settings) == before


def test_status_and_repair_name_what_was_dropped_until_it_is_repaired(it: Rig) -> None:
    drop(it)
    line = "events event_date=2020-07-13/event_hour=00/: dropped, left at s3://"
    assert line in done("status", *STACK).replace("\n", "")
    (moved,) = shown("status", *STACK)["moved"]
    assert (moved["table"], moved["now"]) == ("events", None)

    found = done("repair", *STACK)
    assert line in found and "1 partitions not where the runs left them; --yes repairs it" in found
    assert shown("repair", "--yes", *STACK) == [moved]

    assert partition(it)["StorageDescriptor"]["Location"] == moved["left"]
    assert "Every partition is where the runs have left it." in done("repair", *STACK)
    assert shown("status", *STACK)["moved"] == []


def test_partition_set_back_stops_the_run_and_can_be_repaired(it: Rig) -> None:
    known = it.ledger.items.get("published", "events#event_date=2020-07-13/event_hour=00/")
    assert known is not None
    older = known["base"]["location"]
    it.point(HOUR, older)
    assert f"points at {older}" in fails(it)
    assert repaired(it) == 1
    assert partition(it)["StorageDescriptor"]["Location"] != older


def test_deleted_table_stops_the_run_and_can_be_repaired(it: Rig) -> None:
    it.client("glue").delete_table(DatabaseName=it.database, Name="events")
    cause = fails(it)
    assert "table events is gone" in cause and REPAIR in cause
    assert catalog.table(it.database, "events") is None
    assert repaired(it) == 1


@pytest.mark.parametrize("command", [("versions",), ("rollback", "--to", "none")])
def test_commands_that_look_back_say_that_a_table_is_gone(it: Rig, command: tuple[str]) -> None:
    it.client("glue").delete_table(DatabaseName=it.database, Name="traffic")

    told = springtide(*command, *STACK)

    assert told.exit_code == 1
    assert "Error: table traffic is gone from the catalog" in told.stderr and REPAIR in told.stderr


def test_rollback_passes_over_a_table_that_was_dropped_once_undeclared(
    it: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = dataclasses.replace(loading.load("traffic"), derived=())
    monkeypatch.setattr(loading, "load", lambda *_: without)
    it.client("glue").delete_table(DatabaseName=it.database, Name="traffic")

    assert {each["current"] for each in version_rows(it.settings, 50, None, None)} == {True, False}
    roll_back(it.settings, "none")

    assert it.rows("events") == []


def test_repair_changes_nothing_where_nothing_was_moved(it: Rig) -> None:
    before = partition(it)
    assert repair.repair(it.settings) == []
    assert partition(it) == before


def test_repair_refuses_where_the_files_are_gone(it: Rig) -> None:
    location = partition(it)["StorageDescriptor"]["Location"]
    drop(it)
    it.remove(location)
    with pytest.raises(RollbackRefusedError, match="is gone: no object lies there"):
        repair.repair(it.settings)
    assert [stray.table for stray in repair.find(it.settings, it.ledger)] == ["events"]


@pytest.fixture
def serve_stale(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Has queries with all of these texts find `events` where it was before its last flip."""
    texts: list[str] = []
    versions: dict[Any, list[str]] = {}
    here = threading.local()
    table, execute = Catalog.table, AthenaService._execute

    def looked_up(self: Any, database: str, name: str) -> Any:
        found = table(self, database, name)
        if name != "events":
            return found
        for each in found.partitions:
            seen = versions.setdefault(each.values, [])
            if each.location not in seen:
                seen.append(each.location)
        if not getattr(here, "stale", False):
            return found
        older = tuple(
            dataclasses.replace(each, location=versions[each.values][-2:][0])
            for each in found.partitions
        )
        return dataclasses.replace(found, partitions=older)

    def run(self: Any, run_: Any, session: Any, found: Any) -> Any:
        here.stale = bool(texts) and all(text in run_.sql for text in texts)
        try:
            return execute(self, run_, session, found)
        finally:
            here.stale = False

    monkeypatch.setattr(Catalog, "table", looked_up)
    monkeypatch.setattr(AthenaService, "_execute", run)
    yield texts


@pytest.mark.parametrize(
    "step", [["UNLOAD", "FROM delta"], long(["UNLOAD", "FROM events", "windowed"])]
)
def test_query_that_reads_an_old_version_publishes_nothing(
    start: Start[None], serve_stale: list[str], step: list[str]
) -> None:
    it = start.empty()
    for hour, speed in (("01", 10), ("02", 99)):
        changed: dict[str, Any] = {"voertuigsnelheid_rekenkundig_klasse2": speed}
        at = f"2020-07-13T{hour}:00:00Z"
        it.land(f"2020/07/13/{hour}/a.gz", event(tijd_laatst_gewijzigd=at, **changed))
        it.run({})
    it.land("2020/07/13/03/a.gz", event(2))
    serve_stale += step
    it.fail("StaleReadError")
    serve_stale.clear()

    it.run({})

    speeds = {
        row["unieke_id"]: row["voertuigsnelheid_rekenkundig_klasse2"]
        for _, row in it.rows("events")
    }
    assert speeds == {1: 99, 2: 97}
    assert [row["current_speed"] for _, row in it.rows("traffic")] == [98.0]


def test_rebuild_that_is_compared_with_old_events_is_tried_again(
    start: Start[None], serve_stale: list[str]
) -> None:
    it = start.empty()
    for hour in ("01", "02"):
        it.land(f"2020/07/13/{hour}/a.gz", event(int(hour), f"2020-07-13T{hour}:00:00Z"), event(9))
        it.run({})
    it.land("2020/07/13/03/a.gz", event(8))
    it.run({})
    before = it.events()
    serve_stale += ["WITH replaced AS"]

    hours = {"from": "2020-07-13T00", "to": "2020-07-13T01"}
    ended = it.fail("StaleReadError", {"rebuild": hours})

    assert "3 rows of events were counted, and its partitions record 4" in str(ended.cause)
    serve_stale.clear()
    it.run({})
    assert it.events() == before
    assert [item["state"] for item in it.ledger.items.query("slice")][-1] == "recorded"
    assert list(it.ledger.items.query("rebuild")) == []
