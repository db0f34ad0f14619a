"""The class of lateness as the count's SQL has it, against the reference of the tests."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from springtide.model.lateness import AGES, age_sql

from tests import oracle

ARRIVAL = datetime(2020, 3, 1)  # the hours before it lie in a leap year's February


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE MACRO date_add(unit, count, moment) AS moment + count * INTERVAL 1 HOUR"
        )
        yield connection


@given(milliseconds=st.integers(1, 40 * 86_400_000) | st.integers(1, 26 * 3_600_000))
@example(1)
@example(3_600_000)
@example(3_600_001)
@example(6 * 3_600_000)
@example(24 * 3_600_000 + 1)
@example(7 * 86_400_000)
@example(7 * 86_400_000 + 1)
def test_late_event_is_of_the_class_of_the_reference(
    database: duckdb.DuckDBPyConnection, milliseconds: int
) -> None:
    event_time = ARRIVAL - timedelta(milliseconds=milliseconds)
    sql = age_sql(f"TIMESTAMP '{event_time}'", f"TIMESTAMP '{ARRIVAL}'")
    found = database.execute(f"SELECT {sql}").fetchall()
    assert [age for (age,) in found] == oracle.late_class(event_time, ARRIVAL)
    assert found[0][0] in AGES
