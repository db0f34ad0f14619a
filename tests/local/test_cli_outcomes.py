"""How `springtide run` ends where not all went well, and what it leaves then."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from springtide.steps import plan_partitions

from cli.calls import program
from cli.state import read_state
from offline.died import FunctionDiedError
from tests.commands import springtide
from tests.local.outcomes import HOURS, exported, failing_extract, land, measured, report, run
from tests.watchers import Fails


def commands(printed: str) -> list[list[str]]:
    """The commands of a message, as a shell takes them apart."""
    called = re.escape(shlex.quote(program()))
    found = re.findall(rf"^.*?{called} (\w+ .*)$", printed, re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("hours", [[], ["01"]])
def test_failed_run_exports_what_it_published_and_says_why(
    folder: Path, machines: Callable[..., Any], hours: list[str]
) -> None:
    died = FunctionDiedError("Runtime.ExitError", "out of memory")
    dies = Fails("PlanSlice", died, after=len(hours), once=False)
    with machines(lambda machine: machine.runner.observers.append(dies)):
        failed = run(folder, "--parameter", "MaxSliceBytes=1")

    assert failed.exit_code == 1
    assert failed.stderr.splitlines()[-2] == (
        "Error: the run ended as FAILED: Runtime.ExitError: out of memory"
    )
    assert exported(folder) == hours
    told = report(folder)
    assert (told["lines"], told["distinct"]) == (len(hours), len(hours))
    assert told["failure"]["status"] == "FAILED"
    assert (told["failure"]["error"], told["failure"]["cause"]) == (
        "Runtime.ExitError",
        "out of memory",
    )

    assert run(folder).exit_code == 0
    assert exported(folder) == ["01", "02"]
    assert report(folder)["failure"] is None


def test_held_hours_are_no_success_and_the_commands_free_them(
    folder: Path, machines: Callable[..., Any]
) -> None:
    with machines(failing_extract(HOURS[1], "HIVE_CURSOR_ERROR: something of the hour")):
        held = run(folder, "--quiet")

    assert held.exit_code == 3
    assert held.stdout == ""
    assert "1 arrival hours are held" in held.stderr
    assert [each["arrival_hour"] for each in report(folder)["held"]] == ["2020-07-13T02"]
    status = springtide("status", "--out", folder / "an out").stdout
    told = r"^\d{6}-\w+: failed; its run planned again: QueryFailedError: .*something of the hour"
    assert re.search(told, status, re.MULTILINE)
    assert run(folder).exit_code == 3
    for words in commands(held.stderr):
        assert springtide(*words).exit_code == 0
    assert exported(folder) == ["01", "02"]


def test_hour_that_is_held_for_its_rejects_says_how_to_see_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_partitions, "MIN_REJECTS_TO_HOLD", 2)
    land(folder, HOURS[0], "broken", "too", "and this")

    held = run(folder)

    assert held.exit_code == 3
    look, *free = commands(held.stderr)
    assert [words[0] for words in free] == ["retry", "run"]
    assert "rejected, malformed: 3 lines" in springtide(*look).stdout


def test_command_that_frees_hours_is_that_of_what_holds_them(
    ran: Path, machines: Callable[..., Any]
) -> None:
    out, landing = ("--out", ran / "an out"), ("--landing", ran / "a landing")
    springtide("rollback", "--to", "none", "--yes", "--hold", *out, *landing)

    held = run(ran)

    assert held.exit_code == 3
    assert [words[0] for words in commands(held.stderr)] == ["resume", "run"]
    assert "springtide resume frees it" in springtide("status", *out).stdout
    assert springtide("retry", "2020-07-13T01", *out).exit_code == 0
    with machines(failing_extract(HOURS[0], "HIVE_CURSOR_ERROR: something of the hour")):
        mixed = run(ran)
    assert [words[0] for words in commands(mixed.stderr)] == ["retry", "resume", "run"]
    for words in commands(mixed.stderr):
        assert springtide(*words).exit_code == 0
    assert exported(ran) == ["01", "02"]


def test_run_that_reads_an_hour_again_beside_an_unreadable_file_is_a_success(ran: Path) -> None:
    land(ran, HOURS[1], "PK", name="object.zip")

    again = run(ran)

    assert again.exit_code == 0, again.stderr
    assert len(report(ran)["unread"]) == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("object", "no JSON", "all 1 lines that this run read were rejected"),
        ("object.zip", "PK", "all 1 objects of this run could not be read"),
    ],
)
def test_run_that_takes_nothing_in_is_no_success(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    land(tmp_path, HOURS[0], text, name=name)

    nothing = run(tmp_path)

    assert nothing.exit_code == 3
    assert message in nothing.stderr
    (see, *_) = commands(nothing.stderr)
    assert springtide(*see).exit_code == 0
    assert run(tmp_path).exit_code == 0  # of what is new, all is ingested


def test_quiet_run_says_what_it_left_out(folder: Path) -> None:
    land(folder, "2999/01/01/00", measured(HOURS[0]))
    (folder / "a landing" / "notes.txt").touch()
    (folder / "a landing" / HOURS[0] / "p.json").write_bytes(b"PAR1" + bytes(99) + b"PAR1")
    assert run(folder).exit_code == 0
    (folder / "an out/events/mine.parquet").touch()

    quiet = run(folder, "--quiet")

    assert quiet.exit_code == 0
    assert quiet.stdout == ""
    assert "Note: unread: 2020/07/13/01/p.json: unreadable: Parquet" in quiet.stderr
    assert "Note: moved events/mine.parquet to .springtide/foreign/" in quiet.stderr
    assert "1 arrival hours from 2999-01-01T00 (UTC) are not over yet" in quiet.stderr
    assert "1 files lie outside the layout" in quiet.stderr


def test_path_that_is_no_text_in_the_locale_is_refused(folder: Path) -> None:
    wrong = springtide("run", "--landing", folder / "a landing", "--out", "\udcf6ut")

    assert wrong.exit_code == 2
    assert "is no text in this locale" in wrong.stderr


@pytest.mark.parametrize("command", ["run", "plan", "serve"])
def test_wrong_data_set_is_reported_at_once_and_creates_nothing(folder: Path, command: str) -> None:
    wrong = springtide(
        command,
        "--landing",
        folder / "a landing",
        "--out",
        folder / "an out",
        "--dataset",
        "nosuch",
        *(("--port", 0) if command == "serve" else ()),
    )

    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("Error: --dataset nosuch: no data set 'nosuch'")
    assert len(wrong.stderr.splitlines()) == 1
    assert not (folder / "an out").exists()


@pytest.mark.parametrize("command", ["run", "plan"])
def test_parameter_that_only_the_functions_refuse_is_reported_and_not_kept(
    folder: Path, command: str
) -> None:
    folders = ("--landing", folder / "a landing", "--out", folder / "an out")

    wrong = springtide(command, *folders, "--parameter", "StartFrom=2020-02-31T00")

    assert wrong.exit_code == 1
    assert wrong.stderr.splitlines()[-1] == (
        "Error: --parameter: START_FROM: '2020-02-31T00' is not an hour of the calendar"
    )
    assert read_state(folder / "an out") is None
