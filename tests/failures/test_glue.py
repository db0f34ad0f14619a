"""Glue that refuses some of a batch, or all of it, while partitions are looked for and flipped."""

from collections.abc import Iterable
from typing import Any

import boto3
import pytest
from springtide.aws import batches, catalog, glue_partitions
from springtide.model.errors import CatalogError, FenceLostError
from springtide.model.partitions import Partition

from tests.failures import partial
from tests.failures.conftest import Scene
from tests.failures.observed import check_prefixes, pointers, reason
from tests.pipeline.rig import Rig
from tests.watchers import Refuses

pytestmark = pytest.mark.usefixtures("no_pauses")

PASSING = {"ConcurrentModificationException", "InternalServiceException"} | {
    "OperationTimeoutException",
    "ThrottlingException",
}
Values = tuple[str, ...]


def documented(operation: str, *others: str) -> list[str]:
    """The errors that Glue's model names for an operation; entries are refused with the same."""
    model = boto3.client("glue", region_name="eu-west-1").meta.service_model
    names = {shape.name for shape in model.operation_model(operation).error_shapes}
    return sorted(names - set(others))


def first(entries: list[Values]) -> Iterable[Values]:
    return entries[:1]


class Table:
    """A table of its own in the catalog, and the partitions that a flip would put there."""

    def __init__(self, it: Rig) -> None:
        self._it = it
        self.database = it.database
        self.glue = it.client("glue")
        table = {
            "Name": "scratch",
            "PartitionKeys": [{"Name": "n", "Type": "string"}],
            "StorageDescriptor": {"Location": "s3://lake/scratch/", "Columns": []},
        }
        self.glue.create_table(DatabaseName=self.database, TableInput=table)

    def put(self, numbers: Iterable[int], where: str, present: Iterable[int] = ()) -> None:
        wanted: dict[Partition, Any] = {(str(n),): self._entry(n, where) for n in numbers}
        catalog.put_partitions(self.database, "scratch", [(str(n),) for n in present], wanted)

    def location(self, number: int, where: str) -> str:
        return f"s3://lake/scratch/{where}/{number}/"

    @property
    def locations(self) -> dict[Partition, str]:
        return self._it.partitions("scratch")

    def _entry(self, number: int, where: str) -> dict[str, Any]:
        return {"Location": self.location(number, where), "Parameters": {"rows": "1"}}


@pytest.fixture
def table(machine: Rig) -> Iterable[Table]:
    made = Table(machine)
    yield made
    made.glue.delete_table(DatabaseName=made.database, Name="scratch")


# ------------------------------------------------------------------ each documented code


@pytest.mark.parametrize(
    "code", [*documented("BatchCreatePartition", "AlreadyExistsException"), "ThrottlingException"]
)
def test_partition_that_glue_refuses_to_create(
    table: Table, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    partial.refuse(monkeypatch, "batch_create_partition", code, first)
    passes = code in PASSING

    if passes:
        table.put(range(3), "new")
    else:
        with pytest.raises(CatalogError, match=f"scratch partition 0: {code}: refused as {code}"):
            table.put(range(3), "new")

    done = range(3) if passes else range(1, 3)
    assert table.locations == {(str(n),): table.location(n, "new") for n in done}


@pytest.mark.parametrize("code", [*documented("BatchUpdatePartition"), "ThrottlingException"])
def test_partition_that_glue_refuses_to_update(
    table: Table, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    table.put(range(3), "old")
    partial.refuse(monkeypatch, "batch_update_partition", code, first)

    if code in PASSING:
        table.put(range(3), "new", present=range(3))
    else:
        with pytest.raises(CatalogError, match=f"scratch partition 0: {code}: refused as {code}"):
            table.put(range(3), "new", present=range(3))

    where = ["new" if code in PASSING else "old", "new", "new"]
    assert table.locations == {(str(n),): table.location(n, where[n]) for n in range(3)}


@pytest.mark.parametrize("code", [*documented("BatchGetPartition"), "ThrottlingException"])
def test_call_that_glue_refuses_as_a_whole(table: Table, machine: Rig, code: str) -> None:
    table.put(range(3), "old")
    refuses = Refuses("BatchGetPartition", code, "not now", times=1)
    machine.machine.calls.watchers.append(refuses)

    try:
        if code in PASSING:
            assert len(glue_partitions.get(table.database, "scratch", [("0",), ("1",)])) == 2
        elif code == "EntityNotFoundException":
            assert glue_partitions.get(table.database, "scratch", [("0",)]) == {}
        else:
            with pytest.raises(table.glue.exceptions.ClientError, match=code):
                glue_partitions.get(table.database, "scratch", [("0",), ("1",)])
    finally:
        machine.machine.calls.watchers.clear()

    assert refuses.refused == 1


@pytest.mark.parametrize("action", ["batch_create_partition", "batch_update_partition"])
def test_partition_that_glue_keeps_refusing_is_named_in_the_end(
    table: Table, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    present = range(3) if "update" in action else range(0)
    table.put(present, "old")
    refused = partial.refuse(
        monkeypatch, action, "InternalServiceException", lambda e: e[-1:], times=99
    )

    with pytest.raises(CatalogError, match=r"partition 2: InternalService.* after several tries"):
        table.put(range(3), "new", present=present)

    assert len(refused) == 2 + len(batches.PAUSES)
    assert {p for p, at in table.locations.items() if "/new/" in at} == {("0",), ("1",)}


def test_partitions_refused_in_one_answer_for_reasons_that_all_pass_are_as_wanted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put([1], "new")
    create = "batch_create_partition"
    refused = [
        partial.refuse(monkeypatch, create, "ThrottlingException", first),
        partial.refuse(monkeypatch, create, "InternalServiceException", lambda e: e[-1:]),
    ]

    table.put(range(4), "new")

    assert refused == [[("0",)], [("3",)]]
    assert table.locations == {(str(n),): table.location(n, "new") for n in range(4)}


@pytest.mark.parametrize("action", ["batch_create_partition", "batch_update_partition"])
def test_permanent_error_is_reported_among_transient_ones(
    table: Table, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    present = range(4) if "update" in action else range(0)
    table.put(present, "old")
    partial.refuse(monkeypatch, action, "ThrottlingException", first)
    partial.refuse(monkeypatch, action, "GlueEncryptionException", lambda e: e[-1:])
    partial.refuse(monkeypatch, action, "OperationTimeoutException", lambda e: e[1:2])

    with pytest.raises(CatalogError, match="scratch partition 3: GlueEncryptionException: refused"):
        table.put(range(4), "new", present=present)

    assert {p for p, at in table.locations.items() if "/new/" in at} == {("2",)}


def test_partition_that_an_earlier_sending_has_created_is_as_wanted(table: Table) -> None:
    table.put([1], "new")

    table.put(range(3), "new")

    assert table.locations == {(str(n),): table.location(n, "new") for n in range(3)}


def test_partition_that_another_writer_creates_is_left_alone(table: Table) -> None:
    table.put([1], "somebody-elses")

    with pytest.raises(FenceLostError, match="scratch 1 was just created by another writer"):
        table.put(range(3), "new")

    assert table.locations[("1",)] == table.location(1, "somebody-elses")


# ------------------------------------------------------------------ large batches


def test_more_partitions_than_one_call_takes(table: Table) -> None:
    table.put(range(1001), "old")
    table.put(range(1001), "new", present=range(1001))

    keys: list[Partition] = [(str(n),) for n in range(1001)]
    found = glue_partitions.get(table.database, "scratch", keys)
    assert {p["StorageDescriptor"]["Location"] for p in found.values()} == {
        table.location(n, "new") for n in range(1001)
    }


def test_keys_that_glue_leaves_unread_are_retried(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(range(10), "old")
    asked = partial.leave_keys(monkeypatch, at_most=4)

    keys: list[Partition] = [(str(n),) for n in range(12)]
    found = glue_partitions.get(table.database, "scratch", keys)

    assert asked == [12, 8, 4]
    assert set(found) == set(keys[:10])


def test_keys_that_glue_never_reads_are_an_error_and_no_missing_partitions(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(range(3), "old")
    asked = partial.leave_keys(monkeypatch, at_most=0)

    with pytest.raises(CatalogError, match="left 2 partitions of scratch unread"):
        glue_partitions.get(table.database, "scratch", [("0",), ("1",)])

    assert asked == [2] * (1 + len(batches.PAUSES))


# ------------------------------------------------------------------ whole runs


def test_partitions_that_glue_refuses_at_first_are_published(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.land(scene.hour.plus(1), 2)
    scene.watch(Refuses("BatchUpdatePartition", "ThrottlingException", "Rate exceeded", times=2))
    created = partial.refuse(
        monkeypatch, "batch_create_partition", "OperationTimeoutException", first, times=3
    )

    scene.it.run({})

    assert len(created) == 3
    scene.it.expect()
    check_prefixes(scene.it)


def test_run_that_glue_refuses_a_partition_for_good_says_so_and_the_next_one_publishes_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.land(scene.hour.plus(1), 2)
    before = pointers(scene.it)
    code = "ResourceNumberLimitExceededException"
    scene.it.mount()
    date, hour = str(scene.hour)[:10], str(scene.hour)[11:]
    partial.refuse(
        monkeypatch,
        "batch_create_partition",
        code,
        lambda entries: [each for each in entries if each == (date, hour)],
        times=99,
    )

    failed = scene.it.fail("CatalogError")

    assert f"events partition {date}/{hour}: {code}: refused as {code}" in reason(failed)
    assert any(code in message for message in scene.told)
    after = pointers(scene.it)
    new = {p for p in after["events"] if p not in before["events"]}
    assert new == {(str(scene.hour.plus(1))[:10], str(scene.hour.plus(1))[11:])}
    assert after["traffic"] == before["traffic"]
    monkeypatch.undo()
    scene.it.run({})
    scene.it.expect()
    check_prefixes(scene.it)
