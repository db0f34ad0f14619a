"""A declaration that is changed under tables that there are, or broken: what the commands say."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from tests.commands import springtide
from tests.files import put, put_lines

_DECLARATION = """name = "scans"
event_time = { field = "at" }
key = { fields = ["id"] }
lateness = { too_old_hours = 48, in_future_hours = 1 }

[[fields]]
name = "id"
type = "varchar"

[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]
"""


def declare(home: Path, more: str = "") -> None:
    put(home / "sets/scans/dataset.toml", _DECLARATION + more)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("declared")
    declare(home)
    scan = {"id": "a", "at": "2026-03-01T10:00:00Z"}
    put_lines(home / "landing/2026/03/01/10/a.json", scan)
    ended = run(home)
    assert ended.exit_code == 0, ended.output
    assert "What the changed declaration means" not in ended.output
    return home


@pytest.fixture
def home(ingested: Path, tmp_path: Path) -> Path:
    """A folder of its own with the data set, its landing and its tables."""
    return shutil.copytree(ingested, tmp_path / "home")


def run(home: Path, *more: str) -> Result:
    return below(home, "run", "--dataset", "scans", "--landing", home / "landing", *more)


def below(home: Path, *words: object) -> Result:
    """Runs a command with the folder's data sets and tables."""
    return springtide(*words, "--out", home / "out", "--datasets", home / "sets")


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("versions",),
        ("report",),
        ("plan", "--landing", "LANDING"),
        ("run", "--landing", "LANDING"),
        ("rebuild", "--table", "t", "--landing", "LANDING"),
        ("erase", "--key", "a", "--landing", "LANDING"),
        ("rollback", "--to", "start", "--landing", "LANDING"),
        ("retry",),
        ("repair",),
    ],
    ids=" ".join,
)
def test_mistake_in_the_declaration_is_the_error_of_a_command_that_needs_it(
    home: Path, command: tuple[str, ...]
) -> None:
    declare(home, "foo = 1\n")
    words = [home / "landing" if word == "LANDING" else word for word in command]

    ended = below(home, *words)

    assert isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code == 1, ended.output
    assert "dataset.toml:10: field" in ended.stderr.partition("Error: ")[2]
    assert "unknown ['foo']" in ended.stderr


def test_doctor_names_a_mistake_in_the_declaration_once(home: Path) -> None:
    declare(home, "foo = 1\n")

    ended = below(home, "doctor", "--json")

    assert ended.exit_code == 1
    failed = [each for each in json.loads(ended.stdout) if "foo" in each["seen"]]
    assert [each["check"] for each in failed] == ["the data set's declaration"]


@pytest.mark.parametrize("more", [(), ("--quiet",), ("--json",)])
def test_run_that_takes_up_a_changed_declaration_says_what_it_means(
    home: Path, more: tuple[str, ...]
) -> None:
    declare(home, '[[fields]]\nname = "place"\ntype = "varchar"\n')

    ended = run(home, *more)

    assert ended.exit_code == 0, ended.output
    said = "new column place, varchar" in ended.output
    assert said == ("What the changed declaration means" in ended.output) == (not more)
    assert "What the changed declaration means" not in run(home).output
