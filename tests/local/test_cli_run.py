"""What `springtide run`, `query` and `demo` refuse, before and without any machine."""

from pathlib import Path

import pytest

from cli.demo import clear
from cli.errors import CommandError
from cli.state import RunState, check_state, held, home_of, keep_state, read_state, require_state
from tests.commands import refused, springtide

STATE = RunState("traffic", "raw/", {})


def run_is_refused(message: str, landing: Path, out: Path, *more: str) -> None:
    refused(message, "run", "--landing", landing, "--out", out, *more)


def made(out: Path, state: RunState = STATE) -> Path:
    home_of(out).mkdir(parents=True)
    keep_state(out, state)
    return out


def test_run_needs_a_landing_folder(tmp_path: Path) -> None:
    run_is_refused("none: no such folder", tmp_path / "none", tmp_path / "out")


def test_run_and_query_say_that_out_is_a_file(landing: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()

    run_is_refused("out: is a file; give a folder", landing, tmp_path / "out")
    refused("out: is a file; give a folder", "query", "SELECT 1", "--out", tmp_path / "out")


def test_parameter_of_the_last_run_that_there_is_no_longer_is_named(tmp_path: Path) -> None:
    out = made(tmp_path, RunState("traffic", "raw/", {"OldName": "1"}))

    said = "its last run had other parameters, run again: the template has no parameter OldName"
    refused(f"--out {out}: {said}", "status", "--out", out)


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("MaxSliceBytes", "--parameter MaxSliceBytes: write NAME=VALUE"),
        ("=5", "--parameter =5: write NAME=VALUE"),
        ("Colour=red", "Colour"),
        ("LandingPrefix=x/", "follows from --dataset and from the landing folder"),
    ],
)
def test_run_names_a_wrong_parameter(
    landing: Path, tmp_path: Path, parameter: str, message: str
) -> None:
    run_is_refused(message, landing, tmp_path / "out", "--parameter", parameter)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--landing", "x", "--out", ""),
        ("run", "--landing", "x", "--out="),
        ("run", "--landing", "x", "--out", "out", "--dataset", ""),
        ("status", "--stack", ""),
        ("report", "--stack", "x", "--region", ""),
        ("fire", "springtide-run", "--at", ""),
    ],
)
def test_empty_value_is_refused_as_that_of_a_variable_that_is_not_set(
    arguments: tuple[str, ...],
) -> None:
    result = springtide(*arguments)

    assert result.exit_code == 2
    assert "is empty, as of a variable that is not set" in result.stderr


def test_loop_of_links_is_named_with_its_option(landing: Path, tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to("loop")

    for out in (loop, loop / "out"):
        said = springtide("run", "--landing", landing, "--out", out)
        assert (said.exit_code, type(said.exception)) == (1, SystemExit)
        assert said.stderr.splitlines()[-1].startswith(f"Error: --out {out}: ")


def test_run_never_writes_into_the_landing(landing: Path) -> None:
    run_is_refused("lies inside --landing", landing, landing / "out")
    assert not (landing / "out").exists()


def test_run_refuses_a_folder_of_another_prefix(landing: Path, tmp_path: Path) -> None:
    out = made(tmp_path / "out")

    run_is_refused("belongs to data set 'traffic' below raw/; this landing is", landing, out)


def test_run_refuses_tables_without_a_state(landing: Path, tmp_path: Path) -> None:
    (tmp_path / "out/events").mkdir(parents=True)

    run_is_refused("has events but no .springtide", landing, tmp_path / "out")


def test_query_needs_a_run(tmp_path: Path) -> None:
    refused("no run has written there", "query", "SELECT 1", "--out", tmp_path)


def test_query_after_a_first_run_that_was_killed_says_to_run_again(tmp_path: Path) -> None:
    out = made(tmp_path / "out")

    refused(f"--out {out}: no run has ended there; run again: ", "query", "SELECT 1", "--out", out)


def test_query_prints_one_format(tmp_path: Path) -> None:
    query = ("query", "SELECT 1", "--out", tmp_path, "--json", "--csv")
    refused("--json and --csv: give one of them", *query)


def test_demo_removes_nothing_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    refused("is not an earlier demo", "demo", "--out", tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_demo_refuses_a_seed_that_makes_no_data(tmp_path: Path) -> None:
    assert springtide("demo", "--seed", "-1", "--out", tmp_path / "out").exit_code == 2
    assert not (tmp_path / "out").exists()


def test_demo_replaces_an_earlier_one(tmp_path: Path) -> None:
    clear(tmp_path / "demo")
    (tmp_path / "demo/events").mkdir()

    clear(tmp_path / "demo")

    assert [path.name for path in (tmp_path / "demo").iterdir()] == [".springtide-demo"]


def test_state_is_kept_and_read(tmp_path: Path) -> None:
    assert read_state(tmp_path) is None
    made(tmp_path)

    assert read_state(tmp_path) == STATE
    check_state(tmp_path, STATE)


@pytest.mark.parametrize("text", ["", "[]", '{"version": 9}'])
def test_a_state_that_is_unreadable_is_named(tmp_path: Path, text: str) -> None:
    made(tmp_path)
    (home_of(tmp_path) / "run-state.json").write_text(text)

    with pytest.raises(CommandError, match=r"run-state\.json: not a state that this version"):
        read_state(tmp_path)


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    with (
        held(tmp_path),
        pytest.raises(CommandError, match="at work there"),
        held(tmp_path, shared=True),
    ):
        pass
    with held(tmp_path, shared=True), held(tmp_path, shared=True):
        pass


def test_command_during_a_first_run_says_that_it_is_at_work(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(CommandError, match="at work there"):
        require_state(tmp_path)
    with pytest.raises(CommandError, match="no run has written there"):
        require_state(tmp_path)
