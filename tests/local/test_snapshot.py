import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline import snapshot
from offline.machine import Machine
from offline.snapshot import SnapshotError
from tests.files import put
from tests.local.stacks import LEDGER_TABLE, write_stack

RESOURCES: dict[str, Any] = {
    "Lake": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lake"}},
    "Landing": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "landing"}},
    "Ledger": LEDGER_TABLE,
    "Database": {
        "Type": "AWS::Glue::Database",
        "Properties": {"CatalogId": "123456789012", "DatabaseInput": {"Name": "db"}},
    },
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "app", resources=RESOURCES)


@pytest.fixture
def machine(tmp_path: Path, template: Path) -> Iterator[Machine]:
    with Machine(tmp_path / "home", template=template) as machine:
        yield machine


def again(machine: Machine) -> Machine:
    """The machine of a later process: what was not saved is gone."""
    machine.close()
    return machine.__enter__()


def contents(machine: Machine, bucket: str = "lake") -> dict[str, bytes]:
    objects = machine.objects
    return {o.key: objects.path(bucket, o.key).read_bytes() for o in objects.list(bucket, "")}


def test_first_machine_of_a_home_is_empty(machine: Machine) -> None:
    assert contents(machine) == {}
    assert machine.client("dynamodb").scan(TableName="ledger")["Items"] == []


def test_ledger_items_come_back_with_their_types(machine: Machine) -> None:
    item = {
        "pk": {"S": "a"},
        "number": {"N": "12345678901234567890"},
        "set": {"SS": ["x", "y"]},
        "deep": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}]}}},
    }
    dynamodb = machine.client("dynamodb")
    dynamodb.put_item(TableName="ledger", Item=item)
    for number in range(60):
        dynamodb.put_item(TableName="ledger", Item={"pk": {"S": f"n{number}"}})
    machine.save()

    later = again(machine).client("dynamodb")

    assert later.get_item(TableName="ledger", Key={"pk": {"S": "a"}})["Item"] == item
    assert later.scan(TableName="ledger")["Count"] == 61


def test_catalog_comes_back_with_partitions_and_parameters(machine: Machine) -> None:
    glue = machine.client("glue")
    columns = [{"Name": "id", "Type": "string"}]
    descriptor = {"Columns": columns, "Location": "s3://lake/events/"}
    glue.create_table(
        DatabaseName="db",
        TableInput={
            "Name": "events",
            "StorageDescriptor": descriptor,
            "PartitionKeys": [{"Name": "d", "Type": "string"}],
            "Parameters": {"complete_up_to": "2020-01-01"},
        },
    )
    partitions = [
        {
            "Values": [f"d{number}"],
            "StorageDescriptor": descriptor | {"Location": f"s3://lake/v/{number}/"},
            "Parameters": {"rows": str(number)},
        }
        for number in range(150)
    ]
    for start in (0, 100):
        glue.batch_create_partition(
            DatabaseName="db", TableName="events", PartitionInputList=partitions[start:][:100]
        )
    machine.save()

    later = again(machine).client("glue")

    table = later.get_table(DatabaseName="db", Name="events")["Table"]
    assert table["Parameters"] == {"complete_up_to": "2020-01-01"}
    assert table["StorageDescriptor"]["Columns"] == columns
    pages = later.get_paginator("get_partitions").paginate(DatabaseName="db", TableName="events")
    kept = {p["Values"][0]: p for page in pages for p in page["Partitions"]}
    assert len(kept) == 150
    assert kept["d7"]["StorageDescriptor"]["Location"] == "s3://lake/v/7/"
    assert kept["d7"]["Parameters"] == {"rows": "7"}


def test_objects_come_back_with_their_etag_time_tags_and_metadata(
    machine: Machine, tmp_path: Path
) -> None:
    s3 = machine.client("s3")
    s3.put_object(Bucket="lake", Key="small", Body=b"in memory", Metadata={"by": "me"})
    machine.objects.adopt("lake", "v/1/part", put(tmp_path / "in/file", b"a file"))
    tags = [{"Key": "condemned", "Value": "yes"}]
    s3.put_object_tagging(Bucket="lake", Key="v/1/part", Tagging={"TagSet": tags})
    before = {o["Key"]: o for o in s3.list_objects_v2(Bucket="lake")["Contents"]}
    machine.save()

    later = again(machine).client("s3")

    after = {o["Key"]: o for o in later.list_objects_v2(Bucket="lake")["Contents"]}
    for key in ("small", "v/1/part"):
        for shown in ("ETag", "Size", "LastModified"):
            assert after[key][shown] == before[key][shown]
    assert contents(machine) == {"small": b"in memory", "v/1/part": b"a file"}
    assert later.head_object(Bucket="lake", Key="small")["Metadata"] == {"by": "me"}
    assert later.get_object_tagging(Bucket="lake", Key="v/1/part")["TagSet"] == tags


def test_buckets_that_a_client_made_come_back_with_their_objects(machine: Machine) -> None:
    s3 = machine.client("s3")
    for name in ("marts", "empty"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="marts", Key="dbt/a", Body=b"text")
    machine.save()

    later = again(machine)

    assert (contents(later, "marts"), contents(later, "empty")) == ({"dbt/a": b"text"}, {})


def test_adopted_files_stay_where_they_are(machine: Machine, tmp_path: Path) -> None:
    machine.objects.adopt("lake", "v/1/part", put(tmp_path / "in/file", b"x"))
    path = machine.objects.path("lake", "v/1/part")
    machine.save()

    assert again(machine).objects.path("lake", "v/1/part") == path


def test_mounted_objects_are_not_saved(machine: Machine, tmp_path: Path) -> None:
    folder = put(tmp_path / "landing/file", b"raw").parent
    machine.objects.mount("landing", "", folder)
    machine.save()

    later = again(machine)

    assert contents(later, "landing") == {}
    later.objects.mount("landing", "", folder)
    assert contents(later, "landing") == {"file": b"raw"}


def test_what_was_not_saved_is_gone_with_its_files(machine: Machine, tmp_path: Path) -> None:
    machine.objects.put("lake", "kept", b"1")
    machine.save()
    machine.objects.adopt("lake", "lost", put(tmp_path / "in/file", b"2"))
    machine.objects.put("lake", "kept", b"overwritten")
    machine.client("s3").delete_object(Bucket="lake", Key="kept")

    later = again(machine)

    assert contents(later) == {"kept": b"1"}
    files = [file for file in later.objects.folder.rglob("*") if file.is_file()]
    assert len(files) == 1


def test_second_save_drops_the_files_of_deleted_objects(machine: Machine, tmp_path: Path) -> None:
    machine.objects.adopt("lake", "old", put(tmp_path / "in/file", b"old"))
    old = machine.objects.path("lake", "old")
    machine.save()
    machine.client("s3").delete_object(Bucket="lake", Key="old")
    assert old.exists()

    machine.save()

    assert not old.exists()
    assert contents(again(machine)) == {}


def test_crash_while_saving_leaves_the_state_before(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.objects.put("lake", "a", b"1")
    machine.save()
    machine.objects.put("lake", "b", b"2")

    def crash(*_: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="no space"):
        patched.setattr("offline.snapshot.os.fsync", crash)
        machine.save()

    assert contents(again(machine)) == {"a": b"1"}


def test_state_of_another_version_is_refused(tmp_path: Path, template: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / snapshot.STATE_FILE).write_text(json.dumps({"version": 99}))

    with pytest.raises(SnapshotError, match="version 99"), Machine(home, template=template):
        pass


def test_state_survives_several_processes(machine: Machine) -> None:
    for number in range(3):
        machine.objects.put("lake", f"k{number}", str(number).encode())
        machine.client("dynamodb").put_item(TableName="ledger", Item={"pk": {"S": str(number)}})
        machine.save()
        again(machine)

    assert contents(machine) == {"k0": b"0", "k1": b"1", "k2": b"2"}
    assert machine.client("dynamodb").scan(TableName="ledger")["Count"] == 3
