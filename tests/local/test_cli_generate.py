"""`springtide generate` and the help that leads a newcomer to it."""

import re
from pathlib import Path
from typing import Any

import pytest

from cli import app
from tests.commands import done, shown, springtide


@pytest.mark.parametrize("command", [each.callback for each in app.registered_commands])
def test_help_names_every_command_and_no_flag_as_if_it_took_a_value(command: Any) -> None:
    name = command.__name__.replace("_", "-")
    printed = done(name, "--help")

    assert name in done("--help")
    assert "--help" in printed and "--datasets" in printed
    assert "<bool>" not in printed


def test_file_in_place_of_the_folder_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()

    wrong = springtide("generate", "--out", "file", "--days", "1")

    assert wrong.exit_code == 2
    assert "'file' is a file" in wrong.stderr


def test_shell_can_complete_the_commands() -> None:
    environment = {
        "_SPRINGTIDE_COMPLETE": "complete_bash",
        "COMP_WORDS": "springtide ru",
        "COMP_CWORD": "1",
    }

    completed = springtide(prog_name="springtide", env=environment)

    assert completed.stdout.split() == ["run"]


def test_no_command_shows_the_help() -> None:
    assert "springtide demo" in springtide().output


def test_generate_writes_objects_and_prints_their_counts(tmp_path: Path) -> None:
    counts = shown("generate", "--out", tmp_path, "--detectors", 3, "--days", 0.5)

    assert counts["objects"] == len(list(tmp_path.rglob("*.gz")))
    assert counts["lines"] > counts["events"] > 2000


def test_what_is_generated_into_a_full_folder_is_noted(tmp_path: Path) -> None:
    folder = tmp_path / "a landing"
    first = springtide("generate", "--out", folder, "--detectors", "1")
    again = springtide("generate", "--out", folder, "--detectors", "1", "--quiet")

    assert f" run --landing '{folder}' --out out" in first.stdout
    assert again.stdout == ""
    assert re.search(r"Note: --out .*: has \d+ files already", again.stderr)


@pytest.mark.parametrize("start", ["2020-07-13", "2020-07-13T00:00", "2020-07-13T02:00+02:00"])
def test_start_is_a_date_or_a_datetime_in_utc(tmp_path: Path, start: str) -> None:
    done("generate", "--out", tmp_path, "--detectors", 1, "--start", start, "--late", 0)

    assert (tmp_path / "2020/07/13/00").is_dir()
    assert not (tmp_path / "2020/07/12").exists()


def test_generate_names_an_option_that_makes_no_sense(tmp_path: Path) -> None:
    wrong = springtide("generate", "--out", tmp_path, "--late", 2)
    assert wrong.exit_code == 2
    assert "late is 2.0: give a share from 0 to 1" in wrong.stderr


def test_generate_names_a_start_that_is_no_date(tmp_path: Path) -> None:
    wrong = springtide("generate", "--out", tmp_path, "--start", "gisteren")

    assert wrong.exit_code == 2
    assert "'gisteren' is not a date" in wrong.stderr
