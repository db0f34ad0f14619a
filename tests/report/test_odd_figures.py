"""A page whose events lie years apart, and whose derived table has means that are no numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.commands import done, shown
from tests.files import put, put_lines
from tests.report.browser import MISSING, Page, browser, find
from tests.report.elements import read

in_browser = pytest.mark.skipif(find() is None, reason=MISSING)
DECLARED = """name = "prices"
key = { fields = ["id"] }
event_time = { field = "at" }
lateness = { too_old_hours = 30000, in_future_hours = 1 }

[[fields]]
name = "id"
type = "varchar"

[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]

[[fields]]
name = "price"
type = "double"

[[derived]]
table = "seen"
key = ["event_time", "shop"]
reach_minutes = 0
columns = [
  { name = "event_time", type = "timestamp" },
  { name = "shop", type = "varchar" },
  { name = "price", type = "double" },
]
"""
SQL = """SELECT
  event_time,
  id AS shop,
  CASE WHEN price > 1e6 THEN infinity() WHEN price < 0 THEN nan() ELSE price END AS price,
  event_date,
  event_hour
FROM events
WHERE {read_hours} AND {built_hours}"""
KEYS = "SELECT event_time, id AS shop, event_date, event_hour FROM events WHERE {built_hours}"
DRAWN = """[[over_a_day]]
table = "seen"
title = "Prices"
by = "shop"
busiest = "price"
line = "price"
"""
# By shop, a price for each hour of the newest day.
PRICES = {"a": (0.001234567, 0.002), "b": (1e9, 2.0), "c": (-1.0, 3.0), "d": (1234.5678, None)}
LATE = "2024-01-15T05"  # the one hour that is years before
LONG = "a-folder-with-a-name-that-is-longer-than-a-telephone-is-wide-" * 2


class Odd(NamedTuple):
    """A report: its file and figures."""

    file: Path
    facts: dict[str, Any]


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Odd:
    folder = tmp_path_factory.mktemp("odd")
    put(folder / "sets/prices/dataset.toml", DECLARED)
    put(folder / "sets/prices/seen.sql", SQL)
    put(folder / "sets/prices/seen_keys.sql", KEYS)
    put(folder / "sets/prices/report.toml", DRAWN)
    for hour in (0, 1):
        start = datetime(2026, 3, 1, hour, tzinfo=UTC)
        lines = [
            {"id": shop, "at": f"{start + timedelta(minutes=5 * n):%FT%TZ}", "price": prices[hour]}
            for n, (shop, prices) in enumerate(PRICES.items())
        ]
        put_lines(folder / f"landing/2026/03/01/0{hour}/a", *lines)
    put_lines(folder / "landing/2026/03/01/01/b", {"id": "a", "at": f"{LATE}:00:00Z", "price": 1})
    out = folder / LONG
    with_sets = ("--out", out, "--datasets", folder / "sets")
    run = ("run", "--landing", folder / "landing", "--dataset", "prices", "--quiet")
    done(*run, *with_sets)
    return Odd(out / "report.html", shown("report", *with_sets, "--days", 1000))


@pytest.fixture
def page(it: Odd) -> Iterator[Page]:
    with browser() as page:
        yield page.open(it.file)


def test_mean_that_is_no_number_is_left_out_and_a_small_one_keeps_its_digits(it: Odd) -> None:
    (series,) = it.facts["series"]
    means: dict[str, list[float | None]] = {}
    for row in series["rows"]:
        means.setdefault(row["name"], []).append(row["value"])

    assert means["a"] == [0.00123457, 0.002]
    assert means["b"] == [None, 2.0]
    assert means["c"] == [None, 3.0]
    assert means["d"] == [1234.57, None]
    charts = read(it.file.read_text()).with_attribute("data-chart")
    described = [each.attributes["aria-label"] for each in charts]
    assert any("of shop a over the day, from 0.00123 to 0.002." in each for each in described)
    assert any("of shop d over the day, from 1,235 to 1,235." in each for each in described)


def test_price_sorts_as_a_number(it: Odd) -> None:
    tables = read(it.file.read_text()).all("table")
    table = next(t for t in tables if t.all("caption")[0].text == "The newest slices")
    at = [cell.text for cell in table.all("th")].index("price")

    (row,) = (row.all("td") for row in table.all("tr")[1:])

    assert row[at].text == f"${float(row[at].attributes['data-value']):,.4f}"
    assert float(row[at].attributes["data-value"]) == it.facts["slices"][0]["dollars"] > 0


@in_browser
def test_hour_among_years_is_drawn_and_the_axis_names_years(page: Page) -> None:
    cells = '[data-chart="landed"] .role-mark.mark-rect path'
    sizes = page.value(
        f"""[...document.querySelectorAll('{cells}')].map((each) => {{
          const box = each.getBoundingClientRect();
          return [box.width, box.height];
        }})"""
    )

    assert len(sizes) == 3
    assert all(min(size) >= 2.5 for size in sizes)
    labels = page.value(
        """[...document.querySelectorAll('[data-chart="landed"] .role-axis-label text')]
        .map((each) => each.textContent)"""
    )
    assert any(label.startswith("2024-") for label in labels)
    assert any(label.startswith("2025-") for label in labels)
    assert page.problems == []


@in_browser
def test_phone_shows_a_long_path_without_scrolling_sideways(it: Odd, page: Page) -> None:
    page.open(it.file, width=390)

    assert page.value("document.documentElement.scrollWidth") == 390
    assert page.problems == []
