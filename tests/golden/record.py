"""Asks a real Trino what it makes of the golden lines and objects, and writes it down.

    python -m tests.golden.record http://127.0.0.1:8080

The lines are landed in a served stack and read through its landing table. To add a line, add it to
lines.json without `trino`, and record.
"""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offline.athena.trino.client import Server as Trino
from offline.athena.trino.client import TrinoFailedError, ask
from offline.machine import Machine
from offline.serving import Server
from tests.golden import asking
from tests.golden.contents import OBJECTS
from tests.trino.catalogs import create_catalog


def main(url: str) -> None:
    """Record both files."""
    with served(url) as (catalog, machine, version):
        _land(machine)
        _record_lines(catalog, machine.outputs["DatabaseName"], version)
        _record_objects(catalog, machine, version)


@contextmanager
def served(url: str) -> Iterator[tuple[Trino, Machine, str]]:
    """Serves a stack with a landing table to a Trino in here; with that Trino's version."""
    trino = Trino.at(url)
    with tempfile.TemporaryDirectory() as folder, Machine(Path(folder)) as machine:
        machine.run({"all": True})  # which makes the landing table
        with Server(machine, socket.create_server(("127.0.0.1", 0))) as stack:
            name = f"golden_{os.getpid()}"
            ask(trino, create_catalog(name, stack.url))
            try:
                version = ask(trino, "SELECT version()").rows[0][0]
                yield Trino(trino.url, name, trino.authorization), machine, version
            finally:
                ask(trino, f"DROP CATALOG {name}")


def _land(machine: Machine) -> None:
    put(machine, asking.named(map(asking.landed, asking.recorded(asking.LINES)["cases"])))
    put(machine, {f"{asking.OBJECTS_HOUR}/{name}": data for name, data in OBJECTS.items()})


def put(machine: Machine, objects: Mapping[str, bytes]) -> None:
    """Puts objects into the landing of a served stack."""
    s3, bucket = machine.client("s3"), machine.outputs["LandingBucketName"]
    for name, data in objects.items():
        s3.put_object(Bucket=bucket, Key=machine.outputs["LandingPrefix"] + name, Body=data)


def _record_lines(trino: Trino, database: str, version: str) -> None:
    cases = asking.recorded(asking.LINES)["cases"]
    found = asking.by_line(ask(trino, asking.of_lines(), schema=database).rows)
    for number, case in enumerate(cases):
        case["trino"] = found.get(number, [])
    asking.write(asking.LINES, {"version": version, "cases": cases})


def _record_objects(trino: Trino, machine: Machine, version: str) -> None:
    database = machine.outputs["DatabaseName"]
    root = f"s3://{machine.outputs['LandingBucketName']}/{machine.outputs['LandingPrefix']}"
    found: dict[str, Any] = {}
    for name in OBJECTS:
        uri = f"{root}{asking.OBJECTS_HOUR}/{name}"
        try:
            found[name] = ask(trino, asking.of_object(uri), schema=database).rows
        except TrinoFailedError as error:
            assert uri in str(error), error
            found[name] = error.name
    asking.write(asking.OBJECTS, {"version": version, "objects": found})


if __name__ == "__main__":
    main(sys.argv[1])
