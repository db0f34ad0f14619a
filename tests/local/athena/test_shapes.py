import duckdb
import pytest

from offline.athena.sql.shapes import Shapes


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("SELECT '2020-07-13' AS a", "SELECT '2021' AS a", [("a", "VARCHAR")]),
        ("SELECT 1 AS a", "SELECT 1.5 AS a", [("a", "DECIMAL(2,1)")]),
        (
            """SELECT from_json('{}', '{"b": "INTEGER"}') AS a""",
            """SELECT from_json('{}', '{"b": "DOUBLE"}') AS a""",
            [("a", "STRUCT(b DOUBLE)")],
        ),
        ("SELECT '2020' AS a", "SELECT CAST('2020' AS INTEGER) AS b", [("b", "INTEGER")]),
    ],
    ids=["other dates", "other numbers", "other formats", "other casts"],
)
def test_a_query_is_described_by_its_own_types(
    first: str, second: str, expected: list[tuple[str, str]]
) -> None:
    shapes, cursor = Shapes(), duckdb.connect()

    shapes.describe(cursor, first, ())

    assert shapes.describe(cursor, second, ()) == expected


def test_the_same_query_over_other_columns_is_described_again() -> None:
    shapes, cursor = Shapes(), duckdb.connect()
    cursor.execute("CREATE VIEW source AS SELECT 1 AS a")
    assert shapes.describe(cursor, "SELECT a FROM source", ("integer",)) == [("a", "INTEGER")]

    cursor.execute("CREATE OR REPLACE VIEW source AS SELECT 'x' AS a")

    assert shapes.describe(cursor, "SELECT a FROM source", ("string",)) == [("a", "VARCHAR")]
