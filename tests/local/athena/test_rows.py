"""Casts of JSON to ROW."""

import pytest

from tests.local.athena.conftest import Warehouse


@pytest.mark.parametrize("document", ['{"a,b": 2, "C d": "x"}', '{"c D": "x", "a,b": 2.0}'])
def test_names_of_a_row_may_have_commas_and_capitals(shared: Warehouse, document: str) -> None:
    """Whether the document spells them as the row or not."""
    row = 'CAST(json_parse(x) AS ROW("a,b" bigint, "c d" varchar))'
    found = shared.rows(
        f'SELECT r."a,b", r."c d" FROM (SELECT {row} AS r FROM (VALUES \'{document}\') t(x))'
    )
    assert [tuple(each) for each in found] == [(2, "x")]
