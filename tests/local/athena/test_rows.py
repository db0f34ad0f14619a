"""Casts of JSON to ROW, and of rows' members to JSON."""

import pytest

from offline.athena.interface import Rows
from tests.local.athena.conftest import Warehouse


@pytest.mark.parametrize("document", ['{"a,b": 2, "C d": "x"}', '{"c D": "x", "a,b": 2.0}'])
def test_names_of_a_row_may_have_commas_and_capitals(shared: Warehouse, document: str) -> None:
    """Whether the document spells them as the row or not."""
    row = 'CAST(json_parse(x) AS ROW("a,b" bigint, "c d" varchar))'
    found = shared.rows(
        f'SELECT r."a,b", r."c d" FROM (SELECT {row} AS r FROM (VALUES \'{document}\') t(x))'
    )
    assert [tuple(each) for each in found] == [(2, "x")]


def test_field_of_a_row_is_an_operand_that_is_mentioned_often(shared: Warehouse) -> None:
    row = "CAST(ROW(TIMESTAMP '2020-01-01 00:00:00.000') AS ROW(w timestamp))"
    found = shared.rows(
        f"SELECT transform(xs, x -> to_iso8601(x.w)) FROM (VALUES ARRAY[{row}]) t(xs)"
    )
    assert [tuple(each) for each in found] == [(["2020-01-01T00:00:00.000"],)]


def test_json_is_made_of_values_within_many_others(shared: Warehouse) -> None:
    """As the text of a row of Parquet with structs within structs is."""
    value, expected = "CAST(x AS JSON)", '"v"'
    for _ in range(8):
        value = f"CAST(MAP(ARRAY['a'], ARRAY[{value}]) AS JSON)"
        value = f"CAST(CASE WHEN x <> '' THEN {value} END AS JSON)"
        expected = f'{{"a":{expected}}}'
    found = shared.rows(f"SELECT json_format({value}) FROM (VALUES 'v') t(x)")
    assert [tuple(each) for each in found] == [(expected,)]


def test_column_of_json_keeps_its_name(shared: Warehouse) -> None:
    found = shared.run(
        "SELECT u.e, t.js FROM (VALUES '[1]') AS t(js)"
        " CROSS JOIN UNNEST(CAST(json_parse(js) AS array(json))) AS u(e)"
    )
    assert isinstance(found, Rows)
    assert [name for name, _ in found.columns] == ["e", "js"]
