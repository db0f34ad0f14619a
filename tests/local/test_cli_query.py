"""What `springtide query` prints of the tables that a run has left, and how it ends."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PROGRAM, done, refused, shown, springtide


@pytest.fixture
def out(ran_once: Path) -> Path:
    return ran_once / "an out"


def test_query_answers_from_what_a_run_left(out: Path) -> None:
    report = json.loads((out / "run.json").read_text())
    sql = "SELECT count(*) AS events, max(lve_nr) AS lve FROM events"

    (row,) = shown("query", sql, "--out", out)
    as_csv = done("query", sql, "--out", out, "--csv")
    as_table = done("query", sql, "--out", out)

    assert row["events"] == report["distinct"]
    assert as_csv == f"events,lve\n{row['events']},{row['lve']}\n"
    assert str(row["events"]) in as_table
    refused("`springtide query` only reads", "query", "DROP TABLE events", "--out", out)
    refused("keeps no prepared statements", "query", "EXECUTE q USING 1", "--out", out)
    refused(
        "Error: Athena refused the query: COLUMN_NOT_FOUND",
        "query", "SELECT nope FROM events", "--out", out,
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql", ["SELECT count(*) FROM Landing WHERE datehour = '2020/07/13/05'", "DESCRIBE landing"]
)
def test_query_of_the_landing_says_where_it_can_be_run(out: Path, sql: str) -> None:
    asked = springtide("query", sql, "--out", out)

    assert (asked.exit_code, asked.stdout) == (1, "")
    assert asked.stderr.startswith("Error: landing: `springtide query` reads what runs have")
    assert f"serve --landing FOLDER --out {shlex.quote(str(out))}" in asked.stderr
    tables = done("query", "SHOW TABLES", "--out", out, "--csv")
    assert {"events", "landing"} & {*tables.split()} == {"events"}


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_query_into_a_closed_stream_ends_as_into_an_open_one(out: Path, closed: str) -> None:
    query = [*PROGRAM, "query", "SELECT 42 AS x", "--out", str(out)]
    words = shlex.join(query)

    ended = subprocess.run(["bash", "-c", f"{words} {closed}"], capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ("42" in ended.stdout) == (closed == "2>&-")


def test_statement_from_a_closed_stream_is_an_empty_one(out: Path) -> None:
    words = shlex.join([*PROGRAM, "query", "-", "--out", str(out)])

    ended = subprocess.run(["bash", "-c", f"{words} <&-"], capture_output=True, text=True)

    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
    assert "mismatched input '<EOF>'" in ended.stderr


@pytest.mark.parametrize(
    ("options", "printed"),
    [((), r" \xe9 "), (("--csv",), "\nx\n\\xe9\n"), (("--json",), r'"x": "\u00e9"')],
)
def test_what_the_encoding_of_the_output_lacks_is_spelled_out(
    out: Path, options: tuple[str, ...], printed: str
) -> None:
    query = [*PROGRAM, "query", "SELECT chr(233) AS x", "--out", str(out), *options]

    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(query, capture_output=True, text=True, env=ascii_only)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert printed in f"\n{ended.stdout}"


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
    out: Path, tmp_path: Path, number: int, code: int
) -> None:
    query = ["query", f"SELECT count(*) FROM {_MANY} a, {_MANY} b, {_MANY} c, {_MANY} d"]
    words = [sys.executable, "-c", _ENDED_ONCE_IT_RUNS, str(int(number)), *query]

    assert _code_and_left([*words, "--out", str(out)], tmp_path) == (code, [])


_ENDED_WHILE_DUCKDB_WORKS = """
import os, sys, threading
import duckdb
from offline.athena.functions import registry
from offline.generate import lines
registry.MACROS = ("SELECT max(concat('a', x)) FROM range(40000000) AS t(x)",)
few = f"(SELECT * FROM ({lines._SQL}) LIMIT 10)"
lines._SQL = f"SELECT max(concat(line, x)) AS line FROM {few}, range(3000000) AS t(x)"
connect, number = duckdb.connect, int(sys.argv.pop(1))
def connected():
    threading.Timer(0.5, os.kill, (os.getpid(), number)).start()
    return connect()
duckdb.connect = connected
from cli import main
main()
"""


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("generate", signal.SIGINT, 130),
        ("run", signal.SIGTERM, 143),
        ("serve", signal.SIGTERM, 143),
    ],
)
def test_signal_ends_a_command_while_duckdb_works_for_itself(
    folder: Path, tmp_path: Path, command: str, number: int, code: int
) -> None:
    landing = ["--landing", str(folder / "a landing")]
    out = ["--out", str(folder / "made")]
    given = {
        "generate": ["--detectors", "1", "--days", "0.5", *out],
        "run": [*landing, *out],
        "serve": ["--port", "0"],  # while it makes its sample
    }
    words = [sys.executable, "-c", _ENDED_WHILE_DUCKDB_WORKS, str(int(number)), command]

    assert _code_and_left([*words, *given[command]], tmp_path) == (code, [])


_LITTLE_MEMORY = """
from offline.athena.engine import DuckDBEngine
DuckDBEngine.__init__.__kwdefaults__["memory"] = "50MB"
from cli import main
main()
"""


def test_query_that_needed_the_disk_leaves_no_temporary_file(out: Path, tmp_path: Path) -> None:
    pairs = f"SELECT DISTINCT a.x * 10000 + b.x FROM {_MANY} a, {_MANY} b WHERE b.x <= 500"
    query = ["query", f"SELECT count(*) FROM ({pairs})", "--out", str(out)]

    assert _code_and_left([sys.executable, "-c", _LITTLE_MEMORY, *query], tmp_path) == (0, [])


def _code_and_left(words: list[str], folder: Path) -> tuple[int, list[str]]:
    """Run a command with a folder of its own for temporary files: its code, and what is left."""
    temporary = folder / "temporary"
    temporary.mkdir()
    code = subprocess.run(words, timeout=60, env={**os.environ, "TMPDIR": str(temporary)})
    return code.returncode, [file.name for file in temporary.iterdir()]


def test_tables_are_not_cut_where_there_is_no_terminal(out: Path) -> None:

    shown = springtide("query", f"SELECT '{'x' * 300}' AS x, 1 AS one", "--out", out)
    no_rows = springtide("query", "SELECT 1 AS one, 2 AS two WHERE 1 = 0", "--csv", "--out", out)

    assert "x" * 300 in shown.stdout
    assert no_rows.stdout == "one,two\n"


def test_columns_of_one_name_keep_their_values_and_json_refuses_them(out: Path) -> None:
    asked = ("query", "SELECT 1 AS a, 2 AS a", "--out", out)

    assert re.search(r"1 \W 2", springtide(*asked).stdout)
    assert springtide(*asked, "--csv").stdout == "a,a\n1,2\n"
    assert "two columns are named a; give one an alias" in springtide(*asked, "--json").stderr


def test_values_are_printed_as_athena_writes_them(out: Path) -> None:
    sql = """SELECT MAP(ARRAY['k'], ARRAY[1.5]) AS f, X'00ff' AS x, true AS l, 1e0 / 0e0 AS h,
        2 AS n, timestamp '2020-07-13 05:00:00' AS t, CAST(NULL AS varchar) AS z,
        ARRAY[0e0 / 0e0] AS d"""
    texts = ["{k=1.5}", "00 ff", "true", "Infinity", "2", "2020-07-13 05:00:00.000", "", "[NaN]"]

    def shown(*more: str) -> str:
        return springtide("query", sql, "--out", out, *more).stdout

    table = shown()
    assert [text for text in texts if text not in table] == []
    assert shown("--csv").splitlines()[1] == ",".join(texts)
    assert json.loads(shown("--json"), parse_constant=pytest.fail) == [
        {"f": {"k": "1.5"}, "x": "00 ff", "l": True, "h": "Infinity", "n": 2}
        | {"t": "2020-07-13 05:00:00.000", "z": None, "d": ["NaN"]}
    ]


def test_a_statement_may_begin_with_a_comment_or_come_from_standard_input(out: Path) -> None:
    csv = ["--csv", "--out", str(out)]

    assert springtide("query", "-- one = 1\nSELECT 1 AS one", *csv).stdout == "one\n1\n"
    piped = springtide("query", "-", *csv, input="-- note\nSELECT 2 AS two\n")
    assert piped.stdout == "two\n2\n"
    refused = springtide("query", "-- note\n SELEC 1", *csv)
    assert "line 2:2: mismatched input 'SELEC'" in refused.output
