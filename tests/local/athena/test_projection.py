"""Partitions that are computed from a table's parameters."""

import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.conftest import HOURLY, TEXT, WHOLE_LINE, Warehouse


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


@pytest.mark.parametrize("where", ["datehour = '2020/d13/07Hours'", "line = 'x'"])
def test_quoted_letters_of_a_projected_date_are_a_folder_s_own(
    warehouse: Warehouse, where: str
) -> None:
    spelled = {
        "projection.datehour.format": "yyyy'/d'dd'/'HH'Hours'",
        "projection.datehour.range": "1970/d01/00Hours,NOW+1DAYS",
    }
    warehouse.table(
        "t",
        {"line": "string"},
        {"datehour": "string"},
        serde=TEXT,
        serde_parameters=WHOLE_LINE,
        parameters={**HOURLY, **spelled},
    )
    warehouse.put("s3://landing/raw/2020/d13/07Hours/a", "x")

    assert warehouse.rows(f"SELECT line FROM t WHERE {where}") == [("x",)]


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
        serde=TEXT,
        serde_parameters=WHOLE_LINE,
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
