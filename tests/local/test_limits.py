"""Batch calls that AWS would refuse are refused here too."""

from collections.abc import Callable, Iterator
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


def values(count: int) -> list[dict[str, Any]]:
    return [{"Values": [str(n)]} for n in range(count)]


def create(machine: Machine, count: int) -> Any:
    return machine.client("glue").batch_create_partition(
        DatabaseName="db", TableName="t", PartitionInputList=values(count)
    )


def update(machine: Machine, count: int) -> Any:
    entries = [{"PartitionValueList": v["Values"], "PartitionInput": v} for v in values(count)]
    return machine.client("glue").batch_update_partition(
        DatabaseName="db", TableName="t", Entries=entries
    )


def get(machine: Machine, count: int) -> Any:
    return machine.client("glue").batch_get_partition(
        DatabaseName="db", TableName="t", PartitionsToGet=values(count)
    )


def delete(machine: Machine, count: int) -> Any:
    return machine.client("glue").batch_delete_partition(
        DatabaseName="db", TableName="t", PartitionsToDelete=values(count)
    )


def write(machine: Machine, count: int) -> Any:
    puts = [{"PutRequest": {"Item": {"k": {"S": str(n)}}}} for n in range(count)]
    return machine.client("dynamodb").batch_write_item(RequestItems={"t": puts})


def read(machine: Machine, count: int) -> Any:
    keys = [{"k": {"S": str(n)}} for n in range(count)]
    return machine.client("dynamodb").batch_get_item(RequestItems={"t": {"Keys": keys}})


LIMITS = [(create, 100), (update, 100), (get, 1000), (delete, 25), (write, 25), (read, 100)]


@pytest.mark.parametrize(("call", "most"), LIMITS)
def test_batch_of_one_more_than_aws_takes(
    machine: Machine, call: Callable[[Machine, int], Any], most: int
) -> None:
    call(machine, most)
    with pytest.raises(ClientError, match="ValidationException"):
        call(machine, most + 1)
