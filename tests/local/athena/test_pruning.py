"""Which partitions and objects a statement opens, and that it never misses one."""

import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.conftest import Warehouse

HOURS = [("2020-12-31", "22"), ("2020-12-31", "23"), ("2021-01-01", "00"), ("2021-01-01", "01")]


@pytest.fixture(scope="module")
def events(shared: Warehouse) -> Warehouse:
    """A Parquet table of four event hours, one row each, `n` being 0 to 3."""
    shared.table("events", {"n": "bigint"}, {"event_date": "string", "event_hour": "string"})
    for number, (date, hour) in enumerate(HOURS):
        place = f"s3://lake/_versions/v{number}/"
        shared.unload(
            f"UNLOAD (SELECT CAST({number} AS bigint) AS n) TO '{place}' WITH (format = 'PARQUET')"
        )
        shared.partition("events", [date, hour], place)
    return shared


@pytest.mark.parametrize(
    ("where", "read", "rows"),
    [
        ("true", {0, 1, 2, 3}, {0, 1, 2, 3}),
        ("event_date = '2020-12-31'", {0, 1}, {0, 1}),
        (
            "(event_date = '2020-12-31' AND event_hour IN ('23', '22'))"
            " OR (event_date = '2021-01-01' AND event_hour IN ('00'))",
            {0, 1, 2},
            {0, 1, 2},
        ),
        ("event_date || event_hour > '2020-12-3122'", {1, 2, 3}, {1, 2, 3}),
        ("event_hour = '23' AND n > 5", {1}, set()),
        ("event_hour = '23' OR n = 3", {0, 1, 2, 3}, {1, 3}),
        ("(event_hour = '23' AND n = 1) OR (event_hour = '01' AND n = 0)", {1, 3}, {1}),
        ("NOT (event_hour = '23')", {0, 2, 3}, {0, 2, 3}),
        ("NOT (event_hour = '23' AND n = 7)", {0, 1, 2, 3}, {0, 1, 2, 3}),
        ("n = 0 AND FALSE", set(), set()),
        ("event_hour = '23' AND 1 = 2", {1}, set()),
        ("event_hour = '23' AND (event_hour > '22' AND 1 = 2)", {1}, set()),
        ("event_hour = '23' OR abs(1) = 2", {0, 1, 2, 3}, {1}),
        ("event_hour > '' AND random() * length(event_hour) < 0", {0, 1, 2, 3}, set()),
        ("event_hour LIKE '0%'", {2, 3}, {2, 3}),
        ("event_hour IN (SELECT '23')", {0, 1, 2, 3}, {1}),
        ("\"$path\" LIKE '%/v1/%'", {1}, {1}),
        ("event_hour <> '22' AND \"$path\" < 's3://lake/_versions/v2'", {1}, {1}),
    ],
)
def test_where_over_the_table(
    events: Warehouse, where: str, read: set[int], rows: set[int]
) -> None:
    found = events.rows(f"SELECT n FROM events WHERE {where}")

    assert {n for (n,) in found} == rows
    assert {int(uri.split("/v")[1][0]) for uri in events.opened} == read


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("WITH e AS (SELECT * FROM events WHERE event_hour = '22') SELECT n FROM e", {0}),
        (
            "SELECT n FROM events WHERE event_hour = '22'"
            " UNION ALL SELECT n FROM events WHERE event_hour = '00'",
            {0, 2},
        ),
        (
            "SELECT a.n FROM events a JOIN events b ON a.n = b.n AND b.event_hour = '01'",
            {0, 1, 2, 3},
        ),
        (
            "SELECT a.n FROM events a JOIN events b ON a.n = b.n"
            " WHERE a.event_hour = '22' AND b.event_hour = '22'",
            {0},
        ),
        (
            "SELECT e.n FROM events e CROSS JOIN UNNEST(ARRAY[1]) AS u(x) WHERE event_hour = '22'",
            {0},
        ),
        ("SELECT n FROM (SELECT 1 AS one) LEFT JOIN events ON event_hour = '22'", {0}),
    ],
)
def test_other_places(events: Warehouse, sql: str, read: set[int]) -> None:
    events.rows(
        sql.replace("LEFT JOIN events ON event_hour", "LEFT JOIN events ON events.event_hour")
    )

    assert {int(uri.split("/v")[1][0]) for uri in events.opened} == read


def test_where_after_an_outer_join_keeps_the_rows_without_a_match(events: Warehouse) -> None:
    rows = events.rows(
        "SELECT o.k, e.n FROM (SELECT '22' AS k UNION ALL SELECT '99') o"
        " LEFT JOIN events e ON e.event_hour = o.k"
        " WHERE e.event_hour IS NULL OR e.event_hour = '23'"
    )

    assert rows == [("99", None)]


@pytest.mark.parametrize("side", ["RIGHT", "FULL"])
def test_where_before_an_outer_join_is_kept(events: Warehouse, side: str) -> None:
    found = events.rows(
        f"SELECT e.n, u.n FROM events e {side} JOIN (VALUES 1, 9) AS u(n) ON e.n = u.n"
        " WHERE e.event_hour > '21'"
    )

    assert set(found) == ({(1, 1)} if side == "RIGHT" else {(0, None), (1, 1)})


def test_full_join_reads_both_sides_whole(events: Warehouse) -> None:
    rows = events.rows(
        "SELECT count(*) FROM events a FULL OUTER JOIN events b"
        " ON a.n = b.n AND a.event_hour = '22' AND b.event_hour = '22'"
    )

    assert rows == [(7,)]


def test_object_left_out_by_its_path_is_not_opened(events: Warehouse) -> None:
    events.objects.put("lake", "_versions/v0/broken", b"no parquet")

    with pytest.raises(QueryFailed, match=r"s3://lake/_versions/v0/broken"):
        events.rows("SELECT n FROM events")

    broken = "'s3://lake/_versions/v0/broken'"
    found = events.rows(f'SELECT count(*) FROM events WHERE "$path" NOT IN ({broken})')
    assert found == [(4,)]
    events.remove("s3://lake/_versions/v0/broken")


def test_column_that_a_file_lacks_is_null(events: Warehouse) -> None:
    events.table("wider", {"n": "bigint", "late": "double"}, location="s3://lake/_versions/v3/")

    assert events.rows("SELECT n, late FROM wider") == [(3, None)]


def test_scanned_bytes_are_those_of_the_columns_used(events: Warehouse) -> None:
    events.unload(
        "UNLOAD (SELECT n, lpad('', 1000, 'x') || CAST(n AS varchar) AS wide FROM events)"
        " TO 's3://lake/wide/' WITH (format = 'PARQUET')"
    )
    events.table("wide", {"n": "bigint", "wide": "string"}, location="s3://lake/wide/")

    events.rows("SELECT sum(n) FROM wide")
    narrow = events.last.readings.scanned_bytes
    events.rows("SELECT * FROM wide")

    assert 0 < narrow < events.last.readings.scanned_bytes
