"""What lies in the lake and what points at it, read from the fakes themselves and not by calls."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

from offline.athena.catalog.catalog import split_uri
from offline.athena.service.runs import TERMINAL
from offline.clients import ACCOUNT, REGION
from offline.machine import Machine

TABLES = ("events", "quarantine", "traffic")


class Pointer(NamedTuple):
    """A partition as the catalog has it; `name` is like `events 2020-07-13/00`."""

    name: str
    location: str
    parameters: dict[str, str]


def catalog_tables(machine: Machine) -> dict[str, Any]:
    """moto's records of the data set's tables, those that exist."""
    database = glue_backends[ACCOUNT][REGION].databases[machine.outputs["DatabaseName"]]
    return {name: database.tables[name] for name in TABLES if name in database.tables}


def pointers(machine: Machine) -> list[Pointer]:
    """Every partition of the data set's tables, in order."""
    return sorted(
        Pointer(
            f"{name} {'/'.join(partition.values)}",
            partition.partition_input["StorageDescriptor"]["Location"],
            partition.partition_input.get("Parameters", {}),
        )
        for name, table in catalog_tables(machine).items()
        for partition in table.partitions.values()
    )


def keys(machine: Machine, *prefixes: str) -> Iterator[Any]:
    """The lake's objects below prefixes."""
    for prefix in prefixes:
        yield from machine.objects.list(machine.outputs["LakeBucketName"], prefix)


def files_at(machine: Machine, location: str) -> list[Any]:
    """The objects that a partition with this location has."""
    bucket, prefix = split_uri(location)
    return machine.objects.list(bucket, prefix)


def visible(machine: Machine) -> dict[str, tuple[int, str]]:
    """What readers see: the rows of each partition, as their number and a digest.

    A partition without rows is left out; readers cannot tell it from one that is not there.
    """
    found = {}
    for pointer in pointers(machine):
        paths = [
            machine.objects.path(item.bucket, item.key)
            for item in files_at(machine, pointer.location)
        ]
        rows = sorted(row for path in paths for row in _rows(path))
        if rows:
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]
            found[pointer.name] = (len(rows), digest)
    return found


def tags_of(machine: Machine, *prefixes: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The keys of the lake's objects below prefixes, each with its tags."""
    tagger = s3_backends[ACCOUNT]["aws"].tagger
    for prefix in prefixes:
        for key in machine.objects.keys(machine.outputs["LakeBucketName"], prefix):
            yield key.name, tagger.get_tag_dict_for_resource(key.arn)


def queries_running(machine: Machine) -> list[str]:
    """The ids of queries that have not ended."""
    return [run.id for run in machine.athena.history if run.state not in TERMINAL]


def notices() -> int:
    """How many messages the stack's topic was sent since the machine is up."""
    topics = sns_backends[ACCOUNT][REGION].topics.values()
    return sum(len(topic.sent_notifications) for topic in topics)


@lru_cache(maxsize=4096)
def _rows(path: Path) -> tuple[str, ...]:
    """A file's rows as texts; a file of the lake never changes."""
    return tuple(map(repr, pq.read_table(path).to_pylist()))
