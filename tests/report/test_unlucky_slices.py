"""The page before any slice, after slices that failed, and after a rollback."""

from pathlib import Path

import pytest

from cli.state import RunState, home_of, keep_state
from tests.commands import done, shown
from tests.files import put, put_lines
from tests.pipeline.rig import event
from tests.report.browser import MISSING, browser, find
from tests.report.elements import Element, read

HOUR, NEXT = "2020/07/13/00", "2020/07/13/01"


def described(page: Element) -> dict[str, str]:
    """The text of each chart, by its id."""
    figures = (each for each in page.all("figure") if each.with_attribute("data-chart"))
    return {f.with_attribute("data-chart")[0].attributes["data-chart"]: f.text for f in figures}


@pytest.mark.skipif(find() is None, reason=MISSING)
def test_page_of_a_stack_without_slices_draws_no_chart_of_their_bytes(tmp_path: Path) -> None:
    file, out = tmp_path / "page.html", tmp_path / "out"
    home_of(out).mkdir(parents=True)
    keep_state(out, RunState("traffic", "", {}))  # as a first run leaves that is killed

    done("report", "--out", out, "--to", file, "--quiet")

    page = read(file.read_text())
    assert "scanned" not in described(page)
    assert "No slice was planned yet. Making this page ran 0 statements" in page.text
    with browser() as shown_:
        shown_.open(file)
        assert shown_.problems == []


def test_bytes_of_an_hour_that_was_tried_again_landed_once(tmp_path: Path) -> None:
    landing, out = tmp_path / "landing", tmp_path / "out"
    put_lines(landing / HOUR / "a", *(event(n) for n in range(30)))
    put(landing / HOUR / "broken.gz", b"no gzip")
    done("run", "--landing", landing, "--out", out, "--quiet")

    facts = shown("report", "--out", out)

    recorded, failed = facts["slices"]
    assert [recorded["state"], failed["state"]] == ["recorded", "failed"]
    read_ = recorded["scanned_bytes"] + failed["scanned_bytes"]
    ratio = f"{read_ / recorded['landed_bytes']:.1f} bytes for each that had landed"
    page = read((out / "report.html").read_text())
    assert ratio in page.text
    (left,) = (t for t in page.all("table") if "broken.gz" in t.text)
    assert [cell.text for cell in left.all("th")] == ["object or hour", "reason"]


def test_rows_of_a_slice_that_was_undone_are_not_called_those_of_now(tmp_path: Path) -> None:
    landing, out = tmp_path / "landing", tmp_path / "out"
    of = ("--landing", landing, "--out", out)
    put_lines(landing / HOUR / "a", event(1))
    done("run", *of, "--quiet")
    put_lines(landing / NEXT / "a", event(2))
    done("run", *of, "--quiet")
    undone, kept = (each["slice"] for each in shown("versions", "--out", out, "--slices"))
    saying = f"Partitions of events that slice {undone} published"

    done("report", "--out", out, "--quiet")
    before = described(read((out / "report.html").read_text()))["partitions"]
    done("rollback", "--to", kept, *of, "--yes")
    facts = shown("report", "--out", out)
    after = read((out / "report.html").read_text())

    bars = "the bar is the rows after it, the mark across it the rows before."
    assert before.strip() == f"{saying}: {bars}"
    assert described(after)["partitions"].strip() == f"{saying}, undone since: {bars}"
    (versions,) = facts["versions"].values()
    assert [(each["rows"], each["state"]) for each in versions] == [(1, "recorded"), (2, "undone")]
    (shown_,) = (each for each in after.all("table") if "Versions of" in each.text)
    assert [row[1] for row in shown_.rows()] == ["recorded", "undone"]
