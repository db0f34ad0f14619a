"""What commands say and leave where the disk is full, or what is below --out damaged."""

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.state import home_of
from offline.machine import Machine
from tests.commands import PROGRAM, springtide
from tests.local.outcomes import HOURS, exported, failing_extract, run


def test_run_without_disk_space_is_reported_and_counts_against_no_hour(
    folder: Path, machines: Callable[..., Any]
) -> None:
    reason = f"GENERIC_INTERNAL_ERROR: OSError: {os.strerror(errno.ENOSPC)}"
    with machines(failing_extract(HOURS[1], reason)):
        for _ in range(2):
            full = run(folder)
            assert full.exit_code == 1
            assert full.stderr.splitlines()[-1].startswith("Error: No space left on device")

    assert run(folder).exit_code == 0
    assert exported(folder) == ["01", "02"]


@pytest.mark.parametrize(
    ("owner", "name", "kept"),
    [
        (Machine, "save", "Nothing of this run is kept."),
        (shutil, "copyfile", "The run is kept, but not all tables are written, nor run.json."),
    ],
)
def test_disk_that_is_full_at_the_end_is_reported_and_the_next_run_writes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, kept: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, refuse)
        full = run(folder)

    assert full.exit_code == 1
    said = full.stderr.splitlines()[-1]
    assert said.startswith("Error: No space left on device: the command needs more, in ")
    assert said.endswith(f" {kept} Make room, then run it again.")
    assert not (folder / "an out" / "run.json").exists()
    assert run(folder).exit_code == 0
    assert exported(folder) == ["01", "02"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_command_that_fills_the_disk_says_what_to_do(ran: Path) -> None:
    (ran / "an out" / ".report.html").symlink_to("/dev/full")

    full = springtide("report", "--out", ran / "an out")

    assert full.exit_code == 1
    assert "No space left on device: the command needs more, in " in full.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
@pytest.mark.parametrize("asked", ["--help", "--version", "status --help"])
def test_full_disk_below_the_help_is_one_line(asked: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PROGRAM, *asked.split()], stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: No space left on device: ")


def test_file_in_the_place_of_a_table_is_reported_with_its_option(ran: Path) -> None:
    out = ran / "an out"
    shutil.rmtree(out / "events")
    (out / "events").touch()

    wrong = run(ran)

    assert wrong.exit_code == 1
    line = wrong.stderr.splitlines()[-1]
    assert line.startswith(f"Error: --out {out}: Not a directory: {out}/events/event_date=")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".springtide/runs.json", ""),
        (".springtide/runs.json", "1"),
        (".springtide/runs.json", '[{"execution": "a", "status": "FAILED", "spans": 5}]'),
        ("run.json", "1"),
        ("run.json", '{"failure": "x"}'),
    ],
)
def test_damaged_file_that_only_a_report_reads_is_reported_and_stops_nothing(
    ran: Path, file: str, text: str
) -> None:
    damaged = ran / "an out" / file
    damaged.write_text(text)

    told = springtide("report", "--out", ran / "an out")

    assert told.exit_code == 0
    assert f"Note: {damaged} is damaged: what it said of earlier runs is lost" in told.stderr
    assert run(ran).exit_code == 0
    assert springtide("report", "--out", ran / "an out").stderr.count("Note:") == 0


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    stats = ((p.relative_to(folder).as_posix(), p.stat()) for p in folder.rglob("*"))
    return {name: (stat.st_mtime_ns, stat.st_size) for name, stat in stats}


def test_reading_commands_write_nothing_below_out(ran: Path) -> None:
    out = ran / "an out"
    (home_of(out) / "objects/left-behind").write_text("by a run that was killed")
    before = tree(out)

    reading: list[tuple[str, ...]] = [("query", "SELECT 1"), ("status",), ("versions",)]
    for command in reading:
        assert springtide(*command, "--out", out).exit_code == 0

    assert tree(out) == before
    run(ran)
    assert not (home_of(out) / "objects/left-behind").exists()


def test_damaged_state_is_reported_in_one_line_by_every_command(ran: Path) -> None:
    out, landing = ran / "an out", ran / "a landing"
    state = home_of(out) / "state.json"
    whole = state.read_text()
    commands_of_all_kinds: list[tuple[Any, ...]] = [
        ("query", "SELECT 1"), ("status",), ("run", "--landing", landing),
        ("serve", "--landing", landing, "--port", 0), ("query", "SELECT 1 FROM events"),
    ]  # fmt: skip
    wrong = json.dumps({**json.loads(whole), "databases": [{"input": {"Name": 5}, "tables": []}]})
    for command, damage in zip(
        commands_of_all_kinds, ("[]", "", whole[:500], whole[:500], wrong), strict=True
    ):
        state.write_text(damage)

        told = springtide(*command, "--out", out)

        assert told.exit_code == 1
        line = told.stderr.splitlines()[-1]
        assert line.startswith(f"Error: {state} is damaged (")
        assert f"Delete {out} and run again" in line


@pytest.mark.parametrize("parameters", [5, "x", {"StartFrom": []}])
def test_run_state_of_another_shape_is_reported_in_one_line(ran: Path, parameters: Any) -> None:
    out = ran / "an out"
    state = home_of(out) / "run-state.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "parameters": parameters}))

    told = springtide("status", "--out", out)

    assert told.exit_code == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith(f"Error: {state}: not a state that this version wrote (a member is")
    assert f"Delete {out} and run again" in line


@pytest.mark.parametrize("command", ["report", "status"])
def test_object_that_was_cut_short_is_reported_in_one_line(ran: Path, command: str) -> None:
    out = ran / "an out"
    objects = [path for path in (home_of(out) / "objects").rglob("*") if path.is_file()]
    plan = next(path for path in objects if b'"declaration":' in path.read_bytes())
    size = plan.stat().st_size
    os.truncate(plan, 20)

    told = springtide(command, "--out", out)

    assert told.exit_code == 1
    line = told.stderr.splitlines()[-1]
    assert line.startswith(f"Error: {plan} is damaged (20 bytes of {size}). Delete {out} and run")
