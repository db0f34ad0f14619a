"""Trino's meaning of functions, casts and operators, where DuckDB's own differs or might."""

from datetime import date, datetime
from typing import Any

import pytest

from offline.athena.service.errors import QueryFailed
from tests.local.athena.conftest import Warehouse

UTC_2020 = "timestamp '2020-07-13 00:30:00 UTC'"

VALUES: list[tuple[str, Any]] = [
    # whole numbers
    ("7 / 2", 3),
    ("-7 / 2", -3),
    ("7 / 2e0", 3.5),
    ("7 % 3", 1),
    ("TRY(1 / 0)", None),
    ("TRY_CAST('12' AS bigint)", 12),
    ("TRY_CAST('+12' AS bigint)", 12),
    ("TRY_CAST('-12' AS integer)", -12),
    ("TRY_CAST(' 12' AS bigint)", 12),
    ("TRY_CAST('1.5' AS bigint)", None),
    ("TRY_CAST('1e3' AS bigint)", None),
    ("TRY_CAST('1_000' AS bigint)", None),
    ("TRY_CAST('0x10' AS bigint)", None),
    ("TRY_CAST('' AS bigint)", None),
    ("TRY_CAST('9223372036854775807' AS bigint)", 9223372036854775807),
    ("TRY_CAST('9223372036854775808' AS bigint)", None),
    ("TRY_CAST('2147483648' AS integer)", None),
    ("CAST(2.5e0 AS bigint)", 3),
    ("CAST(-2.5e0 AS bigint)", -3),
    ("CAST(1.5 AS integer)", 2),
    ("TRY_CAST(1e300 AS bigint)", None),
    ("TRY_CAST(TRY_CAST('2.5' AS double) AS bigint)", 3),
    # doubles
    ("TRY_CAST('1e3' AS double)", 1000.0),
    ("TRY_CAST(' 1.5 ' AS double)", 1.5),
    ("TRY_CAST('.5' AS double)", 0.5),
    ("TRY_CAST('5.' AS double)", 5.0),
    ("TRY_CAST('inf' AS double)", None),
    ("TRY_CAST('Infinity' AS double)", float("inf")),
    ("TRY_CAST('1,5' AS double)", None),
    ("TRY_CAST('1_0' AS double)", None),
    ("CAST(1e10 AS varchar)", "1.0E10"),
    ("CAST(1e7 AS varchar)", "1.0E7"),
    ("CAST(1234567.5e0 AS varchar)", "1.2345675E6"),
    ("CAST(1e-3 AS varchar)", "1.0E-3"),
    ("CAST(1.5e-4 AS varchar)", "1.5E-4"),
    ("CAST(0e0 AS varchar)", "0E0"),
    ("CAST(-1594700000.5e0 AS varchar)", "-1.5947000005E9"),
    ("CAST(1.0 AS varchar)", "1.0"),
    ("CAST(true AS varchar)", "true"),
    # text
    ("'a' || NULL", None),
    ("concat('a', NULL)", None),
    ("concat('a', 'b', 'c')", "abc"),
    ("CAST('abc' AS varchar(2))", "ab"),
    ("substr('hello', 2, 3)", "ell"),
    ("substr('hello', -3)", "llo"),
    ("substr('hello', 0)", ""),
    ("length('žé🚗')", 3),
    ("strpos('hello', 'l')", 3),
    ("split_part('a,b', ',', 2)", "b"),
    ("split_part('a,b', ',', 3)", None),
    ("lpad('5', 2, '0')", "05"),
    ("chr(65279)", "\ufeff"),
    ("regexp_like('x12', '[0-9]+$')", True),
    ("regexp_extract('s3://b/event_date=2020-07-13/x', '/event_date=([^/]*)/', 1)", "2020-07-13"),
    ("regexp_replace('ab12', '([a-z]+)([0-9]+)', '$2-$1')", "12-ab"),
    ("regexp_replace('aXbX', 'X', '-')", "a-b-"),
    ("replace('2020/07', '/', '-')", "2020-07"),
    ("lower(to_hex(md5(to_utf8('a'))))", "0cc175b9c0f1b6a831c399e269772661"),
    ("from_utf8(to_utf8('é'))", "é"),
    ("to_utf8('é')", "é".encode()),
    # NULL
    ("greatest(1, NULL)", None),
    ("greatest(1, 2)", 2),
    ("least(1, NULL)", None),
    ("coalesce(NULL, 1)", 1),
    ("nullif(1, 1)", None),
    ("if(1 > 2, 'a')", None),
    ("if(1 < 2, 'a', 'b')", "a"),
    ("NULL IS NOT DISTINCT FROM NULL", True),
    ("1 IS DISTINCT FROM NULL", True),
    # times
    ("CAST(from_unixtime(1594600200.1235) AT TIME ZONE 'UTC' AS varchar)",
     "2020-07-13 00:30:00.124 UTC"),
    ("CAST(from_unixtime(1594600200) AT TIME ZONE 'UTC' AS timestamp)",
     datetime(2020, 7, 13, 0, 30)),
    ("CAST(from_iso8601_timestamp('2020-07-13T02:30:00.1239+02:00')"
     " AT TIME ZONE 'UTC' AS timestamp)",
     datetime(2020, 7, 13, 0, 30, 0, 123000)),
    ("to_unixtime(from_iso8601_timestamp('2020-07-13T00:30:00.5Z'))", 1594600200.5),
    ("TRY(from_iso8601_timestamp('2020-07-13 00:30:00'))", None),
    ("TRY(from_iso8601_timestamp('epoch'))", None),
    ("TRY(from_iso8601_timestamp('2020-02-30T00:00:00Z'))", None),
    ("TRY(from_iso8601_timestamp('2020-07-13T25:00:00Z'))", None),
    ("TRY(from_iso8601_timestamp('2020-07-13T00:00:00+15:00'))", None),
    ("CAST(from_iso8601_timestamp('2020-07-13') AT TIME ZONE 'UTC' AS timestamp)",
     datetime(2020, 7, 13)),
    ("CAST(from_iso8601_timestamp('2020-07-13T10+0200') AT TIME ZONE 'UTC' AS timestamp)",
     datetime(2020, 7, 13, 8)),
    (f"date_format({UTC_2020} AT TIME ZONE 'Europe/Brussels', '%Y-%m-%d %H:%i')",
     "2020-07-13 02:30"),
    ("date_format(timestamp '2020-12-31 23:05:09.120', '%Y-%m-%dT%H:%i:%s')",
     "2020-12-31T23:05:09"),
    ("date_parse('2020-07-13T05', '%Y-%m-%dT%H')", datetime(2020, 7, 13, 5)),
    ("date_diff('hour', timestamp '2020-07-12 22:59:00', timestamp '2020-07-12 23:01:00')", 0),
    ("date_diff('day', date '2020-02-28', date '2020-03-01')", 2),
    ("date_add('hour', -840, timestamp '2020-07-13 00:00:00')", datetime(2020, 6, 8)),
    ("date_add('day', 1, date '2020-02-28')", date(2020, 2, 29)),
    ("date '2020-02-28' + interval '2' day", date(2020, 3, 1)),
    ("date_trunc('week', date '2020-07-15')", date(2020, 7, 13)),
    ("date_trunc('hour', timestamp '2020-07-13 00:59:59')", datetime(2020, 7, 13)),
    ("hour(timestamp '2020-07-13 05:00:00')", 5),
    ("CAST(timestamp '2020-07-13 05:00:00' AS varchar)", "2020-07-13 05:00:00.000"),
    ("CAST('2020-07-13 05:00' || ':00.1239' AS timestamp)", datetime(2020, 7, 13, 5, 0, 0, 124000)),
    ("TRY_CAST('2020-07-13' || 'T05:00:00' AS timestamp)", None),
    ("TRY_CAST(concat('2020-7', '-3') AS date)", date(2020, 7, 3)),
    ("from_unixtime(0) < current_timestamp", True),
    # rows, arrays, maps
    ("ROW(1, 'a') IN (ROW(1, 'a'))", True),
    ("(1, 'a') IN ((2, 'a'), (1, 'b'))", False),
    ("element_at(ARRAY[1, 2], 2)", 2),
    ("element_at(map(ARRAY['a'], ARRAY[1]), 'a')", 1),
    ("cardinality(ARRAY[1, 2])", 2),
    ("transform(ARRAY[1, 2], x -> x + 1)", [2, 3]),
    ("CAST(ROW(1, 'x') AS ROW(a bigint, b varchar)).b", "x"),
]  # fmt: skip

AGGREGATES: list[tuple[str, Any]] = [
    ("count(*)", 4),
    ("count_if(n > 1)", 2),
    ("sum(n)", 6),
    ("sum(n) / count(n)", 2),
    ("avg(n)", 2.0),
    ("max_by(x, n)", None),
    ("min_by(x, n)", "a"),
    ("approx_distinct(n)", 3),
    ("array_agg(n ORDER BY n NULLS FIRST)", [None, 1, 2, 3]),
    ("count(DISTINCT k)", 2),
    ("count(*) FILTER (WHERE n > 1)", 2),
    ("map_agg(x, n) IS NOT NULL", True),
]


@pytest.mark.parametrize(("expression", "value"), VALUES, ids=[item[0] for item in VALUES])
def test_value(shared: Warehouse, expression: str, value: object) -> None:
    assert shared.rows(f"SELECT {expression}") == [(value,)]


@pytest.mark.parametrize(("expression", "value"), AGGREGATES, ids=[item[0] for item in AGGREGATES])
def test_aggregate(shared: Warehouse, expression: str, value: object) -> None:
    data = "(VALUES ('u', 1, 'a'), ('u', 2, 'b'), ('v', 3, NULL), ('v', NULL, 'c')) AS t(k, n, x)"
    expression = expression.replace("map_agg(x, n)", "map_agg(k || CAST(n AS varchar), n)")

    assert shared.rows(f"SELECT {expression} FROM {data} WHERE k <> ''") == [(value,)]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("CAST('1' || 'x' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast '1x' to bigint"),
        ("1 / (1 - 1)", "DIVISION_BY_ZERO"),
        ("json_parse('no' || 'pe')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON"),
        ("from_iso8601_timestamp('so' || 'on')", "INVALID_FUNCTION_ARGUMENT: Invalid format"),
        ("no_such_function(1)", "FUNCTION_NOT_FOUND.*no_such_function"),
        ("from_unixtime(1, 'Europe/Brussels')", "NOT_SUPPORTED"),
    ],
)
def test_failure(shared: Warehouse, expression: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        shared.rows(f"SELECT {expression}")


def test_window_over_a_time_range(shared: Warehouse) -> None:
    rows = shared.rows(
        """SELECT n, sum(n) OVER (
          PARTITION BY k ORDER BY t RANGE BETWEEN INTERVAL '15' MINUTE PRECEDING AND CURRENT ROW)
        FROM (VALUES ('a', 1, timestamp '2020-07-13 00:00:00'),
                     ('a', 2, timestamp '2020-07-13 00:15:00'),
                     ('a', 4, timestamp '2020-07-13 00:15:01')) AS v(k, n, t)
        ORDER BY n"""
    )

    assert rows == [(1, 1), (2, 3), (4, 6)]


def test_grouping_sets(shared: Warehouse) -> None:
    rows = shared.rows(
        "SELECT k, grouping(k), count(*) FROM (VALUES 'a', 'b', 'b') AS v(k)"
        " GROUP BY GROUPING SETS ((k), ()) ORDER BY 3"
    )

    assert rows == [("a", 0, 1), ("b", 0, 2), (None, 1, 3)]


def test_nulls_come_last_in_both_directions(shared: Warehouse) -> None:
    data = "(VALUES 1, NULL, 2) AS v(n)"

    assert shared.rows(f"SELECT n FROM {data} ORDER BY n") == [(1,), (2,), (None,)]
    assert shared.rows(f"SELECT n FROM {data} ORDER BY n DESC") == [(2,), (1,), (None,)]


def test_unnamed_columns_are_numbered(shared: Warehouse) -> None:
    found = shared.run("SELECT 1, 'x' AS x, count(*), CAST(1 AS bigint)")

    assert not isinstance(found, tuple)
    assert found.columns == [
        ("_col0", "integer"),
        ("x", "varchar"),
        ("_col2", "bigint"),
        ("_col3", "bigint"),
    ]
