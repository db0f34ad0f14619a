"""Runs of the command line over a landing folder of a person's, and what they left."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import Result

from offline.athena.service.runs import QueryRun
from offline.machine import Machine
from tests.athena_faults import Fault
from tests.commands import springtide
from tests.files import put_lines
from tests.pipeline.rig import event

HOURS = ("2020/07/13/01", "2020/07/13/02")


def run(folder: Path, *more: str) -> Result:
    return springtide("run", "--landing", folder / "a landing", "--out", folder / "an out", *more)


def land(folder: Path, hour: str, *lines: str, name: str = "object") -> None:
    put_lines(folder / "a landing" / hour / name, *lines)


def land_hours(folder: Path) -> Path:
    """Lands an event in each of the hours; returns the folder."""
    for hour in HOURS:
        land(folder, hour, measured(hour))
    return folder


def measured(hour: str) -> str:
    return json.dumps(event(1, f"{hour[:10].replace('/', '-')}T{hour[-2:]}:05:00Z"))


def report(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "an out/run.json").read_text())
    return document


def exported(folder: Path) -> list[str]:
    """The event hours of which there are files."""
    return sorted(p.parent.name[-2:] for p in (folder / "an out/events").rglob("*.parquet"))


def failing_extract(hour: str, reason: str) -> Callable[[Machine], None]:
    """Has Athena fail every extract of an arrival hour, for the hour's own reasons."""

    def hook(query: QueryRun) -> Fault | None:
        mine = "FROM landing" in query.sql and hour in query.sql
        return Fault.permanent(reason) if mine else None

    return lambda machine: machine.athena.faults.append(hook)
