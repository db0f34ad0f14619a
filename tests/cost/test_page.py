"""docs/cost.md has the model's tables, and the model says what its inputs mean."""

from pathlib import Path

import pytest

from cli.pricing.landings import Landing, fixed, late_hours_merged, month, others, runs
from cli.pricing.model import ROWS_A_BYTE, of_run
from cli.pricing.prices import GIGABYTE, PRICES
from offline.generate import GenerateOptions, generate
from tests.commands import done, springtide
from tests.cost.page import LANDINGS, PAGE, SAMPLE_BYTES, filled


def test_the_page_has_the_tables_of_the_model() -> None:
    text = PAGE.read_text()
    assert filled(text) == text, "run: .venv/bin/python -m tests.cost.page"


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        filled("# no marks")


def test_the_small_landing_is_the_sample(tmp_path: Path) -> None:
    made = generate(GenerateOptions(tmp_path))
    assert made.lines == pytest.approx(SAMPLE_BYTES * ROWS_A_BYTE, rel=0.02)
    assert made.bytes == pytest.approx(SAMPLE_BYTES, rel=0.02)


def test_every_price_names_a_page_of_aws() -> None:
    assert all(p.page.startswith("https://aws.amazon.com/") for p in PRICES.values())
    assert all(p.dollars > 0 for p in PRICES.values())


def test_alarms_are_billed_for_the_metrics_of_their_expressions(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    alarm = "Type: AWS::CloudWatch::Alarm"
    metrics = "[{Id: e, Expression: a + b}, {Id: a, MetricStat: {}}, {Id: b, MetricStat: {}}]"
    template.write_text(
        f"Resources:\n  One: {{{alarm}}}\n  Two: {{{alarm}, Properties: {{Metrics: {metrics}}}}}\n"
    )
    found = fixed(template)
    assert (found["alarm_months"], found["dashboard_months"]) == (3, 0)


def test_a_late_event_costs_its_whole_hour_unless_it_waits() -> None:
    on_time = Landing("x", 100 * GIGABYTE, 24, late_share=0.0, defer_hours=0)
    late = on_time._replace(late_share=0.02)
    assert late_hours_merged(on_time, 1, 1) == 0
    assert late_hours_merged(late, 1, 1) == pytest.approx(24)

    def billed(landing: Landing) -> float:
        return sum(kind.share * of_run(kind.turns).billed_bytes for kind in runs(landing))

    waits = late._replace(defer_hours=6)
    assert billed(late) > 5 * billed(on_time)
    assert billed(late) > 3 * billed(waits) > 3 * billed(on_time)
    assert [kind.share for kind in runs(waits)] == pytest.approx([6 / 7, 1 / 7])
    # Of many late events enough wait soon for a merge to pay.
    assert runs(late._replace(late_share=0.5, defer_hours=24))[-1].share == pytest.approx(1 / 3)


def test_an_hour_larger_than_a_slice_is_a_slice_of_its_own() -> None:
    large = Landing("x", 24 * 50 * GIGABYTE, 24, runs_a_day=8)
    assert [len(kind.turns) for kind in runs(large)] == [3, 3]
    whole = large._replace(max_slice_bytes=200 * GIGABYTE)
    assert [len(kind.turns) for kind in runs(whole)] == [1, 1]


@pytest.mark.parametrize(
    ("landing", "most"), [*zip(LANDINGS, [12, 22, 45, 1300, 6200], strict=True)]
)
def test_landings_cost_no_more_than_was_aimed_at(landing: Landing, most: float) -> None:
    assert sum(month(landing).values()) <= most


def test_versions_that_are_kept_longer_cost_storage_and_nothing_else() -> None:
    here = month(LANDINGS[1])
    longer = month(LANDINGS[1]._replace(retain_days=60))
    assert longer.pop("S3 storage") > here.pop("S3 storage")
    assert longer == here


def test_more_data_costs_more_here_and_with_every_other_way() -> None:
    landings = [Landing("x", size * GIGABYTE, 24) for size in (0.1, 5, 1024)]
    here = [sum(month(each).values()) for each in landings]
    assert here == sorted(here)
    for name in others(landings[0]):
        elsewhere = [others(each)[name] for each in landings]
        assert 0 < elsewhere[0] < elsewhere[1] < elsewhere[2]


def test_the_command_prices_a_landing_of_yours() -> None:
    printed = done("cost", "--gb-per-day", 5, "--runs-per-day", 1)
    assert "dbt-athena insert_overwrite" in printed


def test_runs_that_do_not_divide_a_day_are_refused() -> None:
    wrong = springtide("cost", "--runs-per-day", "5")
    assert wrong.exit_code == 2
    assert "5 does not divide 24" in wrong.output


@pytest.mark.parametrize("number", ["inf", "1e300", "nan"])
@pytest.mark.parametrize("option", ["--gb-per-day", "--max-slice-gb", "--late"])
def test_numbers_beyond_any_landing_are_refused(option: str, number: str) -> None:
    wrong = springtide("cost", option, number)
    assert wrong.exit_code == 2
    assert option in wrong.output
