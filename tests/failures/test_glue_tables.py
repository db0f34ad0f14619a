"""Glue that refuses a call on one table, or changes the table between a look and a write."""

from collections.abc import Iterator
from typing import Any

import pytest
from springtide.aws import batches, catalog
from springtide.dataset import glue_tables
from springtide.ledger import completeness
from springtide.model.errors import CatalogError
from springtide.model.partitions import Partition

from offline.api_calls import ApiCall, Watcher
from offline.api_errors import RefusedError
from tests.failures.conftest import Scene
from tests.failures.observed import PUBLISHED, reason
from tests.pipeline.rig import Rig
from tests.variants import long, mostly_long
from tests.watchers import LosesAnswer, Refuses

pytestmark = pytest.mark.usefixtures("no_pauses")

PASSING = [
    "ConcurrentModificationException",
    "InternalServiceException",
    "OperationTimeoutException",
    "ResourceNotReadyException",
    "ThrottlingException",
]
BROKEN = RefusedError(500, "InternalServiceException")
TRIES = 1 + len(batches.PAUSES)
BOTOCORE_TRIES = 9  # the first and `max_attempts` after it


@pytest.fixture
def without(machine: Rig) -> Iterator[str]:
    """A table of the data set that is missing; its name."""
    database, name = machine.database, "traffic_versions"
    machine.client("glue").delete_table(DatabaseName=database, Name=name)
    yield name
    machine.machine.calls.watchers.clear()
    glue_tables.ensure_tables(machine.settings)


def completed(it: Rig) -> list[str | None]:
    """Up to where each published table says that it is complete."""
    return [it.table(name).get("Parameters", {}).get("complete_up_to") for name in PUBLISHED]


def check_complete(it: Rig) -> None:
    upto = completeness.upto(it.ledger, it.settings.start_from).complete
    assert upto is not None
    assert completed(it) == [str(upto)] * len(PUBLISHED)


class Alters(Watcher):
    """Another writer adds a column and a parameter just before the first write."""

    def __init__(self, it: Rig) -> None:
        self._it = it
        self.met = False

    def before(self, call: ApiCall) -> None:
        if self.met or call.operation != "UpdateTable":
            return
        self.met = True
        found = self._it.table("events")
        found["StorageDescriptor"]["Columns"].append({"Name": "theirs", "Type": "string"})
        wanted = {
            "Name": "events",
            "StorageDescriptor": found["StorageDescriptor"],
            "PartitionKeys": found["PartitionKeys"],
            "Parameters": {**found["Parameters"], "theirs": "kept"},
        }
        self._it.client("glue").update_table(DatabaseName=self._it.database, TableInput=wanted)


@pytest.mark.parametrize("code", mostly_long(PASSING, "ThrottlingException"))
def test_run_that_glue_refuses_a_table_at_first_succeeds(scene: Scene, code: str) -> None:
    operations = ("GetTable", "GetTables", "UpdateTable")
    watchers = [Refuses(name, code, "not now", times=3) for name in operations]
    scene.watch(*watchers)

    scene.it.run({})

    assert [watcher.refused for watcher in watchers] == [3, 3, 3]
    scene.unwatch()
    check_complete(scene.it)
    scene.it.expect()


@pytest.mark.parametrize("code", PASSING)
def test_table_that_glue_does_not_create_at_first_is_created(
    machine: Rig, without: str, code: str
) -> None:
    refuses = Refuses("CreateTable", code, "not now", times=2)
    machine.machine.calls.watchers.append(refuses)

    glue_tables.ensure_tables(machine.settings)

    assert refuses.refused == 2
    assert machine.table(without)["PartitionKeys"][0]["Name"] == "springtide_version"


def test_table_whose_creation_lost_its_answer_is_as_wanted(machine: Rig, without: str) -> None:
    loses = LosesAnswer("CreateTable", BROKEN)
    machine.machine.calls.watchers.append(loses)

    glue_tables.ensure_tables(machine.settings)

    assert loses.lost and machine.table(without)


@pytest.mark.parametrize(
    ("operation", "code", "tries"),
    [
        ("UpdateTable", "ConcurrentModificationException", TRIES),
        long("UpdateTable", "ThrottlingException", BOTOCORE_TRIES),
        long("GetTable", "ResourceNotReadyException", TRIES),
        ("GetTables", "ThrottlingException", BOTOCORE_TRIES),
    ],
)
def test_table_that_glue_keeps_refusing_fails_the_run_by_name_and_the_next_one_makes_it_good(
    scene: Scene, operation: str, code: str, tries: int
) -> None:
    refuses = Refuses(operation, code, "not now")
    scene.watch(refuses)

    failed = scene.it.fail("CatalogError")

    assert code in reason(failed) and reason(failed).startswith(("table ", "tables of "))
    assert any(code in message for message in scene.told)
    assert refuses.refused == tries
    scene.unwatch()
    scene.it.run({})
    check_complete(scene.it)
    scene.it.expect()


def test_change_of_another_writer_before_a_write_stays(scene: Scene) -> None:
    alters = Alters(scene.it)
    scene.watch(alters)

    scene.it.run({})

    assert alters.met
    scene.unwatch()
    found = scene.it.table("events")
    assert found["Parameters"]["theirs"] == "kept"
    assert found["StorageDescriptor"]["Columns"][-1]["Name"] == "theirs"
    check_complete(scene.it)
    scene.it.expect()


def test_change_of_a_table_that_lost_its_answer_is_not_made_a_second_time(scene: Scene) -> None:
    loses = LosesAnswer("UpdateTable", BROKEN)
    scene.watch(loses)
    before = int(scene.it.table("events")["VersionId"])

    scene.it.run({})

    assert loses.lost
    scene.unwatch()
    assert int(scene.it.table("events")["VersionId"]) == before + 1
    check_complete(scene.it)


def test_permanent_error_is_not_retried(machine: Rig) -> None:
    denied = Refuses("GetTable", "AccessDeniedException", "no")
    machine.machine.calls.watchers.append(denied)
    try:
        with pytest.raises(machine.client("glue").exceptions.ClientError, match="AccessDenied"):
            catalog.table(machine.database, "events")
    finally:
        machine.machine.calls.watchers.clear()
    assert denied.refused == 1


def test_partitions_of_a_table_that_is_gone_are_an_error(machine: Rig) -> None:
    wanted: dict[Partition, Any] = {("1",): {"Location": "s3://lake/x/", "Parameters": {}}}
    with pytest.raises(CatalogError, match="table scratch is gone"):
        catalog.put_partitions(machine.database, "scratch", [], wanted)
