"""SHOW and DESCRIBE, in the forms that Athena's pages have."""

from typing import Any

import pytest

from tests.local.athena.asking import Athena
from tests.local.athena.statements import PARTITIONED, ask, done, refused


@pytest.fixture(autouse=True)
def _tables(athena: Athena) -> None:
    done(athena, PARTITIONED)
    done(athena, "CREATE TABLE events AS SELECT 1 AS n")
    done(athena, "CREATE VIEW events_view AS SELECT 1 AS n")


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SHOW TABLES 'ev*'", ["events", "events_view"]),
        ("SHOW TABLES IN db '.*s|t'", ["events", "t"]),
        ("show tables in `db`", ["events", "events_view", "t"]),
        ("SHOW VIEWS LIKE '*_view'", ["events_view"]),
        ("SHOW VIEWS IN db LIKE 't'", []),
        ("SHOW DATABASES LIKE 'd*'", ["db"]),
        ("SHOW SCHEMAS LIKE 'x.*'", []),
    ],
)
def test_names_that_fit_a_pattern_are_shown(athena: Athena, sql: str, names: list[str]) -> None:
    assert [name for (name,) in ask(athena, sql)] == names


@pytest.mark.parametrize("table", ["FROM t", "IN t", "IN db.t", "FROM `t` IN `db`", "IN t FROM db"])
def test_columns_are_shown_by_their_padded_names_alone(athena: Athena, table: str) -> None:
    assert athena.service.query(f"SHOW COLUMNS {table}", "db") == [
        {"field": f"n{' ' * 19}"},
        {"field": f"d{' ' * 19}"},
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SHOW TABLES LIKE 'ev*'",
        "SHOW CREATE TABLE t",
        "SHOW COLUMNS FROM t LIKE 'n'",
        "DESCRIBE INPUT p",
        "DESCRIBE OUTPUT p",
        "DESCRIBE FORMATTED t",
        "DESCRIBE t d",
        "SHOW TBLPROPERTIES t('k')",
        "DESCRIBE t PARTITION (d = 'x')",
    ],
)
def test_other_forms_are_refused_by_what_was_written(athena: Athena, sql: str) -> None:
    assert refused(athena, sql).startswith(
        f"NOT_SUPPORTED: this form of SHOW or DESCRIBE: {sql}; docs/offline.md"
    )


def test_pattern_that_is_none_is_said_to_be(athena: Athena) -> None:
    assert "'(' is no pattern" in refused(athena, "SHOW TABLES '('")


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SHOW TABLES", "UTILITY"),
        ("-- note\nDESCRIBE t", "UTILITY"),
        ("/* note */ CREATE SCHEMA mine", "DDL"),
        ("SELECT 1 AS n", "DML"),
    ],
)
def test_statement_types_are_athenas(athena: Athena, sql: str, kind: str) -> None:
    run: dict[str, Any] = done(athena, sql)
    assert run["StatementType"] == kind
