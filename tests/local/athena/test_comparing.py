"""Two engines beside each other: what counts as a difference between their rows."""

import re
from dataclasses import replace

import pytest

from offline.athena.catalog.catalog import Catalog
from offline.athena.compare.engine import ComparingEngine
from offline.athena.compare.rows import Comparison
from offline.athena.engine import DuckDBEngine
from offline.athena.errors import QueryFailed
from offline.athena.sql.statements import Query, Unload, parse
from offline.clients import ACCOUNT, REGION
from tests.local.athena.conftest import Warehouse


class Otherwise:
    """DuckDB's engine, which another statement reaches than the one that it is given."""

    def __init__(self, made: DuckDBEngine, change: tuple[str, str]) -> None:
        self._made = made
        self._change = change

    def session(self, database: str, *, scan_limit: int | None = None) -> "OtherSession":
        return OtherSession(self._made, database, self._change)

    def close(self) -> None:
        self._made.close()


class OtherSession:
    def __init__(self, engine: DuckDBEngine, database: str, change: tuple[str, str]) -> None:
        self._session = engine.session(database)
        self._change = change
        self.readings = self._session.readings
        self.interrupt = self._session.interrupt
        self.close = self._session.close
        self.describe = self._session.describe
        self.explain = self._session.explain

    def _changed(self, query: Query) -> Query:
        return Query(query.text.replace(*self._change))

    def select(self, query: Query):  # type: ignore[no-untyped-def]
        return self._session.select(self._changed(query))

    def unload(self, statement: Unload, name: str):  # type: ignore[no-untyped-def]
        changed = replace(statement, query=self._changed(statement.query))
        return self._session.unload(changed, name)


def compared(
    warehouse: Warehouse, sql: str, change: tuple[str, str], tolerance: float = 0
) -> Comparison:
    """What comes of a statement, and of another in its place on the second engine."""
    kept: list[Comparison] = []
    catalog = Catalog(ACCOUNT, REGION)
    other = Otherwise(DuckDBEngine(warehouse.objects, catalog), change)
    first = warehouse.engine
    engine = ComparingEngine(first, other, "s3://results/", warehouse.objects, tolerance, kept)
    session = engine.session("db")
    statement = parse(sql)
    try:
        if isinstance(statement, Unload):
            session.unload(statement, "made")
        else:
            assert isinstance(statement, Query)
            session.select(statement)
    except QueryFailed:
        pass  # what the first says is what the statement gives; the comparison is kept as well
    session.close()
    other.close()
    (found,) = kept
    return found


def test_rows_are_compared_as_multisets(warehouse: Warehouse) -> None:
    sql = "SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (2, 'b')) t (n, s)"

    same = compared(warehouse, sql, ("(1, 'a'), (2, 'b')", "(2, 'b'), (1, 'a')"))
    less = compared(warehouse, sql, (", (2, 'b')) t", ") t"))
    other = compared(warehouse, sql, ("(1, 'a')", "(1, NULL)"))

    assert (same.rows, same.differs) == (3, False)
    assert (less.only_first, less.only_second) == ((("2", "b"),), ())
    assert (other.only_first, other.only_second) == ((("1", "a"),), (("1", None),))


@pytest.mark.parametrize(
    ("there", "tolerance", "differs"),
    [
        ("0.30000000000000004E0", 0, False),
        ("0.3E0", 0, True),
        ("0.3E0", 1e-9, False),
        ("0.31E0", 1e-9, True),
        ("CAST('NaN' AS double)", 1e-9, True),
    ],
)
def test_doubles_are_compared_to_the_bit_or_to_a_tolerance(
    warehouse: Warehouse, there: str, tolerance: float, differs: bool
) -> None:
    sql = "SELECT 0.30000000000000004E0 AS d, 1 AS n"
    assert compared(warehouse, sql, ("0.30000000000000004E0", there), tolerance).differs == differs


def test_written_rows_and_partitions_are_compared(warehouse: Warehouse) -> None:
    sql = """UNLOAD (SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t (n, k))
    TO 's3://lake/version=x/' WITH (format = 'PARQUET', partitioned_by = ARRAY['k'])"""

    moved = compared(warehouse, sql, ("'b'", "'c'"))

    assert (moved.rows, moved.only_first, moved.only_second) == (
        2,
        (("2", "k=b"),),
        (("2", "k=c"),),
    )
    # The first's files are in place, the second's are gone
    assert len(warehouse.objects.list("lake", "")) == 2
    assert warehouse.objects.list("results", "") == []


def test_columns_of_other_names_differ(warehouse: Warehouse) -> None:
    assert "columns" in (compared(warehouse, "SELECT 1 AS n", ("n", "m")).problem or "")


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        ("nope", None),
        ("1", "embedded: COLUMN_NOT_FOUND: .* Trino: succeeded"),
        ("1/0", "Trino: DIVISION_BY_ZERO"),
    ],
)
def test_failures_are_compared_by_their_names(
    warehouse: Warehouse, there: str, problem: str | None
) -> None:
    found = compared(warehouse, "SELECT nope", ("nope", there))
    assert found.differs == (problem is not None)
    if problem is not None:
        assert re.search(problem, found.problem or "")
