"""How `springtide run` ends where not all went well, and what it leaves then."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from springtide.steps import plan_partitions

from cli.calls import program
from cli.state import read_state
from offline.died import FunctionDiedError
from offline.lambda_.service import Call, Observer
from tests.commands import springtide
from tests.local.outcomes import HOURS, exported, failing_extract, land, measured, report, run

PROGRAM = (sys.executable, "-c", "from cli import main; main()")


class Dies(Observer):
    """A function of the stack whose process dies in every call after the first few."""

    def __init__(self, function: str, *, after: int) -> None:
        self._function = function
        self._left = after

    def before_call(self, call: Call) -> None:
        self._left -= self._function in call.function_name
        if self._left < 0:
            raise FunctionDiedError("Runtime.ExitError", "out of memory")


def commands(printed: str) -> list[list[str]]:
    """The commands of a message, as a shell takes them apart."""
    called = re.escape(shlex.quote(program()))
    found = re.findall(rf"^.*?{called} (\w+ .*)$", printed, re.MULTILINE)
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("hours", [[], ["01"]])
def test_failed_run_exports_what_it_published_and_says_why(
    folder: Path, machines: Callable[..., Any], hours: list[str]
) -> None:
    dies = Dies("PlanSlice", after=len(hours))
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
    folder: Path, machines: Callable[..., Any]
) -> None:
    out, landing = ("--out", folder / "an out"), ("--landing", folder / "a landing")
    assert run(folder).exit_code == 0
    springtide("rollback", "--to", "none", "--yes", "--hold", *out, *landing)

    held = run(folder)

    assert held.exit_code == 3
    assert [words[0] for words in commands(held.stderr)] == ["resume", "run"]
    assert "springtide resume frees it" in springtide("status", *out).stdout
    assert springtide("retry", "2020-07-13T01", *out).exit_code == 0
    with machines(failing_extract(HOURS[0], "HIVE_CURSOR_ERROR: something of the hour")):
        mixed = run(folder)
    assert [words[0] for words in commands(mixed.stderr)] == ["retry", "resume", "run"]
    for words in commands(mixed.stderr):
        assert springtide(*words).exit_code == 0
    assert exported(folder) == ["01", "02"]


def test_run_that_reads_an_hour_again_beside_an_unreadable_file_is_a_success(folder: Path) -> None:
    assert run(folder).exit_code == 0
    land(folder, HOURS[1], "PK", name="object.zip")

    again = run(folder)

    assert again.exit_code == 0, again.stderr
    assert len(report(folder)["unread"]) == 1


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


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_query_into_a_closed_stream_ends_as_into_an_open_one(folder: Path, closed: str) -> None:
    assert run(folder).exit_code == 0
    query = [*PROGRAM, "query", "SELECT 42 AS x", "--out", str(folder / "an out")]
    words = shlex.join(query)

    ended = subprocess.run(["bash", "-c", f"{words} {closed}"], capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ("42" in ended.stdout) == (closed == "2>&-")


def test_statement_from_a_closed_stream_is_an_empty_one(folder: Path) -> None:
    assert run(folder).exit_code == 0
    words = shlex.join([*PROGRAM, "query", "-", "--out", str(folder / "an out")])

    ended = subprocess.run(["bash", "-c", f"{words} <&-"], capture_output=True, text=True)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
    assert "mismatched input '<EOF>'" in ended.stderr


@pytest.mark.parametrize(
    ("options", "printed"),
    [((), r" \xe9 "), (("--csv",), "\nx\n\\xe9\n"), (("--json",), r'"x": "\u00e9"')],
)
def test_what_the_encoding_of_the_output_lacks_is_spelled_out(
    folder: Path, options: tuple[str, ...], printed: str
) -> None:
    assert run(folder).exit_code == 0
    query = [*PROGRAM, "query", "SELECT chr(233) AS x", "--out", str(folder / "an out"), *options]

    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(query, capture_output=True, text=True, env=ascii_only)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert printed in f"\n{ended.stdout}"


def test_path_that_is_no_text_in_the_locale_is_refused(folder: Path) -> None:
    wrong = springtide("run", "--landing", folder / "a landing", "--out", "\udcf6ut")

    assert wrong.exit_code == 2
    assert "is no text in this locale" in wrong.stderr


_MANY = "(SELECT * FROM unnest(sequence(1, 10000)) AS t(x))"
_ENDED_ONCE_IT_RUNS = """
import os, sys, threading
from offline.athena.engine import DuckDBSession
select, number = DuckDBSession.select, int(sys.argv.pop(1))
def begun(*given):
    threading.Timer(1, os.kill, (os.getpid(), number)).start()
    return select(*given)
DuckDBSession.select = begun
from cli import main
main()
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signal_ends_a_query_that_is_one_long_task_and_leaves_no_temporary_file(
    folder: Path, tmp_path: Path, number: int, code: int
) -> None:
    assert run(folder).exit_code == 0
    query = ["query", f"SELECT count(*) FROM {_MANY} a, {_MANY} b, {_MANY} c, {_MANY} d"]
    words = [sys.executable, "-c", _ENDED_ONCE_IT_RUNS, str(int(number)), *query]

    assert _code_and_left([*words, "--out", str(folder / "an out")], tmp_path) == (code, [])


_ENDED_WHILE_DUCKDB_WORKS = """
import os, sys, threading
import duckdb
from offline.athena.functions import registry
from offline.generate import lines
registry.MACROS = ("SELECT max(concat('a', x)) FROM range(40000000) AS t(x)",)
lines._SQL = f"SELECT max(concat(line, x)) AS line FROM ({lines._SQL}), range(5000000) AS t(x)"
connect, number = duckdb.connect, int(sys.argv.pop(1))
def connected():
    threading.Timer(0.5, os.kill, (os.getpid(), number)).start()
    return connect()
duckdb.connect = connected
from cli import main
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("command", ["generate", "run"])
def test_signal_ends_a_command_while_duckdb_works_for_itself(
    folder: Path, tmp_path: Path, command: str, number: int, code: int
) -> None:
    landing = ["--landing", str(folder / "a landing")]
    given = landing if command == "run" else ["--detectors", "1", "--days", "0.5"]
    words = [sys.executable, "-c", _ENDED_WHILE_DUCKDB_WORKS, str(int(number)), command, *given]

    assert _code_and_left([*words, "--out", str(folder / "made")], tmp_path) == (code, [])


_LITTLE_MEMORY = """
from offline.athena.engine import DuckDBEngine
DuckDBEngine.__init__.__kwdefaults__["memory"] = "50MB"
from cli import main
main()
"""


def test_query_that_needed_the_disk_leaves_no_temporary_file(folder: Path, tmp_path: Path) -> None:
    assert run(folder).exit_code == 0
    pairs = f"SELECT DISTINCT a.x * 10000 + b.x FROM {_MANY} a, {_MANY} b WHERE b.x <= 500"
    query = ["query", f"SELECT count(*) FROM ({pairs})", "--out", str(folder / "an out")]

    assert _code_and_left([sys.executable, "-c", _LITTLE_MEMORY, *query], tmp_path) == (0, [])


def _code_and_left(words: list[str], folder: Path) -> tuple[int, list[str]]:
    """Run a command with a folder of its own for temporary files: its code, and what is left."""
    temporary = folder / "temporary"
    temporary.mkdir()
    code = subprocess.run(words, timeout=60, env={**os.environ, "TMPDIR": str(temporary)})
    return code.returncode, [file.name for file in temporary.iterdir()]


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


def test_tables_are_not_cut_where_there_is_no_terminal(folder: Path) -> None:
    assert run(folder).exit_code == 0

    shown = springtide("query", f"SELECT '{'x' * 300}' AS x, 1 AS one", "--out", folder / "an out")
    no_rows = springtide(
        "query", "SELECT 1 AS one, 2 AS two WHERE 1 = 0", "--csv", "--out", folder / "an out"
    )

    assert "x" * 300 in shown.stdout
    assert no_rows.stdout == "one,two\n"


def test_columns_of_one_name_keep_their_values_and_json_refuses_them(folder: Path) -> None:
    assert run(folder).exit_code == 0
    asked = ("query", "SELECT 1 AS a, 2 AS a", "--out", folder / "an out")

    assert re.search(r"1 \W 2", springtide(*asked).stdout)
    assert springtide(*asked, "--csv").stdout == "a,a\n1,2\n"
    assert "two columns are named a; give one an alias" in springtide(*asked, "--json").stderr


def test_values_are_printed_as_athena_writes_them(folder: Path) -> None:
    assert run(folder).exit_code == 0
    sql = """SELECT MAP(ARRAY['k'], ARRAY[1.5]) AS f, X'00ff' AS x, true AS l, 1e0 / 0e0 AS h,
        2 AS n, timestamp '2020-07-13 05:00:00' AS t, CAST(NULL AS varchar) AS z,
        ARRAY[0e0 / 0e0] AS d"""
    texts = ["{k=1.5}", "00 ff", "true", "Infinity", "2", "2020-07-13 05:00:00.000", "", "[NaN]"]

    def shown(*more: str) -> str:
        return springtide("query", sql, "--out", folder / "an out", *more).stdout

    table = shown()
    assert [text for text in texts if text not in table] == []
    assert shown("--csv").splitlines()[1] == ",".join(texts)
    assert json.loads(shown("--json"), parse_constant=pytest.fail) == [
        {"f": {"k": "1.5"}, "x": "00 ff", "l": True, "h": "Infinity", "n": 2}
        | {"t": "2020-07-13 05:00:00.000", "z": None, "d": ["NaN"]}
    ]


def test_a_statement_may_begin_with_a_comment_or_come_from_standard_input(folder: Path) -> None:
    assert run(folder).exit_code == 0
    out = ["--csv", "--out", str(folder / "an out")]

    assert springtide("query", "-- one = 1\nSELECT 1 AS one", *out).stdout == "one\n1\n"
    piped = springtide("query", "-", *out, input="-- note\nSELECT 2 AS two\n")
    assert piped.stdout == "two\n2\n"
    refused = springtide("query", "-- note\n SELEC 1", *out)
    assert "line 2:2: mismatched input 'SELEC'" in refused.output
