"""What a person sees of the commands in a terminal: few lines, and nothing that breaks it.

Each command runs once, over what a small demo has left, in another kind of terminal.
"""

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from cli import demo_story
from offline.machine import Machine
from tests.terminal.screens import COLOUR, HARMLESS, Shown, springtide

OUT = ("--out", "my demo")
LANDING = ("--landing", "my demo/landing")
# Of a run's states, of which none stays on the screen.
PROGRESS = ("Bringing up", "Slice 1: reading", "Writing the tables")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a folder")
    with Machine(folder / "warm"):
        pass  # so that each of the commands need not import everything and read the template
    return folder


@pytest.fixture(scope="module")
def demo(folder: Path) -> Shown:
    def small() -> None:
        demo_story.DETECTORS, demo_story.HOURS = 2, 2
        demo_story.DAY_1 = demo_story.DAY_2 - timedelta(hours=1)

    return springtide("demo", *OUT, cwd=folder, first=small)


@pytest.fixture
def shown(folder: Path, demo: Shown) -> Callable[..., Shown]:
    def show(*arguments: str, columns: int, stop_at: str | None = None, **environ: str) -> Shown:
        return springtide(*arguments, columns=columns, stop_at=stop_at, environ=environ, cwd=folder)

    return show


def check(shown: Shown, lines: int, *, moving: bool) -> None:
    """Few lines and harmless escapes; what moves leaves nothing, and gives the cursor back."""
    assert shown.code == 0, shown.text
    assert len(shown.lines) <= lines, shown.text
    assert shown.sent.count("\n") <= lines
    assert {escape for escape in shown.escapes if not HARMLESS.fullmatch(escape)} == set()
    assert shown.sent.count("\x1b[?25l") == shown.sent.count("\x1b[?25h")
    assert ("\x1b[?25l" in shown.sent) == moving
    if moving:
        assert not [line for line in shown.lines if any(words in line for words in PROGRESS)]


def test_demo_tells_its_story_and_ends_with_a_command_and_the_report(
    demo: Shown, folder: Path
) -> None:
    check(demo, lines=85, moving=True)
    assert all(words in demo.sent for words in PROGRESS)
    assert "Every landed line" in demo.text
    turn, page = (
        demo.lines.index(f"{words}:") for words in ("Your turn", "And all of it in one page")
    )
    pasted = "".join(demo.lines[turn + 1 : page]).strip()
    assert shlex.split(pasted)[-2:] == ["--out", "my demo"]
    opened = unquote("".join(demo.lines[page + 1 :]).replace("'", ""))
    assert opened.endswith("my demo/report.html")
    assert (folder / "my demo" / "report.html").exists()


def test_run_in_a_terminal_that_cannot_move_prints_its_states(shown: Callable[..., Shown]) -> None:
    run = shown("run", *LANDING, *OUT, columns=40, TERM="dumb")

    check(run, lines=35, moving=False)
    assert run.escapes == []
    assert run.lines[0] == "Bringing up the stack"
    assert "Writing the tables" in run.lines
    assert not [line for line in run.lines if line in ("━┓", " ┃", "━┩", " │", "─┘")]


def test_rebuild_without_colour_has_none(shown: Callable[..., Shown]) -> None:
    hours = ("--from", "2020-07-13T23", "--to", "2020-07-14T00")
    rebuild = shown("rebuild", *hours, *LANDING, *OUT, columns=40, NO_COLOR="1")

    check(rebuild, lines=35, moving=True)
    assert "Slice 1: reading" in rebuild.sent
    assert not COLOUR.search(rebuild.sent)


def test_rows_are_shown_whole_however_narrow(shown: Callable[..., Shown]) -> None:
    sql = "SELECT max(source_path) AS source_of_the_newest_event FROM events"
    query = shown("query", sql, *OUT, columns=40)

    check(query, lines=10, moving=False)
    assert "…" not in query.text


def test_rows_with_more_columns_than_fit_are_shown_a_value_a_line(
    shown: Callable[..., Shown],
) -> None:
    names = [f"column_{number}" for number in range(24)]
    values = ", ".join(f"{number} AS {name}" for number, name in enumerate(names))
    sql = f"SELECT 'row ' || label AS label, {values} FROM (VALUES 'a', 'b') AS t (label)"

    wide = shown("query", f"{sql} ORDER BY 1", *OUT, columns=80)
    empty = shown("query", f"{sql} WHERE label = 'c'", *OUT, columns=80)

    check(wide, lines=52, moving=False)
    pairs = [line.split("  ", 1) for line in wide.lines if not line.startswith("-- row ")]
    assert [(name, value.strip()) for name, value in pairs] == [
        (name, value)
        for label in "ab"
        for name, value in [("label", f"row {label}"), *((n, n[7:]) for n in names)]
    ]
    assert [line for line in wide.lines if line.startswith("--")] == ["-- row 1", "-- row 2"]
    assert empty.text == "no rows"


@pytest.mark.parametrize(
    ("columns", "of_slice", "of_table"),
    [
        (40, r"slice +\d{6}-\d{8}T\d{6}", r"newest partition +2020-07-14/\d\d"),
        (80, r"slice +\d{6}-\d{8}T\d{6}", r"events +2020-07-14/\d\d .*"),
        (120, r"\d{6}-\d{8}T\d{6} .* 0", r"events +2020-07-14/\d\d .*"),
    ],
)
def test_status_shows_slices_and_partitions_by_lines_or_by_values_as_they_fit(
    shown: Callable[..., Shown], columns: int, of_slice: str, of_table: str
) -> None:
    status = shown("status", *OUT, columns=columns)

    check(status, lines=90, moving=False)
    assert "…" not in status.text
    assert len([line for line in status.lines if re.fullmatch(of_slice, line)]) >= 2
    assert any(re.fullmatch(of_table, line) for line in status.lines)


def test_serve_says_what_to_paste_and_ends_with_ctrl_c(shown: Callable[..., Shown]) -> None:
    serve = shown("serve", *LANDING, "--port", "0", columns=80, stop_at="springtide fire")

    check(serve, lines=25, moving=False)
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:" in serve.text
    assert "AWS CLI before 2.13" in serve.text
