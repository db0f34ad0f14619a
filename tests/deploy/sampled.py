"""The sample that events/ are about, taken from the offline machine and laid into a stack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from springtide.aws.batches import batched

from offline.invoke import Answer
from offline.machine import Machine
from tests.deploy.stacks import Deployed
from tests.sampled import answers, sample_machine

_TABLE = ("Name", "Parameters", "PartitionKeys", "StorageDescriptor", "TableType")
_PARTITION = ("Values", "StorageDescriptor", "Parameters")
_BUCKETS = ("LandingBucketName", "LakeBucketName")


class Sample(NamedTuple):
    """All that a stack with the sample holds, and what its functions answer to their events."""

    # Objects by the output that names their bucket, and their key.
    objects: dict[tuple[str, str], bytes]
    items: list[dict[str, Any]]
    # Tables as they are created, each with its partitions.
    tables: list[tuple[dict[str, Any], list[dict[str, Any]]]]
    answers: dict[str, Answer]


def of_the_offline_machine(folder: Path) -> Sample:
    """Makes the sample, copies it, and then asks each function."""
    with sample_machine(folder) as machine:
        objects = {
            (output, item.key): machine.objects.path(bucket, item.key).read_bytes()
            for output in _BUCKETS
            for bucket in [machine.outputs[output]]
            for item in machine.objects.list(bucket, "")
        }
        pages = machine.client("dynamodb").get_paginator("scan")
        items = [
            item
            for page in pages.paginate(TableName=machine.outputs["LedgerTableName"])
            for item in page["Items"]
        ]
        return Sample(objects, items, list(_tables(machine)), answers(machine))


def _tables(machine: Machine) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    glue, database = machine.client("glue"), machine.outputs["DatabaseName"]
    for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
        for table in page["TableList"]:
            pages = glue.get_paginator("get_partitions").paginate(
                DatabaseName=database, TableName=table["Name"]
            )
            partitions = [found for page in pages for found in page["Partitions"]]
            yield _only(table, _TABLE), [_only(found, _PARTITION) for found in partitions]


def _only(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}


def lay(made: Sample, stack: Deployed) -> None:
    """Puts all that the sample holds into a stack."""
    s3, dynamodb, glue = (stack.client(name) for name in ("s3", "dynamodb", "glue"))
    for (output, key), body in made.objects.items():
        s3.put_object(Bucket=stack.outputs[output], Key=key, Body=body)
    for item in made.items:
        dynamodb.put_item(TableName=stack.outputs["LedgerTableName"], Item=item)
    database = stack.outputs["DatabaseName"]
    for table, partitions in made.tables:
        glue.create_table(DatabaseName=database, TableInput=table)
        for some in batched(partitions, 100):
            answer = glue.batch_create_partition(
                DatabaseName=database, TableName=table["Name"], PartitionInputList=list(some)
            )
            assert not answer.get("Errors")
