"""How statements fail, in Athena's words; what they answer is in test_recorded.py."""

import pytest

from offline.athena.service.errors import QueryFailed
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
        ("5|3", r"what is written as \|;"),
        ("!true", "what is written as !;"),
    ],
)
def test_failure(shared: Warehouse, expression: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        shared.rows(f"SELECT {expression}")


def test_operator_ends_a_name_in_a_lambda(shared: Warehouse) -> None:
    assert shared.rows("SELECT filter(ARRAY['u','v'],x->x!='u')") == [(["v"],)]


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
