"""A declaration and its SQL that are checked, alone and against a landing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import Result

from cli import checking
from tests.commands import done, springtide
from tests.files import put_lines
from tests.local.guessed import documents, guess, new, on
from tests.local.orders import landing as landing
from tests.local.orders import order

MISSPELT = '\n[[rules]]\nreason = "odd"\nreject_when = "amout < 0"\n'
DERIVED = """
[[derived]]
table = "by_shop"
key = ["shop"]
reach_minutes = 0
[[derived.columns]]
name = "shop"
type = "varchar"
"""
RANDOM = '\n[[rules]]\nreason = "random"\nreject_when = "rand() < 0.5"\n'
CLOCK = """
[[rules]]
reason = "old"
reject_when = "country <> 'now()' AND placed_at < now() - interval '2' day"
"""
NUMBER = '\n[[rules]]\nreason = "number"\nreject_when = "amount + 1"\n'


def test_check_names_every_mistake_of_report_and_sql_and_what_a_sample_lacks(
    landing: Path, tmp_path: Path
) -> None:
    guess(tmp_path, "orders")
    file = tmp_path / "sets/orders/dataset.toml"
    right = file.read_text()
    file.write_text(right + MISSPELT + NUMBER + RANDOM + CLOCK + DERIVED)
    for name, column in (("by_shop.sql", "shop"), ("by_shop_keys.sql", "country AS kind")):
        hours = "event_date, event_hour FROM events WHERE {built_hours} AND {read_hours}"
        file.with_name(name).write_text(f"SELECT {column}, {hours} AND rand() < 2")
    report = file.with_name("report.toml")
    report.write_text('[[over_a_day]]\ntable = "roads"\n')
    wrong = springtide("check", "--dataset", "orders", "--datasets", tmp_path / "sets")
    assert wrong.exit_code == 1
    assert "report.toml:1: over_a_day[0].title: is missing" in wrong.output
    assert "report.toml:2: over_a_day[0].table: 'roads' is not one of ['by_shop']" in wrong.output
    report.unlink()
    line = len((right + MISSPELT).splitlines())
    assert (
        f"{file}:{line}: rule odd: reject_when amout < 0: COLUMN_NOT_FOUND: Column 'amout' cannot"
        " be resolved\n"
    ) in wrong.output
    assert (
        f"{file}:{line + 4}: rule number: reject_when amount + 1: is a double, and no condition\n"
    ) in wrong.output
    assert f"{file}:{line + 8}: rule random: reject_when rand() < 0.5: rand(): a" in wrong.output
    assert f"{file}:{line + 12}: rule old: reject_when country <> 'now()' AND " in wrong.output
    assert "interval '2' day: now(): a line that is read again would be judged" in wrong.output
    assert (
        f"{file.with_name('by_shop.sql')}: COLUMN_NOT_FOUND: line 1:8: Column 'shop'"
        in wrong.output
    )
    assert f"{file.with_name('by_shop_keys.sql')}: rand(): hours that are built" in wrong.output
    assert f"{file.with_name('by_shop_keys.sql')}: selects ['kind'" in wrong.output
    for name in ("by_shop.sql", "by_shop_keys.sql"):
        file.with_name(name).unlink()

    file.write_text(
        right.replace('path = "customer.address.country"', 'path = "customer.nowhere"').replace(
            'name = "paid"\ntype = "boolean"', 'name = "paid"\ntype = "bigint"'
        )
    )
    checked = on(tmp_path, "check", name="orders")
    found = json.loads(on(tmp_path, "check", "--json", name="orders").stdout)
    assert found["mistakes"] == []
    assert found["sample"]["misfits"]["paid"] == [126, 126]
    assert found["sample"]["account"]["rejected"] == {"malformed": 6}
    assert "paid: NULL in 126 of 126 lines that have it, 100.0%" in checked.output
    assert "country: in no line of the sample" in checked.output
    assert "not declared: customer.address.country (100.0%)" in checked.output


def test_dot_in_a_name_is_hinted_at_where_the_path_leads_nowhere(tmp_path: Path) -> None:
    both = {"at": "2026-03-02T10:00:00Z", "a.b": 1, "a": {"b": 2}, "c.d": 3, "": 4}
    put_lines(tmp_path / "landing/2026/03/02/10/a", both)
    (tmp_path / "sets/dots").mkdir(parents=True)
    (tmp_path / "sets/dots/dataset.toml").write_text(
        'name = "dots"\n[event_time]\nfield = "at"\n[key]\nfields = ["ab"]\n'
        "[lateness]\ntoo_old_hours = 9\nin_future_hours = 1\n"
        '[[fields]]\nname = "at"\ntype = "timestamp"\nformats = ["iso8601"]\n'
        '[[fields]]\nname = "ab"\ntype = "bigint"\npath = "a.b"\n'
        '[[fields]]\nname = "cd"\ntype = "bigint"\npath = "c.d"\n'
    )
    of = ("--dataset", "dots", "--datasets", tmp_path / "sets", "--landing", tmp_path / "landing")

    lines = done("check", *of).splitlines()

    hint = "the sample has a member"
    assert [line for line in lines if hint in line] == [f"field cd: {hint} 'c.d': path = [\"c.d\"]"]
    assert "not declared: a.b (100.0%), c.d (100.0%), '' (100.0%)" in lines


@pytest.fixture
def check(landing: Path, tmp_path: Path) -> Callable[..., Result]:
    """Checks orders, of which all but some files are gone, with more in the declaration."""
    guess(tmp_path, "orders")
    files = sorted(landing.rglob("*.json"))

    def check(*, files_left: int, declared: str = "") -> Result:
        for file in files[files_left:]:
            file.unlink()
        with (tmp_path / "sets/orders/dataset.toml").open("a") as declaration:
            declaration.write(declared)
        return on(tmp_path, "check", name="orders")

    return check


@pytest.mark.parametrize("files", [1, 6])
def test_check_of_a_sample_whose_queries_fail_fails_with_their_reason(
    check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(checking, "sql_mistakes", lambda data_set: [])  # which finds it first

    checked = check(files_left=files, declared=RANDOM)

    assert checked.exit_code == 1
    (said,) = [line for line in checked.stderr.splitlines() if line.startswith("Error: ")]
    assert said.startswith("Error: the sample cannot be ingested: SYNTAX_ERROR: TRY can not be")
    assert said.endswith("check the rules random (rand() < 0.5): correct dataset.toml")
    assert "Sample" not in checked.stdout
    assert "published" not in checked.stderr


def test_check_of_a_sample_of_which_a_table_cannot_be_derived_fails_with_the_reason(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    for file in ("by_shop.sql", "by_shop_keys.sql"):
        (tmp_path / "sets/orders" / file).write_text(
            "SELECT CAST(1 / (count(*) - count(*)) AS varchar) AS shop, event_date, event_hour"
            " FROM events WHERE {built_hours} AND {read_hours} GROUP BY 2, 3"
        )

    checked = check(files_left=1, declared=DERIVED)

    assert checked.exit_code == 1
    said = checked.stderr.splitlines()[-1]
    assert said.startswith("Error: the sample cannot be ingested: DIVISION_BY_ZERO: ")
    assert said.endswith(
        "derived table by_shop of data set orders cannot be built: correct by_shop.sql"
    )


def test_check_samples_an_arrival_hour_that_is_not_over(
    check: Callable[..., Result], landing: Path
) -> None:
    now = datetime.now(UTC)
    put_lines(landing / f"raw/shop=a/dt={now:%Y-%m-%d}/hour={now:%H}/a.json", order(1, now))

    checked = check(files_left=0)

    assert checked.exit_code == 0, checked.output
    assert "Sample: 1 lines of 1 files, of 1. Accepted: 1." in checked.stdout


def test_check_names_an_unreadable_file_by_its_own_path(
    check: Callable[..., Result], landing: Path, close: Callable[[Path], None]
) -> None:
    (file, *_) = sorted(landing.rglob("*.json"))
    close(file)

    checked = check(files_left=1)

    assert checked.exit_code == 1
    line = checked.stderr.splitlines()[-1]
    assert line.startswith(f"Error: --landing {landing}: Permission denied: {file}; see that you")


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_check_of_a_sample_without_an_accepted_line_exits_as_a_run_would(
    landing: Path, tmp_path: Path, option: str
) -> None:
    guess(tmp_path, "orders")
    file = tmp_path / "sets/orders/dataset.toml"
    file.write_text(file.read_text().replace('path = "orderId"', 'path = "order"'))

    checked = on(tmp_path, "check", option, name="orders")

    assert checked.exit_code == 3
    assert checked.stderr.splitlines()[-1] == (
        "Error: not one line of the sample is accepted: 6 lines rejected, malformed; 126 lines"
        " rejected, missing_key"
    )
    assert ("126" in checked.stdout) == (option == "--json")


@pytest.mark.parametrize(("fields", "fit"), [(800, True), (900, False)])
def test_more_fields_than_a_statement_names_are_said(
    tmp_path: Path, fields: int, fit: bool
) -> None:
    new(tmp_path, documents(**{f"f_{number:018}": [1.5] for number in range(fields)}))

    checked = on(tmp_path, "check", "--quiet")

    assert (checked.exit_code == 0) == fit
    assert ("or too many fields: remove objects that" in checked.output) != fit
