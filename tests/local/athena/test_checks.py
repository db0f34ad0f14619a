"""Statements that DuckDB would run and Trino refuses before running."""

import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.conftest import Warehouse


@pytest.fixture(scope="module")
def tables(shared: Warehouse) -> Warehouse:
    shared.table(
        "events",
        {"id": "bigint", "name": "string", "speed": "double", "t": "timestamp", "d": "date"},
        {"event_date": "string"},
    )
    return shared


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM events WHERE id = 1 AND name = 'x' AND speed > 3",
        "SELECT id FROM events WHERE t > d AND t >= timestamp '2020-01-01 00:00:00'",
        "SELECT id AS k FROM events ORDER BY k",
        "SELECT e.id FROM events e WHERE EXISTS (SELECT 1 FROM events x WHERE x.id = e.id)",
        "SELECT id FROM events WHERE id IN (SELECT id FROM events WHERE name = 'x')",
        "WITH e AS (SELECT id AS k FROM events) SELECT k FROM e",
        "WITH e (k, n) AS (SELECT id, name FROM events) SELECT k, n FROM e",
        "WITH e AS (SELECT * FROM events) SELECT id, event_date FROM e",
        "WITH events AS (SELECT 1 AS one) SELECT one FROM events",
        "SELECT x FROM events CROSS JOIN UNNEST(ARRAY[1]) AS u(x)",
        "SELECT transform(ARRAY[id], i -> i + 1) FROM events",
        "SELECT r.a FROM (SELECT CAST(ROW(1) AS ROW(a bigint)) AS r)",
        'SELECT "$path", count(*) FROM events GROUP BY "$path"',
        "SELECT CASE WHEN id = 1 THEN 'a' ELSE name END FROM events",
        "SELECT coalesce(name, 'x'), coalesce(id, 0) FROM events",
        "SELECT date_format(t, '%Y') || name FROM events",
        "SELECT id FROM events WHERE from_unixtime(id) > t",
        "SELECT 1 AS n UNION ALL SELECT id FROM events ORDER BY n",
        "SELECT sum(speed) OVER (PARTITION BY id ORDER BY t) FROM events",
        "SELECT id FROM db.events",
    ],
)
def test_fine(tables: Warehouse, sql: str) -> None:
    tables.rows(sql)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT nope FROM events", "COLUMN_NOT_FOUND.*'nope'"),
        ("SELECT e.nope FROM events e", "COLUMN_NOT_FOUND.*'e.nope'"),
        ("SELECT id AS k FROM events WHERE k = 1", "COLUMN_NOT_FOUND.*'k'"),
        ("SELECT id AS k, k + 1 AS m FROM events", "COLUMN_NOT_FOUND.*'k'"),
        ("SELECT id AS k, count(*) FROM events GROUP BY k", "COLUMN_NOT_FOUND.*'k'"),
        ("WITH e AS (SELECT id FROM events) SELECT name FROM e", "COLUMN_NOT_FOUND.*'name'"),
        ("SELECT 1 FROM missing", "TABLE_NOT_FOUND.*db.missing"),
        ("SELECT 1 FROM other.events", "TABLE_NOT_FOUND.*other.events"),
        ("SELECT id FROM events WHERE name = 1", "TYPE_MISMATCH"),
        ("SELECT id FROM events WHERE id = '1'", "TYPE_MISMATCH"),
        ("SELECT id FROM events WHERE id IN ('1', '2')", "TYPE_MISMATCH"),
        ("SELECT id FROM events WHERE name BETWEEN 1 AND 2", "TYPE_MISMATCH"),
        ("SELECT id FROM events WHERE d = '2020-01-01'", "TYPE_MISMATCH"),
        ("SELECT id FROM events WHERE t > '2020-01-01'", "TYPE_MISMATCH"),
        ("SELECT name || id FROM events", "TYPE_MISMATCH"),
        ("SELECT name + 1 FROM events", "TYPE_MISMATCH"),
        ("SELECT coalesce(name, 0) FROM events", "TYPE_MISMATCH"),
        ("SELECT CASE WHEN id = 1 THEN 'a' ELSE 2 END FROM events", "TYPE_MISMATCH"),
        ("WITH e AS (SELECT hour(t) AS h FROM events) SELECT h FROM e WHERE h = '5'", "TYPE_MISM"),
        ("SELEC 1", "SYNTAX_ERROR.*SELEC"),
        ("SELECT 1 FROM", "SYNTAX_ERROR"),
        ("SELECT 1; SELECT 2", "SYNTAX_ERROR: Only one sql statement"),
        ("DELETE FROM events", "NOT_SUPPORTED: DELETE"),
        ("", "SYNTAX_ERROR"),
    ],
)
def test_refused(tables: Warehouse, sql: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        tables.rows(sql)


def test_column_that_is_also_a_partition_key(shared: Warehouse) -> None:
    shared.table("t", {"d": "string"}, {"d": "string"})

    with pytest.raises(QueryFailed, match=r"HIVE_INVALID_METADATA.*duplicate columns"):
        shared.rows("SELECT 1 FROM t")


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT id FROM events FOR TIMESTAMP AS OF now()", "FOR TIMESTAMP AS OF"),
        ("SELECT id FROM events FOR VERSION AS OF 1", "FOR TIMESTAMP AS OF"),
        ("SELECT id FROM events AT (TIMESTAMP => now())", "when in FROM"),
        ("SELECT id FROM events WITH (NOLOCK)", "hints in FROM"),
        ("SELECT * EXCEPT (id) FROM events", "mismatched input 'id'"),
        ("SELECT e.* EXCLUDE (id) FROM events e", r"except in \*"),
        ("SELECT * REPLACE (1 AS id) FROM events", r"replace in \*"),
    ],
)
def test_what_only_other_engines_write_is_not_passed_over(
    tables: Warehouse, sql: str, what: str
) -> None:
    with pytest.raises(QueryFailed, match=f"(NOT_SUPPORTED|SYNTAX_ERROR): .*{what}"):
        tables.rows(sql)
