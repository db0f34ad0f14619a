"""JSON functions in analysts' statements; what Extract makes of odd lines is in test_golden.py."""

import pytest

from tests.local.athena.conftest import Warehouse


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ('{"b": 1, "a": [1e3, "x"]}', '{"a":[1000.0,"x"],"b":1}'),
        ("1594700000.5", "1.5947000005E9"),
        ('"é"', '"é"'),
        ("-0", "0"),
    ],
)
def test_json_format_is_canonical(shared: Warehouse, document: str, text: str) -> None:
    assert shared.rows(f"SELECT json_format(json_parse('{document}'))") == [(text,)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("json_extract_scalar('{\"a\":{\"b\":1.0}}', '$.a.b')", "1.0"),
        ('json_extract_scalar(\'{"a":{"b":1}}\', \'$["a"]["b"]\')', "1"),
        ("json_extract_scalar('{\"a\":{\"b\":1}}', '$.a')", None),
        ("json_extract_scalar('{\"a\":[1]}', '$.a')", None),
        ("json_extract_scalar('nope', '$.a')", None),
        ("is_json_scalar(json_parse('[1]'))", False),
        ("TRY_CAST(json_parse('\"12\"') AS bigint)", 12),
        ("TRY_CAST(json_parse('12.5') AS bigint)", 13),
        ("TRY_CAST(json_parse('true') AS bigint)", 1),
        ("TRY_CAST(json_parse('\"x\"') AS double)", None),
        ("TRY_CAST(json_parse('{}') AS boolean)", None),
        ('CAST(json_parse(\'{"a":"5","b":[1]}\') AS ROW(a bigint, b array(bigint))).a', 5),
        ("CAST(json_parse('null') AS varchar)", None),
    ],
)
def test_json_functions(shared: Warehouse, expression: str, value: object) -> None:
    assert shared.rows(f"SELECT {expression}") == [(value,)]
