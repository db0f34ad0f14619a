"""Which partitions and objects a statement opens, and that it never misses one."""

import pytest

from local.athena.errors import QueryFailed
from tests.local.athena.conftest import HOURLY, Warehouse

HOURS = [("2020-12-31", "22"), ("2020-12-31", "23"), ("2021-01-01", "00"), ("2021-01-01", "01")]


@pytest.fixture
def events(warehouse: Warehouse) -> Warehouse:
    """A Parquet table of four event hours, one row each, `n` being 0 to 3."""
    warehouse.table("events", {"n": "bigint"}, {"event_date": "string", "event_hour": "string"})
    for number, (date, hour) in enumerate(HOURS):
        place = f"s3://lake/_versions/v{number}/"
        warehouse.unload(
            f"UNLOAD (SELECT CAST({number} AS bigint) AS n) TO '{place}' WITH (format = 'PARQUET')"
        )
        warehouse.partition("events", [date, hour], place)
    return warehouse


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


# ---------------------------------------------------------------------- projected tables


@pytest.mark.parametrize(
    ("where", "read"),
    [
        ("datehour = '2020/07/13/01'", ["01"]),
        ("datehour IN ('2020/07/13/00', '2020/07/13/02', '2020/07/14/00')", ["00", "02"]),
        ("datehour BETWEEN '2020/07/13/01' AND '2020/07/13/02'", ["01", "02"]),
        ("datehour > '2020/07/13/01'", ["02"]),
        ("datehour = '1969/12/31/23'", []),
        ("datehour = '2999/01/01/00'", []),
        ("datehour = '2020/7/13/1'", []),
        ("datehour = 'nonsense'", []),
        ("line <> ''", ["00", "01", "02"]),
        (
            "(datehour IN ('2020/07/13/00') OR (datehour = '2020/07/13/01'"
            " AND \"$path\" > 's3://landing/raw/2020/07/13/01/b'"
            " AND \"$path\" <= 's3://landing/raw/2020/07/13/01/z'))",
            ["00"],
        ),
    ],
)
def test_projected_dates(warehouse: Warehouse, where: str, read: list[str]) -> None:
    warehouse.landing()
    for hour in ("00", "01", "02"):
        warehouse.put(f"s3://landing/raw/2020/07/13/{hour}/a", hour)
    warehouse.put("s3://landing/raw/2020/07/13/elsewhere", "x")
    warehouse.put("s3://landing/raw/1960/07/13/00/a", "too early for the range")

    found = warehouse.rows(f"SELECT line FROM landing WHERE {where} ORDER BY line")

    assert [line for (line,) in found] == read
    assert len(warehouse.opened) == len(read)


def test_registered_partitions_of_a_projected_table_are_ignored(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put("s3://landing/elsewhere/a", "x")
    warehouse.partition("landing", ["2020/07/13/00"], "s3://landing/elsewhere/")

    assert warehouse.rows("SELECT line FROM landing") == []


def injected(warehouse: Warehouse) -> None:
    warehouse.table(
        "staged",
        {"n": "bigint"},
        {"version": "string"},
        parameters={
            "projection.enabled": "true",
            "projection.version.type": "injected",
            "storage.location.template": "s3://lake/staged/version=${version}/",
        },
    )
    for name in ("a", "b", "c"):
        warehouse.unload(
            f"UNLOAD (SELECT CAST(1 AS bigint) AS n, '{name}' AS k)"
            f" TO 's3://lake/staged/version={name}/'"
            " WITH (format = 'PARQUET', partitioned_by = ARRAY['k'])"
        )


@pytest.mark.parametrize(
    ("where", "versions"),
    [
        ("version = 'b'", ["b"]),
        ("version IN ('a', 'c', 'nope')", ["a", "c"]),
        ("version = 'a' AND n = 1", ["a"]),
        ("(version = 'a' AND n = 1) OR version = 'b'", ["a", "b"]),
    ],
)
def test_injected_key(warehouse: Warehouse, where: str, versions: list[str]) -> None:
    injected(warehouse)

    rows = warehouse.rows(f"SELECT version FROM staged WHERE {where} ORDER BY version")

    assert [version for (version,) in rows] == versions


@pytest.mark.parametrize("where", ["n = 1", "version > 'a'", "version = 'a' OR n = 1"])
def test_injected_key_needs_a_value(warehouse: Warehouse, where: str) -> None:
    injected(warehouse)

    with pytest.raises(QueryFailed, match=r"CONSTRAINT_VIOLATION: For the injected .* version"):
        warehouse.rows(f"SELECT n FROM staged WHERE {where}")


def test_enum_and_integer_keys(warehouse: Warehouse) -> None:
    warehouse.table(
        "t",
        {"line": "string"},
        {"kind": "string", "part": "string"},
        serde="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        location="s3://landing/t/",
        parameters={
            "projection.enabled": "true",
            "projection.kind.type": "enum",
            "projection.kind.values": "a, b",
            "projection.part.type": "integer",
            "projection.part.range": "0,9",
            "projection.part.digits": "2",
        },
    )
    for folder in ("kind=a/part=03", "kind=b/part=09", "kind=c/part=03", "kind=a/part=10"):
        warehouse.put(f"s3://landing/t/{folder}/x", folder)

    assert sorted(warehouse.rows("SELECT kind, part FROM t")) == [("a", "03"), ("b", "09")]
    assert warehouse.rows("SELECT kind FROM t WHERE part = '09'") == [("b",)]
    assert warehouse.rows("SELECT kind FROM t WHERE kind = 'c'") == []


def test_wrong_projection_fails_the_query(warehouse: Warehouse) -> None:
    wrong = {**HOURLY, "projection.datehour.range": "soon,NOW"}
    warehouse.table("t", {"n": "bigint"}, {"datehour": "string"}, parameters=wrong)

    with pytest.raises(QueryFailed, match="INVALID_TABLE_PROPERTY"):
        warehouse.rows("SELECT n FROM t WHERE datehour = '2020/07/13/00'")
