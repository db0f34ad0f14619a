"""docs/cost.md is what the model says, and the model says what its inputs mean."""

from pathlib import Path

import pytest
from springtide.prices import GIGABYTE, PRICES, bill
from springtide.scanning import ROWS_A_BYTE
from typer.testing import CliRunner

from cli.app import app
from cli.pricing.__main__ import PAGE, filled
from cli.pricing.alternatives import ALTERNATIVES, Alternative
from cli.pricing.watching import watched
from cli.pricing.workload import (
    SAMPLE_BYTES,
    WORKLOADS,
    late_hours_touched,
    of_month,
    of_run,
    of_size,
    turns,
)
from offline.generate import GenerateOptions, generate


def test_the_page_has_the_tables_of_the_model() -> None:
    text = PAGE.read_text()
    assert filled(text) == text, "run: .venv/bin/python -m cli.pricing"


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="landings"):
        filled("# no marks")


def test_the_small_landing_is_the_sample(tmp_path: Path) -> None:
    made = generate(GenerateOptions(tmp_path))
    assert made.lines == pytest.approx(SAMPLE_BYTES * ROWS_A_BYTE, rel=0.02)
    assert made.bytes == pytest.approx(SAMPLE_BYTES, rel=0.02)


def test_every_price_has_a_source() -> None:
    assert all(p.source.startswith("https://") and p.dollars > 0 for p in PRICES.values())


def test_alarms_and_dashboards_are_those_of_the_template(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    alarm = "{Type: AWS::CloudWatch::Alarm}"
    template.write_text(f"Resources:\n  One: {alarm}\n  Two: {alarm}\n")
    found = watched(template)
    assert (found["alarm_months"], found["dashboard_months"]) == (2, 0)


def test_an_alarm_on_an_expression_is_billed_for_each_metric_in_it(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    metrics = "[{Id: e, Expression: a + b}, {Id: a, MetricStat: {}}, {Id: b, MetricStat: {}}]"
    template.write_text(
        f"Resources:\n  One: {{Type: AWS::CloudWatch::Alarm, Properties: {{Metrics: {metrics}}}}}\n"
    )
    assert watched(template)["alarm_months"] == 2


def test_a_late_event_costs_its_whole_hour() -> None:
    on_time = of_size("x", 100 * GIGABYTE, 24)._replace(late_share=0.0)
    late = on_time._replace(late_share=0.02)
    assert late_hours_touched(on_time, 1) == 0
    assert late_hours_touched(late, 1) == pytest.approx(24)
    assert bill(of_run(late))["Athena"] > 5 * bill(of_run(on_time))["Athena"]


def test_an_hour_larger_than_a_slice_is_one_turn() -> None:
    large = of_size("x", 24 * 50 * GIGABYTE, 24)
    assert len(turns(large)) == 1
    assert turns(large) == turns(large._replace(max_slice_bytes=60 * GIGABYTE))
    assert len(turns(large._replace(runs_a_day=12))) == 2


def test_a_run_costs_the_same_however_long_versions_are_kept() -> None:
    here = WORKLOADS[1]
    longer = here._replace(retain_days=60)
    assert of_run(here) == of_run(longer)
    assert of_month(longer, {})["s3_gb_months"] > of_month(here, {})["s3_gb_months"]


@pytest.mark.parametrize("other", ALTERNATIVES, ids=lambda other: other.name)
def test_an_alternative_costs_more_for_more_data(other: Alternative) -> None:
    found = [sum(bill(other.month(each)).values()) for each in WORKLOADS]
    assert 0 < found[0] < found[1] < found[2]


def test_the_command_prices_a_landing_of_yours() -> None:
    done = CliRunner().invoke(app, ["cost", "--gb-per-day", "5", "--runs-per-day", "1"])
    assert done.exit_code == 0, done.output
    assert "dbt-athena insert_overwrite" in done.output


def test_runs_that_do_not_divide_a_day_are_refused() -> None:
    done = CliRunner().invoke(app, ["cost", "--runs-per-day", "5"])
    assert done.exit_code == 2
    assert "5 does not divide 24" in done.output
