"""docs/observability.md names the metrics that there are, as they are."""

import re

from springtide.aws.observability import FIELDS, UNITS
from springtide.model.lateness import AGES

from tests.files import ROOT
from tests.project.pages import measures, table


def test_every_metric_and_every_field_is_in_the_table() -> None:
    units = {row[0].strip("`"): row[1] for row in measures() if row[2] == "yes"}
    assert units == UNITS
    assert {row[0].strip("`") for row in measures() if row[2] == "no"} == FIELDS


def test_functions_that_emit_are_in_the_table() -> None:
    named = {name for row in measures() for name in re.findall(r"`(\w+)`", row[3])}
    for handler in named:
        assert (ROOT / "functions" / handler / "app.py").is_file()


def test_every_alarm_has_its_place_in_the_runbook() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text()
    for row in table("observability.md", "Alarms"):
        name = row[0].strip("`")
        text = page.split(f"\n### {name}\n")[1].split("\n#")[0]
        assert len(text) > 10


def test_ages_are_those_that_are_emitted() -> None:
    (row,) = (row for row in measures() if row[0] == "`LateEventsByAge`")
    assert re.findall(r"`(\w+)`", row[4]) == list(AGES)
