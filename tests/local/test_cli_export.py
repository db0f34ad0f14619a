"""The folders below --out are the published tables, and only what changed is written again."""

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cli import exchange
from cli.export import export, partition_locations
from cli.state import home_of
from offline.clients import ACCOUNT, REGION
from offline.s3.objects import Objects
from tests.files import put

KEYS = {"events": ("event_date", "event_hour"), "quarantine": ("arrival_hour",)}


class Machine:
    """The part of a machine that an export uses."""

    def __init__(self, root: Path) -> None:
        self.objects = Objects(ACCOUNT, root)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="lake")
        self.outputs = {"DatabaseName": "springtide"}
        self.glue = boto3.client("glue", region_name=REGION)
        self.glue.create_database(DatabaseInput={"Name": "springtide"})
        for table, keys in KEYS.items():
            columns: Any = [{"Name": key, "Type": "string"} for key in keys]
            parameters = {"classification": "parquet"}
            self.glue.create_table(
                DatabaseName="springtide",
                TableInput={"Name": table, "PartitionKeys": columns, "Parameters": parameters},
            )

    def client(self, service: str) -> Any:
        assert service == "glue"
        return self.glue

    def publish(self, table: str, values: list[str], version: str, text: str | None) -> None:
        """Point a partition at a version of one file, or at nothing."""
        folder = f"{table}/{version}/{'-'.join(values)}/"
        if text is not None:
            file = put(self.objects.folder / "new", text)
            self.objects.adopt("lake", f"{folder}part-{version}.data", file)
        storage = {"Location": f"s3://lake/{folder}"}
        partition: Any = {"Values": values, "StorageDescriptor": storage}
        names = {"DatabaseName": "springtide", "TableName": table}
        try:
            self.glue.create_partition(**names, PartitionInput=partition)
        except self.glue.exceptions.AlreadyExistsException:
            self.glue.update_partition(**names, PartitionValueList=values, PartitionInput=partition)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield Machine(tmp_path / "objects")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    home_of(tmp_path / "out").mkdir(parents=True)
    return tmp_path / "out"


def written(out: Path) -> dict[str, str]:
    return {p.relative_to(out).as_posix(): p.read_text() for p in out.rglob("*.parquet")}


def test_partitions_become_hive_style_folders(machine: Machine, out: Path) -> None:
    machine.publish("events", ["2020-07-13", "05"], "v1", "a")
    machine.publish("quarantine", ["2020-07-13T05"], "v1", "b")

    export(machine, out)

    assert written(out) == {
        "events/event_date=2020-07-13/event_hour=05/part-v1.data.parquet": "a",
        "quarantine/arrival_hour=2020-07-13T05/part-v1.data.parquet": "b",
    }
    assert partition_locations(machine) == {
        "events/event_date=2020-07-13/event_hour=05": "s3://lake/events/v1/2020-07-13-05/",
        "quarantine/arrival_hour=2020-07-13T05": "s3://lake/quarantine/v1/2020-07-13T05/",
    }


def test_only_repointed_partitions_are_written_again(machine: Machine, out: Path) -> None:
    machine.publish("events", ["2020-07-13", "05"], "v1", "old")
    machine.publish("events", ["2020-07-13", "06"], "v1", "same")
    export(machine, out)
    machine.publish("events", ["2020-07-13", "05"], "v2", "new")

    done = export(machine, out)

    assert done.written == ["events/event_date=2020-07-13/event_hour=05"]
    assert sorted(written(out).values()) == ["new", "same"]
    assert not list(home_of(out).glob("export-*"))


def test_empty_and_vanished_partitions_are_removed(machine: Machine, out: Path) -> None:
    machine.publish("events", ["2020-07-13", "05"], "v1", "a")
    machine.publish("events", ["2020-07-14", "05"], "v1", "b")
    machine.publish("quarantine", ["2020-07-13T05"], "v1", "c")
    export(machine, out)
    machine.publish("events", ["2020-07-14", "05"], "v2", None)
    machine.glue.delete_partition(
        DatabaseName="springtide", TableName="quarantine", PartitionValues=["2020-07-13T05"]
    )

    done = export(machine, out)

    assert done.removed == [
        "events/event_date=2020-07-14/event_hour=05",
        "quarantine/arrival_hour=2020-07-13T05",
    ]
    assert list(written(out).values()) == ["a"]
    assert not (out / "events/event_date=2020-07-14").exists()


EVENTS = ["2020-07-13", "05"]
FOLDER = "events/event_date=2020-07-13/event_hour=05"


def test_changes_to_a_published_file_reach_neither_the_state_nor_the_next_export(
    machine: Machine, out: Path
) -> None:
    machine.publish("events", EVENTS, "v1", "true")
    export(machine, out)
    with (out / FOLDER / "part-v1.data.parquet").open("r+") as file:
        file.write("fake")

    done = export(machine, out)

    (kept,) = machine.objects.folder.rglob("*.data")
    assert kept.read_text() == "true"
    assert written(out) == {f"{FOLDER}/part-v1.data.parquet": "true"}
    assert done.written == [FOLDER]
    assert export(machine, out).written == []


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_was_deleted_is_written_again(machine: Machine, out: Path, what: str) -> None:
    machine.publish("events", EVENTS, "v1", "a")
    export(machine, out)
    (out / FOLDER / "part-v1.data.parquet").unlink()
    if what == "folder":
        (out / FOLDER).rmdir()

    export(machine, out)

    assert list(written(out).values()) == ["a"]


@pytest.mark.parametrize(
    "name",
    [f"{FOLDER}/mine.parquet", "events/event_date=1999-01-01/event_hour=00/x", "events/x.parquet"],
)
def test_files_that_no_run_wrote_are_moved_out_of_the_tables_and_named(
    machine: Machine, out: Path, name: str
) -> None:
    machine.publish("events", EVENTS, "v1", "a")
    export(machine, out)
    put(out / name, "mine")

    done = export(machine, out)

    assert done.foreign == [f"{name} to .springtide/foreign/{name}"]
    assert (home_of(out) / "foreign" / name).read_text() == "mine"
    files = [p.relative_to(out).as_posix() for p in (out / "events").rglob("*") if p.is_file()]
    assert files == [f"{FOLDER}/part-v1.data.parquet"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"folders": {"a": {"location": 5, "files": 5}}, "begun": {}}']
)
def test_damaged_manifest_has_everything_written_again(
    machine: Machine, out: Path, text: str
) -> None:
    machine.publish("events", EVENTS, "v1", "a")
    export(machine, out)
    (home_of(out) / "exported.json").write_text(text)

    done = export(machine, out)

    assert (done.written, done.foreign) == ([FOLDER], [])
    assert list(written(out).values()) == ["a"]


CHANGES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile")


def killed_at(change: int, machine: Machine, out: Path) -> bool:
    """Export in a process that is killed before its n-th change; returns whether it was."""
    child = os.fork()
    if child == 0:
        seen = itertools.count()

        def kill(event: str, arguments: tuple[Any, ...]) -> None:
            writes = event == "open" and "w" in str(arguments[1])
            if (event in CHANGES or writes) and next(seen) == change:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        export(machine, out)
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.parametrize("exchanges", [True, False])
def test_export_that_is_killed_anywhere_leaves_whole_partitions(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    """Where folders cannot be exchanged one may be missing until the next export."""
    if not exchanges:
        monkeypatch.setattr(exchange, "_system_call", lambda: None)
    hours = ("05", "06")

    def point_at(version: str) -> list[str]:
        texts = [f"{hour} {version}" for hour in hours]
        for hour, text in zip(hours, texts, strict=True):
            machine.publish("events", ["2020-07-13", hour], version, text)
        return texts

    killed, changes = True, 0
    while killed:
        out = tmp_path / f"out-{changes}"
        home_of(out).mkdir(parents=True)
        old = point_at("v1")
        export(machine, out)
        new = point_at("v2")
        killed = killed_at(changes, machine, out)
        left = sorted(written(out / "events").values())
        assert {*left} <= {*old, *new}
        assert [text[:2] for text in left] == ["05", "06"] or (not exchanges and len(left) == 1)
        newest = point_at("v3")

        done = export(machine, out)

        assert sorted(written(out).values()) == newest
        assert done.foreign == []
        assert not list(home_of(out).glob("export-*"))
        changes += 1
    assert changes > 10


def test_more_partitions_than_a_page_are_all_exported(machine: Machine, out: Path) -> None:
    hours = [f"2020-07-{day:02}T{hour:02}" for day in range(1, 6) for hour in range(24)]
    for hour in hours:
        machine.publish("quarantine", [hour], "v1", hour)

    export(machine, out)

    assert sorted(written(out).values()) == hours
