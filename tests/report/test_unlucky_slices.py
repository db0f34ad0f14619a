"""The page before any slice, after slices that failed, and after a rollback."""

from pathlib import Path

from tests.commands import done, shown
from tests.files import put_lines
from tests.pipeline.rig import event
from tests.report.elements import Element, read

HOUR, NEXT = "2020/07/13/00", "2020/07/13/01"


def described(page: Element) -> dict[str, str]:
    """The text of each chart, by its id."""
    figures = (each for each in page.all("figure") if each.with_attribute("data-chart"))
    return {f.with_attribute("data-chart")[0].attributes["data-chart"]: f.text for f in figures}


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
    done("report", "--out", out, "--quiet")
    after = described(read((out / "report.html").read_text()))["partitions"]

    bars = "the bar is the rows after it, the mark across it the rows before."
    assert before.strip() == f"{saying}: {bars}"
    assert after.strip() == f"{saying}, undone since: {bars}"
