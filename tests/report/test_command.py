"""`springtide report`: on a deployed stack, before any run, and with what it cannot use."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from springtide.dataset import loading
from springtide.model.errors import DataSetError

from cli.report.series import read_series
from cli.run_history import spans_of
from tests.commands import STACK, done, refused, shown, springtide
from tests.files import put_lines
from tests.pipeline.rig import Bring, event
from tests.report.elements import read

SERIES = (loading.FOLDER / "traffic" / "report.toml").read_text()
START = datetime(2020, 7, 13, tzinfo=UTC)


def test_deployed_stack_has_its_figures_and_states_in_the_page(rig: Bring, tmp_path: Path) -> None:
    it, file = rig(), tmp_path / "a page.html"
    it.land("2020/07/13/00/a.gz", *(event(n) for n in range(9)), "broken")
    it.run()

    facts = shown("report", *STACK, "--to", file)

    assert facts["account"]["lines"] == 10
    assert facts["account"]["rejected"] == {"malformed": 1}
    assert [run["status"] for run in facts["runs"]] == ["SUCCEEDED"]
    (hours,) = {(cell["arrival"], cell["event"]) for cell in facts["landed"]}
    assert hours == ("2020-07-13T00", "2020-07-13T00")
    assert facts["scanned_bytes"] > 0
    page = read(file.read_text())
    assert next(e.text for e in page.with_attribute("data-figure")) == "10"


def test_stack_without_a_run_has_a_page_that_says_so(rig: Bring, tmp_path: Path) -> None:
    rig()
    file = tmp_path / "page.html"

    reported = springtide("report", *STACK, "--to", file)

    assert reported.stderr.startswith("Reaching the stack springtide\n")
    assert done("report", *STACK, "--to", file, "--quiet") == ""

    page = read(file.read_text())
    assert {e.text for e in page.with_attribute("data-figure")} == {"0"}
    said = page.all("main")[0].text
    for words in ("No events are published yet.", "No line was rejected.", "No run's states"):
        assert words in said


def test_daily_partition_has_its_late_rows_by_their_hours(tmp_path: Path) -> None:
    shutil.copytree(loading.FOLDER / "traffic", tmp_path / "sets" / "traffic")
    declared = tmp_path / "sets" / "traffic" / "dataset.toml"
    underived, _, _ = declared.read_text().partition("[[derived]]")
    declared.write_text(f'grain = "day"\n{underived}')
    declared.with_name("report.toml").unlink()
    times = ("T10:05:00Z", "T10:06:00Z", "T05:00:00Z")
    lines = (event(n, f"2020-07-13{time}") for n, time in enumerate(times))
    put_lines(tmp_path / "landing/2020/07/13/10/a", *lines)
    of = ("--out", tmp_path / "out", "--datasets", tmp_path / "sets")
    done("run", "--landing", tmp_path / "landing", *of)

    facts = shown("report", *of)

    ((partition, (version,)),) = facts["versions"].items()
    assert (partition, version["rows"], version["late"]) == ("2020-07-13", 3, 1)
    assert version["arrivals"] == {"2020-07-13T10": 3}
    assert [flip["partition"] for flip in facts["slices"][0]["flips"]] == ["2020-07-13"]


def test_report_needs_a_run_or_a_stack(tmp_path: Path) -> None:
    refused("no run has written there", "report", "--out", tmp_path)
    refused("--out and --stack: give one of them", "report")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('table = "traffic"', 'table = "roads"', ":4: over_a_day[0].table: 'roads' is not one of"),
        ('table = "traffic"', "", ":3: over_a_day[0].table: is missing"),
        ('by = "lve_nr"', 'by = "lane"', ": over_a_day[0].by: traffic has no column 'lane'"),
        ('by = "lve_nr"', 'by = ""', ": over_a_day[0].by: traffic has no column ''"),
        ('unit = "km/h"', 'units = "km/h"', ": over_a_day[0]: unknown ['units']"),
        ('busiest = "vehicles"', "", ": over_a_day[0].busiest: is missing"),
        (
            '"jam_indicator = 1"',
            '"1 = 1; DROP"',
            ": over_a_day[0].marked_when: '1 = 1; DROP' has ; in it",
        ),
        ("[[over_a_day]]", "[over]", "report.toml:1: top level: unknown ['over']"),
        ("[[over_a_day]]", "[[over_a_day]", "report.toml:3: "),
    ],
)
def test_wrong_report_toml_is_named_by_file_and_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, message: str
) -> None:
    shutil.copytree(loading.FOLDER / "traffic", tmp_path / "traffic")
    assert old in SERIES
    (tmp_path / "traffic" / "report.toml").write_text(SERIES.replace(old, new))
    monkeypatch.setenv("SPRINGTIDE_DATASETS", str(tmp_path))

    with pytest.raises(DataSetError, match=re.escape(message)) as refused:
        read_series(loading.load("traffic"))

    (line,) = str(refused.value).splitlines()
    assert str(tmp_path / "traffic" / "report.toml") in line


def history(*events: tuple[str, str | None, int]) -> list[dict[str, Any]]:
    """Events of a type, a state and the event before; each comes a second after the last."""
    found = []
    for number, (kind, state, before) in enumerate(events, 1):
        way = "Entered" if kind.endswith("Entered") else "Exited"
        named = {} if state is None else {f"state{way}EventDetails": {"name": state}}
        moment = START + timedelta(seconds=number)
        found.append(
            {"id": number, "type": kind, "previousEventId": before, "timestamp": moment, **named}
        )
    return found


def test_states_of_a_map_end_where_each_was_left() -> None:
    events = history(
        ("MapStateEntered", "Write", 0),
        ("TaskStateEntered", "Write Chunk", 1),
        ("TaskStateEntered", "Write Chunk", 1),
        ("TaskStateExited", "Write Chunk", 2),
        ("TaskStateExited", "Write Chunk", 3),
        ("MapStateExited", "Write", 5),
    )

    assert spans_of(events, START, START + timedelta(seconds=7)) == [
        {"state": "Write", "start": 1, "end": 6},
        {"state": "Write Chunk", "start": 2, "end": 4},
        {"state": "Write Chunk", "start": 3, "end": 5},
    ]


def test_state_that_failed_ends_where_the_next_begins() -> None:
    events = history(
        ("TaskStateEntered", "Extract", 0),
        ("TaskFailed", None, 1),
        ("TaskStateEntered", "Isolate Failure", 2),
        ("TaskStateExited", "Isolate Failure", 3),
        ("ChoiceStateEntered", "How?", 4),
        ("TaskStateEntered", "Release Lease", 5),
    )

    assert spans_of(events, START, START + timedelta(seconds=9)) == [
        {"state": "Extract", "start": 1, "end": 3},
        {"state": "Isolate Failure", "start": 3, "end": 4},
        {"state": "Release Lease", "start": 6, "end": 9},
    ]
