from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from springtide.model.arrival import ArrivalHour
from springtide.model.partitions import EVENTS, QUARANTINE, Partition
from springtide.sql.predicates import covers
from springtide.steps.run_query import STATEMENT_LIMIT

DATES = [f"2020-02-{day:02d}" for day in range(26, 30)]
HOURS = [f"{hour:02d}" for hour in range(24)]
ALL = [(date, hour) for date in DATES for hour in HOURS]
some = st.sets(st.sampled_from(ALL)) | st.sets(
    st.tuples(st.sampled_from(DATES), st.sampled_from(HOURS[:3]))
)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE p (event_date VARCHAR, event_hour VARCHAR)")
        connection.executemany("INSERT INTO p VALUES (?, ?)", ALL)
        yield connection


@given(wanted=some)
def test_predicate_is_true_in_exactly_the_partitions(
    database: duckdb.DuckDBPyConnection, wanted: set[Partition]
) -> None:
    found = database.execute(f"SELECT * FROM p WHERE {covers(EVENTS.keys, wanted)}").fetchall()
    assert len(found) == len(wanted)
    assert set(found) == wanted


@given(wanted=st.sets(st.sampled_from(ALL).map(lambda p: ("T".join(p),))))
def test_predicate_on_one_key_is_true_in_exactly_the_partitions(
    database: duckdb.DuckDBPyConnection, wanted: set[Partition]
) -> None:
    named = "SELECT event_date || 'T' || event_hour AS arrival_hour FROM p"
    sql = f"SELECT * FROM ({named}) AS q WHERE {covers(QUARANTINE.keys, wanted)}"
    assert set(database.execute(sql).fetchall()) == wanted


@given(some, st.randoms())
def test_order_and_repetition_change_nothing(wanted: set[Partition], random: object) -> None:
    shuffled = [*wanted, *wanted]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert covers(EVENTS.keys, shuffled) == covers(EVENTS.keys, wanted)


def test_thirty_years_of_hours_fit_into_a_statement() -> None:
    first = ArrivalHour.parse("2000-01-01T05")
    hours = (str(first.plus(n)).split("T") for n in range(30 * 365 * 24))
    text = covers(EVENTS.keys, [(date, hour) for date, hour in hours])
    assert len(text) < STATEMENT_LIMIT * 0.75
