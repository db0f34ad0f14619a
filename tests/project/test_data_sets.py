"""Every data set's own SQL is SQL, and names only tables and columns that there are."""

from dataclasses import replace

import pytest
import sqlglot
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from sqlglot import exp

from cli.own_sql import faults
from tests.project.moving_means import moving_means

NAMES = sorted(file.parent.name for file in loading.FOLDER.glob("*/dataset.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_data_set_s_sql_names_only_fields_and_tables_that_there_are(name: str) -> None:
    declared = loading.load(name)
    known = {field.name for field in declared.fields} | {"event_time", "arrival_hour"}
    for rule in declared.rules:
        tree = sqlglot.parse_one(f"SELECT 1 WHERE ({rule.reject_when})", read="athena")
        assert {column.name for column in tree.find_all(exp.Column)} <= known, rule.reason
    for derived in declared.derived:
        assert [*faults(derived.sql, ["read_hours"]), *faults(derived.keys_sql)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_window_of_a_data_set_adds_doubles(name: str) -> None:
    assert moving_means(loading.load(name)) == []


def traffic_by(sql: str) -> DataSet:
    """The traffic data set, with other SQL for its derived table."""
    declared = loading.load("traffic")
    return replace(declared, derived=(declared.derived[0]._replace(sql=sql),))


WINDOW = "OVER (PARTITION BY lve_nr ORDER BY event_time ROWS 2 PRECEDING)"


@pytest.mark.parametrize(
    ("call", "warned"),
    [
        ("avg(speed)", True),
        ("sum(speed / 2)", True),
        ("avg(speed) FILTER (WHERE speed > 0)", True),
        ("avg(CAST(speed AS decimal(18, 6)))", False),
        ("sum(CAST(round(speed * 1e3) AS bigint))", False),
        ("sum(geldig)", False),
        ("max(speed)", False),
    ],
)
def test_moving_window_that_adds_doubles_is_warned_of(call: str, warned: bool) -> None:
    sql = f"""WITH speeds AS (
      SELECT lve_nr, event_time, geldig, CAST(defect AS double) AS speed
      FROM events WHERE {{read_hours}}
    )
    SELECT lve_nr, {call} {WINDOW} AS mean FROM speeds WHERE {{built_hours}}"""
    found = moving_means(traffic_by(sql))
    assert len(found) == warned
    assert all(line.startswith(f"traffic.sql: {call[:3].upper()}(") for line in found)


def test_mean_over_a_whole_partition_is_not_warned_of() -> None:
    sql = "SELECT avg(CAST(geldig AS double)) OVER (PARTITION BY lve_nr) FROM events"
    assert moving_means(traffic_by(sql)) == []
