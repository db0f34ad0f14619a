"""How statements fail, in Athena's words; what they answer is in test_recorded.py."""

import re

import pytest

from offline.athena.errors import QueryFailed
from offline.athena.files.values import as_text
from tests.local.athena.conftest import Warehouse


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("CAST('1' || 'x' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast '1x' to bigint"),
        ("1 / (1 - 1)", "DIVISION_BY_ZERO"),
        ("json_parse('no' || 'pe')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON"),
        (
            "from_iso8601_timestamp('so' || 'on') AT TIME ZONE 'UTC'",
            "INVALID_FUNCTION_ARGUMENT: Invalid format",
        ),
        ("no_such_function(1)", "FUNCTION_NOT_FOUND.*no_such_function"),
        ("from_unixtime(1, 'Europe/Brussels')", "NOT_SUPPORTED"),
        ("1::bigint", "what is written as :;"),
        ("X'00 ff'", "NOT_SUPPORTED.*spaces in X"),
        ("db.t.n FROM (VALUES 1) t(n)", "NOT_SUPPORTED.*the column db.t.n"),
        (
            "1 FROM (VALUES 1) a JOIN ((VALUES 1) b JOIN (VALUES 2) c ON true) ON true",
            "NOT_SUPPORTED.*brackets around a table or a join",
        ),
        ("5|3", r"what is written as \|;"),
        ("!true", "what is written as !;"),
    ],
)
def test_failure(shared: Warehouse, expression: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        shared.rows(f"SELECT {expression}")


def test_operator_ends_a_name_in_a_lambda(shared: Warehouse) -> None:
    assert shared.rows("SELECT filter(ARRAY['u','v'],x->x!='u')") == [(["v"],)]


def test_values_beyond_those_of_python_are_read_as_by_trino(shared: Warehouse) -> None:
    assert shared.rows(
        f"SELECT TRY_CAST('{'0' * 5000}7' AS bigint),"
        " from_iso8601_timestamp('0000-01-01T00:00:00+14:00') < TIMESTAMP '0001-01-01 00:00:00 UTC'"
    ) == [(7, True)]


def test_unnamed_columns_are_numbered(shared: Warehouse) -> None:
    found = shared.run("SELECT 1, 'x' AS x, count(*), CAST(1 AS bigint)")

    assert not isinstance(found, tuple)
    assert found.columns == [
        ("_col0", "integer"),
        ("x", "varchar"),
        ("_col2", "bigint"),
        ("_col3", "bigint"),
    ]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT * FROM (SELECT count(*), 1 AS n)", ["_col0", "n"]),
        ("SELECT 1 AS n, * FROM (VALUES (1, 2))", ["n", "_col1", "_col2"]),
        ("VALUES 1, 2", ["_col0"]),
        ("WITH a AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM a", ["_col0"]),
        ("SELECT * FROM (SELECT 1) a JOIN (SELECT 1) b ON true", ["_col0", "_col1"]),
        ("SELECT * FROM (SELECT * FROM (SELECT max(n), n + 1 FROM (SELECT 1 AS n) GROUP BY n))",
         ["_col0", "_col1"]),
        ("WITH a(x) AS (SELECT 1) SELECT * FROM a, (VALUES 2) v(y)", ["x", "y"]),
        ("SELECT * FROM (SELECT 1), (SELECT 2 AS n)", ["_col0", "n"]),
        ("SELECT a, B FROM (VALUES (1, 2)) AS v(A, b)", ["a", "B"]),
        ("SELECT * FROM (SELECT v.N FROM (SELECT 1 AS n) v)", ["N"]),
        ("SELECT b.*, a.n FROM ((SELECT 1 AS n) a JOIN (SELECT 2) b ON true)", ["_col0", "n"]),
    ],
)  # fmt: skip
def test_columns_are_called_as_written_and_unnamed_ones_by_their_number(
    shared: Warehouse, sql: str, names: list[str]
) -> None:
    found = shared.run(sql)

    assert not isinstance(found, tuple)
    assert [name for name, _ in found.columns] == names


def test_columns_keep_their_name_in_brackets_and_members_only_those_of_columns(
    shared: Warehouse,
) -> None:
    row = "CAST(ROW(1) AS ROW(x integer))"
    found = shared.run(f"SELECT (n), (r).x, r.x AS y, {row}.x FROM (SELECT 2 AS n, {row} AS r)")

    assert not isinstance(found, tuple)
    assert [name for name, _ in found.columns] == ["n", "x", "y", "_col3"]


def test_approx_distinct_is_exact(shared: Warehouse) -> None:
    query = "SELECT approx_distinct(x) FROM UNNEST(sequence(1, 10000)) AS u(x)"

    assert shared.rows(query) == [(10000,)]


@pytest.fixture(scope="module")
def timed(shared: Warehouse) -> Warehouse:
    columns = {"event_time": "timestamp", "d": "decimal(10,2)", "n": "int"}
    shared.unload(
        """UNLOAD (SELECT event_time, CAST(d AS decimal(10, 2)) AS d, n FROM (VALUES
          (timestamp '2020-07-13 10:00:00.000', 1.5, 7),
          (timestamp '2020-07-13 15:59:00.000', 2.5, 8)) AS t (event_time, d, n))
        TO 's3://lake/timed/' WITH (format = 'PARQUET')"""
    )
    shared.table("timed", columns, location="s3://lake/timed/")
    return shared


def test_moments_of_a_table_are_an_interval_apart(timed: Warehouse) -> None:
    apart = "max(event_time) - min(event_time)"
    taken = f"{apart}, {apart} + interval '1' day, {apart} > interval '5' hour"
    found = timed.rows(f"SELECT {taken}, ({apart}) * 2 FROM timed")

    assert [as_text(value) for value in found[0]] == [
        *("0 05:59:00.000", "1 05:59:00.000", "true", "0 11:58:00.000"),
    ]


@pytest.mark.parametrize("form", ["({}) / 2", "extract(hour FROM {})", "hour({})", "day({})"])
def test_part_of_what_lies_between_two_moments_is_refused(timed: Warehouse, form: str) -> None:
    apart = form.format("max(event_time) - min(event_time)")

    with pytest.raises(QueryFailed, match="NOT_SUPPORTED"):
        timed.rows(f"SELECT {apart} FROM timed")


@pytest.fixture(scope="module")
def joined(shared: Warehouse) -> Warehouse:
    for name, columns in (("one", "1 AS p, 2 AS k"), ("other", "2 AS k, 3 AS q")):
        location = f"s3://lake/{name}/"
        shared.unload(f"UNLOAD (SELECT {columns}) TO '{location}' WITH (format = 'PARQUET')")
        shared.table(name, dict.fromkeys(re.findall("[a-z]", columns), "int"), location=location)
    return shared


@pytest.mark.parametrize(
    ("selected", "row"), [("*", (2, 1, 3)), ("one.*", (1,)), ("*, other.q", (2, 1, 3, 3))]
)
def test_column_in_using_is_shown_once_and_first_and_is_no_tables_own(
    joined: Warehouse, selected: str, row: tuple[int, ...]
) -> None:
    assert joined.rows(f"SELECT {selected} FROM one JOIN other USING (k)") == [row]


def test_star_over_columns_of_one_name_is_refused(shared: Warehouse) -> None:
    with pytest.raises(QueryFailed, match=r"NOT_SUPPORTED: .*columns of one name; there are"):
        shared.rows("SELECT * FROM (SELECT n, N FROM (SELECT 1 AS n) AS v)")


def test_star_over_using_with_a_subquery_is_refused(joined: Warehouse) -> None:
    with pytest.raises(QueryFailed, match=r"NOT_SUPPORTED: .*USING with a subquery; write ON"):
        joined.rows("SELECT * FROM one JOIN (SELECT 2 AS k) AS s USING (k)")
