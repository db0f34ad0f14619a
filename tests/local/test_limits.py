"""What AWS would refuse is refused here too: too many entries of a call, an old table's version."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline.machine import Machine
from tests.local.stacks import write_stack


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder: Path = tmp_path_factory.mktemp("limits")
    with Machine(folder / "home", template=write_stack(folder)) as machine:
        glue = machine.client("glue")
        glue.create_database(DatabaseInput={"Name": "db"})
        keys = [{"Name": "n", "Type": "string"}]
        glue.create_table(DatabaseName="db", TableInput={"Name": "t", "PartitionKeys": keys})
        machine.client("dynamodb").create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield machine


def partitions(operation: str, field: str, count: int) -> dict[str, Any]:
    values: list[Any] = [{"Values": [str(n)]} for n in range(count)]
    if operation == "batch_update_partition":
        values = [{"PartitionValueList": v["Values"], "PartitionInput": v} for v in values]
    return {"DatabaseName": "db", "TableName": "t", field: values}


def items(operation: str, field: str, count: int) -> dict[str, Any]:
    keys: list[Any] = [{"k": {"S": str(n)}} for n in range(count)]
    puts = [{"PutRequest": {"Item": key}} for key in keys]
    return {field: {"t": puts if operation == "batch_write_item" else {"Keys": keys}}}


@pytest.mark.parametrize(
    ("operation", "field", "most"),
    [
        ("batch_create_partition", "PartitionInputList", 100),
        ("batch_update_partition", "Entries", 100),
        ("batch_get_partition", "PartitionsToGet", 1000),
        ("batch_delete_partition", "PartitionsToDelete", 25),
        ("batch_write_item", "RequestItems", 25),
        ("batch_get_item", "RequestItems", 100),
    ],
)
def test_batch_of_one_more_than_aws_takes(
    machine: Machine, operation: str, field: str, most: int
) -> None:
    service, given = ("dynamodb", items) if "item" in operation else ("glue", partitions)
    call = getattr(machine.client(service), operation)

    call(**given(operation, field, most))
    with pytest.raises(ClientError, match="ValidationException"):
        call(**given(operation, field, most + 1))


def test_update_with_an_old_version_of_the_table_is_refused(machine: Machine) -> None:
    """Two change a table at once: the later one is told, as Glue tells it."""
    glue = machine.client("glue")

    def update(owner: str, **version: str) -> str:
        glue.update_table(DatabaseName="db", TableInput={"Name": "v", "Owner": owner}, **version)
        return str(glue.get_table(DatabaseName="db", Name="v")["Table"]["Owner"])

    glue.create_table(DatabaseName="db", TableInput={"Name": "v"})
    seen = glue.get_table(DatabaseName="db", Name="v")["Table"]["VersionId"]

    assert update("one", VersionId=seen) == "one"
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        update("two", VersionId=seen)
    assert glue.get_table(DatabaseName="db", Name="v")["Table"]["Owner"] == "one"
    assert update("three") == "three"
