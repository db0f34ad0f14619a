"""The page of `springtide report`: its figures, that it is safe, and how a browser shows it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.commands import done
from tests.files import put_lines
from tests.pipeline.rig import event
from tests.report.browser import MISSING, Page, browser, find
from tests.report.elements import Element, read
from tests.report.landings import HOSTILE, Reported, reported

in_browser = pytest.mark.skipif(find() is None, reason=MISSING)
LOOKS = Path(__file__).with_name("looks.js").read_text()
LEGIBLE = 4.5  # WCAG's contrast of text, w3.org/TR/WCAG22/#contrast-minimum


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    return reported(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def page(it: Reported) -> Element:
    return read(it.html)


@pytest.fixture
def shown(it: Reported) -> Iterator[Page]:
    with browser() as page:
        yield page.open(it.file, helpers=LOOKS)


def table(page: Element, caption: str) -> Element:
    (found,) = (t for t in page.all("table") if t.all("caption")[0].text == caption)
    return found


def rows_of(out: Path, name: str) -> list[dict[str, Any]]:
    return [
        row
        for file in (out / name).rglob("*.parquet")
        for row in pq.ParquetFile(file).read().to_pylist()
    ]


def test_figures_at_the_top_are_those_of_run_json(it: Reported, page: Element) -> None:
    told = {
        each.attributes["data-figure"]: int(each.text.replace(",", ""))
        for each in page.with_attribute("data-figure")
    }
    assert told == {
        name: sum(it.account[name].values()) if name == "rejected" else it.account[name]
        for name in ("lines", "distinct", "duplicates", "rejected", "waiting", "arrival_hours")
    }


def test_account_of_every_line_adds_up_to_run_json(it: Reported, page: Element) -> None:
    *parts, (_, whole) = table(page, "What became of every line").rows()
    lines = {what: int(n.replace(",", "")) for what, n in parts}

    assert sum(lines.values()) == it.account["lines"] == int(whole.replace(",", ""))
    for reason, count in it.account["rejected"].items():
        assert lines[f"rejected: {reason}"] == count
    assert sum(it.facts["late"].values()) == it.account["lines"] - lines["rejected: malformed"]


def test_heat_map_has_every_row_at_its_two_hours(it: Reported) -> None:
    wanted: dict[tuple[str, str], int] = {}
    for row in rows_of(it.out, "events"):
        hours = row["arrival_hour"], f"{row['event_time']:%Y-%m-%dT%H}"
        wanted[hours] = wanted.get(hours, 0) + 1

    cells = {(cell["arrival"], cell["event"]): cell["rows"] for cell in it.facts["landed"]}
    assert cells == wanted
    assert sum(cells.values()) == it.account["distinct"]


def test_landed_bytes_are_those_of_the_files(it: Reported) -> None:
    newest, first = it.facts["slices"]
    size = sum(path.stat().st_size for path in it.landing.rglob("*") if path.is_file())
    read_again = {"extract": newest["scanned"]["extract"] + first["scanned"]["extract"]}

    assert read_again["extract"] == newest["landed_bytes"] + first["landed_bytes"] >= size
    assert newest["dollars"] > 0


def test_versions_of_an_hour_hold_the_rows_that_they_record(it: Reported) -> None:
    for held in it.facts["versions"].values():
        assert len(held) == 2
        assert [sum(each["arrivals"].values()) for each in held] == [each["rows"] for each in held]
        assert held[0]["late"] < held[1]["late"] < held[1]["rows"]
    newest = it.facts["slices"][0]
    assert newest["tables"]["events"]["rewritten"] > 0
    current = {"/".join(f.parent.parts[-2:]) for f in (it.out / "events").rglob("*.parquet")}
    assert {
        f"event_date={f['partition'].replace('/', '/event_hour=')}" for f in newest["flips"]
    } <= current


def test_states_of_both_runs_are_kept_in_order(it: Reported) -> None:
    first, second = it.facts["runs"]
    for run in (first, second):
        states = [each["state"] for each in run["states"]]
        assert run["status"] == "SUCCEEDED"
        assert states.index("Plan Slice") < states.index("Extract") < states.index("Record Slice")
        assert all(0 <= s["start"] <= s["end"] <= run["seconds"] + 1 for s in run["spans"])


def test_lines_over_a_day_are_those_of_the_derived_table(it: Reported) -> None:
    (series,) = it.facts["series"]
    day = [r for r in rows_of(it.out, "traffic") if f"{r['event_time']:%Y-%m-%d}" == series["day"]]
    vehicles: dict[str, int] = {}
    for row in day:
        name = str(row["lve_nr"])
        vehicles[name] = vehicles.get(name, 0) + row["vehicles"]
    shown = list(dict.fromkeys(row["name"] for row in series["rows"]))
    assert shown == sorted(vehicles, key=lambda name: (-vehicles[name], int(name)))[:6]
    point = next(row for row in series["rows"] if row["value"] is not None)
    speeds = [
        row["avg_speed_3min"]
        for row in day
        if str(row["lve_nr"]) == point["name"]
        and 0 <= row["event_time"].hour * 60 + row["event_time"].minute - point["minutes"] < 5
    ]
    known = [speed for speed in speeds if speed is not None]
    assert point["value"] == pytest.approx(sum(known) / len(known), abs=0.01)


def test_text_of_a_landed_line_is_text_and_nothing_else(page: Element) -> None:
    scripts = page.all("script")

    assert [script.attributes.get("type") for script in scripts].count(None) == 2
    assert len(scripts) == 4
    assert page.all("img") == []
    examples = table(page, "3 lines of each reason, the newest").rows()
    assert [row[3] for row in examples if row[0] == "malformed"] == [HOSTILE, HOSTILE]


def test_everything_has_a_name_for_a_screen_reader(page: Element) -> None:
    charts = json.loads(
        next(s for s in page.all("script") if s.attributes.get("id") == "charts").text
    )
    places = page.with_attribute("data-chart")

    assert {place.attributes["data-chart"] for place in places} == charts.keys()
    assert len(charts) >= 8
    assert all(len(place.attributes["aria-label"]) > 20 for place in places)
    assert all(figure.all("figcaption")[0].text for figure in page.all("figure"))
    assert all(each.all("caption")[0].text for each in page.all("table"))
    assert page.with_attribute("src") == page.with_attribute("href") == []


@in_browser
def test_browser_draws_every_chart_without_a_complaint_or_a_request(
    it: Reported, shown: Page
) -> None:
    assert min(shown.value("marks()")) > 3
    assert shown.value("window.hacked") is None
    assert shown.problems == []
    assert shown.requested == [it.file.resolve().as_uri()]


@in_browser
def test_report_of_a_first_run_is_drawn_without_a_complaint(tmp_path: Path) -> None:
    put_lines(tmp_path / "landing/2020/07/13/00/a", *map(event, range(9)), "broken")
    done("run", "--landing", tmp_path / "landing", "--out", tmp_path / "out", "--quiet")
    done("report", "--out", tmp_path / "out", "--quiet")

    with browser() as page:
        page.open(tmp_path / "out/report.html")

    assert page.problems == []


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_legible_also_once_the_device_turns(shown: Page, scheme: str) -> None:
    shown.turn(scheme)
    shown.drawn(scheme)

    seen = shown.value(f"faint({LEGIBLE})")

    assert seen["found"] == []
    assert seen["texts"] > 300
    background = shown.value("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


@in_browser
def test_phone_shows_it_without_scrolling_sideways(it: Reported, shown: Page) -> None:
    shown.open(it.file, width=390, helpers=LOOKS)

    assert shown.value("document.documentElement.scrollWidth") == 390
    assert 200 < shown.value("right()") <= 390
    assert shown.problems == []


@in_browser
@pytest.mark.parametrize("width", [320, 360, 390, 600])
def test_labels_of_an_axis_are_apart(it: Reported, shown: Page, width: int) -> None:
    shown.open(it.file, width=width, helpers=LOOKS)

    assert shown.value('document.querySelectorAll("svg .role-axis-label text").length') > 40
    assert shown.value("crowded(4)") == []


@in_browser
def test_pressing_a_heading_sorts_the_table_by_its_numbers(shown: Page) -> None:
    (up, ascending), (down, descending) = shown.value('pressed("What became of every line", 1)')

    assert (up, down) == ("ascending", "descending")
    assert ascending == sorted(ascending)
    assert descending == sorted(descending, reverse=True)
    assert len(set(ascending)) > 2
