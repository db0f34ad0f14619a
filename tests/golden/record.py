"""Asks a real Trino what it makes of the golden lines and objects, and writes it down.

    python -m tests.golden.record http://127.0.0.1:8080

The lines are landed in a served stack and read through its landing table. To add a line, add it to
lines.json without `trino`, and record.
"""

import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from offline.athena.trino.client import Server as Trino
from offline.athena.trino.client import TrinoFailedError, ask
from offline.athena.trino.properties import catalog_properties
from offline.machine import Machine
from offline.serving import Server
from tests.golden import asking
from tests.golden.contents import OBJECTS


def main(url: str) -> None:
    """Record both files."""
    trino = Trino.at(url)
    with tempfile.TemporaryDirectory() as folder, Machine(Path(folder)) as machine:
        machine.run({"all": True})  # which makes the landing table
        _land(machine)
        listening = socket.create_server(("127.0.0.1", 0))
        with Server(machine, listening) as served:
            name = f"golden_{os.getpid()}"
            catalog = Trino(trino.url, name, trino.authorization)
            _catalog(trino, name, served.url)
            try:
                version = ask(trino, "SELECT version()").rows[0][0]
                _record_lines(catalog, machine.outputs["DatabaseName"], version)
                _record_objects(catalog, machine, version)
            finally:
                ask(trino, f"DROP CATALOG {name}")


def _catalog(trino: Trino, name: str, endpoint: str) -> None:
    properties = catalog_properties(endpoint)
    connector = properties.pop("connector.name")
    listed = ", ".join(f"\"{key}\" = '{value}'" for key, value in properties.items())
    ask(trino, f"CREATE CATALOG {name} USING {connector} WITH ({listed})")


def _land(machine: Machine) -> None:
    s3, bucket = machine.client("s3"), machine.outputs["LandingBucketName"]
    prefix = machine.outputs["LandingPrefix"]
    for number, case in enumerate(asking.recorded(asking.LINES)["cases"]):
        key = f"{prefix}{asking.LINES_HOUR}/{asking.name_of(number)}"
        body = case["line"].encode(case.get("encoding", "utf-8"))
        s3.put_object(Bucket=bucket, Key=key, Body=body + b"\n")
    for name, data in OBJECTS.items():
        s3.put_object(Bucket=bucket, Key=f"{prefix}{asking.OBJECTS_HOUR}/{name}", Body=data)


def _record_lines(trino: Trino, database: str, version: str) -> None:
    document = asking.recorded(asking.LINES)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, *values in ask(trino, asking.of_lines(), schema=database).rows:
        row = dict(zip(asking.NAMES, map(asking.plain, values), strict=True))
        found.setdefault(name, []).append({n: v for n, v in row.items() if v is not None})
    for number, case in enumerate(document["cases"]):
        case["trino"] = found.get(asking.name_of(number), [])
    _write(asking.LINES, {"version": version, "cases": document["cases"]})


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
    _write(asking.OBJECTS, {"version": version, "objects": found})


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
