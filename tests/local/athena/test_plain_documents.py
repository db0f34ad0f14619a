"""What is taken for a plain document gives the members that the careful way gives."""

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline.athena.functions import registry
from offline.athena.functions.json_rules import SEPARATOR
from tests.local.athena.conftest import Warehouse

NAMES = SEPARATOR.join(("a", "b"))
CAREFUL = f"json_extract(py_json_text_row(text, '{NAMES}'), ['/a', '/b'])"
QUICK = "json_extract(text, ['/a', '/b'])"
BOTH_WAYS = f"""
SELECT
  {QUICK}::VARCHAR = {CAREFUL}::VARCHAR,
  list_transform({CAREFUL}, lambda x: try_varchar(x))
    IS NOT DISTINCT FROM json_extract_string(text, ['/a', '/b'])
FROM (VALUES ($1)) t(text)
WHERE CASE WHEN json_plain(text, '{NAMES}') THEN true ELSE false END"""

values = st.one_of(
    st.sampled_from(["null", "true", "false", "0", "-0", "01", "-1", "1.0", "1e2", "NaN", "nul"]),
    st.integers(-(10**20), 10**20).map(str),
    st.text(max_size=5).map(json.dumps),
    st.text(max_size=5).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(["1", '"x"']),
    st.sampled_from(["[1]", '{"a":1}', "{}"]),
)
keys = st.sampled_from(['"a"', '"b"', '"A"', '"c"', '""', '"\\u0061"'])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Objects of a few members, some of them plain, and some with a character too many."""
    colon, comma = draw(st.sampled_from([(":", ","), (": ", ", "), (" :", " ,")]))
    pairs = draw(st.lists(st.tuples(keys, values), min_size=1, max_size=3))
    text = "{" + comma.join(key + colon + value for key, value in pairs) + "}"
    place = draw(st.integers(0, len(text)))
    extra: str = draw(st.sampled_from([*[""] * 9, *'{},"\\']))
    return text[:place] + extra + text[place:]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    registry.register(made)
    return made


@settings(max_examples=300)
@given(documents())
def test_plain_documents_have_the_members_of_the_careful_way(
    database: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert set(database.execute(BOTH_WAYS, [text]).fetchall()) <= {(True, True)}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('{"a":1}', True),
        ('{"a": "x", "B": null, "é": -3}', True),
        ('{"a":1,"a":2}', False),
        ('{"A":1}', False),
        ('{"C":1,"B":2}', True),
        ('{"C":1,"c":2}', False),
        ('{"b":1}', False),
        ('{"a":1{"b":2}', False),
        ('{"a":1}\n', False),
        (',"a":1}', False),
        ('{"a":1.5}', False),
        ('{"a":01}', False),
        ('{"a":[1]}', False),
        ('{"a":"\\n"}', False),
        ('{"a":1,}', False),
        ("{}", False),
    ],
)
def test_only_such_documents_are_plain(
    database: duckdb.DuckDBPyConnection, text: str, *, plain: bool
) -> None:
    found = database.execute(
        "SELECT json_plain(text, 'a'||chr(31)||'B') FROM (VALUES ($1)) t(text)", [text]
    )
    assert found.fetchone() == (plain,)


@pytest.mark.parametrize("document", ['{"a,b": 2, "C d": "x"}', '{"c D": "x", "a,b": 2.0}'])
def test_names_of_a_row_may_have_commas_and_capitals(shared: Warehouse, document: str) -> None:
    """Whether the document is plain or not, and spelled as the row or not."""
    row = 'CAST(json_parse(x) AS ROW("a,b" bigint, "C d" varchar))'
    found = shared.rows(
        f'SELECT r."a,b", r."c d" FROM (SELECT {row} AS r FROM (VALUES \'{document}\') t(x))'
    )
    assert [tuple(each) for each in found] == [(2, "x")]
