"""How statements fail, in Athena's words; what they answer is in test_recorded.py."""

import pytest

from offline.athena.service.errors import QueryFailed
from tests.local.athena.conftest import TEXT, Warehouse


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
        ("5|3", r"what is written as \|;"),
        ("!true", "what is written as !;"),
    ],
)
def test_failure(shared: Warehouse, expression: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        shared.rows(f"SELECT {expression}")


def test_operator_ends_a_name_that_stands_beside_it(shared: Warehouse) -> None:
    names = "(VALUES ('u', 3)) t(k, n)"

    found = shared.rows(f"SELECT k||'-'||CAST(n AS varchar)||k, n!=2, k LIKE '%'||k FROM {names}")
    assert found == [("u-3u", True, True)]
    assert shared.rows(f"SELECT filter(ARRAY['u','v'],x->x!=k) FROM {names}") == [(["v"],)]


def test_unnamed_columns_are_numbered(shared: Warehouse) -> None:
    found = shared.run("SELECT 1, 'x' AS x, count(*), CAST(1 AS bigint)")

    assert not isinstance(found, tuple)
    assert found.columns == [
        ("_col0", "integer"),
        ("x", "varchar"),
        ("_col2", "bigint"),
        ("_col3", "bigint"),
    ]


def test_approx_distinct_is_exact(shared: Warehouse) -> None:
    query = "SELECT approx_distinct(x) FROM UNNEST(sequence(1, 10000)) AS u(x)"

    assert shared.rows(query) == [(10000,)]


def test_a_column_is_found_by_its_tables_whole_name(shared: Warehouse) -> None:
    shared.put("s3://lake/named/rows", "1")
    shared.table(
        "named", {"n": "int"}, location="s3://lake/named/", serde=TEXT, serde_parameters={}
    )

    assert shared.rows("SELECT db.named.n FROM db.named WHERE awsdatacatalog.db.named.n > 0") == [
        (1,)
    ]


def test_typeof_a_column_is_its_declared_type(shared: Warehouse) -> None:
    columns = {"v": "varchar(10)", "s": "string", "d": "decimal(10,2)", "n": "int"}
    shared.put("s3://lake/declared/rows", "ab\x01cd\x011.50\x017")
    shared.table("typed", columns, location="s3://lake/declared/", serde=TEXT, serde_parameters={})

    assert shared.rows("SELECT typeof(v), typeof(s), typeof(d), typeof(n) FROM typed") == [
        ("varchar(10)", "varchar", "decimal(10,2)", "integer")
    ]


@pytest.fixture(scope="module")
def sized(shared: Warehouse) -> Warehouse:
    shared.table("sized", {"c": "char(3)", "r": "struct<x:varchar(3)>", "n": "int"})
    return shared


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT typeof(c) FROM sized", "NOT_SUPPORTED.*typeof"),
        ("SELECT typeof(r.x) FROM sized", "NOT_SUPPORTED.*typeof"),
        ("SELECT typeof(n) FROM sized AS a JOIN sized AS b USING (n)", "NOT_SUPPORTED.*typeof"),
        ("SELECT typeof(n), count(*) FROM sized", "must appear in the GROUP BY"),
    ],
)
def test_typeof_what_is_not_sure_is_refused(sized: Warehouse, query: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        sized.rows(query)
