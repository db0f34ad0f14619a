"""What Trino makes of odd JSON, field by field: the offline engine must make the same of it."""

import pytest

from tests.local.athena.conftest import Warehouse

REFUSED = "refused"  # no document at all: json_parse or the cast to ROW fails
LINES: dict[str, tuple[str | bytes, object]] = {
    "text": ('{"a":"x","b":"y"}', ("x", "y")),
    "missing field": ('{"a":"x"}', ("x", None)),
    "empty object": ("{}", (None, None)),
    "unknown field": ('{"a":"x","z":{"b":1}}', ("x", None)),
    "upper-case keys": ('{"A":"x","B":"y"}', ("x", "y")),
    "two keys for one field": ('{"a":"x","A":"y"}', REFUSED),
    "two spellings of an unknown field": ('{"a":"x","z":1,"Z":2}', ("x", None)),
    "equal keys, the last counts": ('{"a":"x","a":"y"}', ("y", None)),
    "integer": ('{"a":12,"b":-7}', ("12", "-7")),
    "integer beyond 64 bits": ('{"a":12345678901234567890123}', ("12345678901234567890123", None)),
    "float": ('{"a":12.5,"b":1594700000.5}', ("12.5", "1.5947000005E9")),
    "float without a fraction": ('{"a":12.0,"b":1e0}', ("12.0", "1.0")),
    "exponents": ('{"a":1e3,"b":1E-5}', ("1000.0", "1.0E-5")),
    "more digits than a double has": ('{"a":0.1000000000000000055511}', ("0.1", None)),
    "truth values": ('{"a":true,"b":false}', ("true", "false")),
    "null": ('{"a":null,"b":"null"}', (None, "null")),
    "array in a field": ('{"a":[1,2],"b":"y"}', (None, "y")),
    "object in a field": ('{"a":{"c":1},"b":"y"}', (None, "y")),
    "text that looks like an object": ('{"a":"{}","b":"[1]"}', ("{}", "[1]")),
    "text that looks like a number": ('{"a":"1.50","b":"1e3"}', ("1.50", "1e3")),
    "escapes": (r'{"a":"q\"\\\/\b\n\u0041","b":"\u0000"}', ('q"\\/\b\nA', "\x00")),
    "surrogate pair": (r'{"a":"\ud83d\ude97"}', ("🚗", None)),
    "lone surrogate": (r'{"a":"\ud83d"}', REFUSED),
    "unicode": ('{"a":"žluť","b":"🚗"}', ("žluť", "🚗")),
    "spaces": (' \t{ "a" : "x" , "b" : 2 } ', ("x", "2")),
    "array by position": ('["x","y"]', ("x", "y")),
    "array of another length": ('["x"]', REFUSED),
    "top-level text": ('"x"', REFUSED),
    "top-level number": ("12", REFUSED),
    "top-level null": ("null", REFUSED),
    "two documents": ('{"a":"x"}{"a":"y"}', REFUSED),
    "two documents with a space": ('{"a":"x"} {"a":"y"}', REFUSED),
    "garbage behind": ('{"a":"x"} z', REFUSED),
    "NaN": ('{"a":NaN}', REFUSED),
    "NaN in an unknown field": ('{"a":"x","z":nan}', REFUSED),
    "Infinity": ('{"a":-Infinity}', REFUSED),
    "words that look like NaN": (
        '{"a":"nan, inf:","b":"x: infinite"}',
        ("nan, inf:", "x: infinite"),
    ),
    "comma before the end": ('{"a":"x",}', REFUSED),
    "leading zero": ('{"a":01}', REFUSED),
    "plus sign": ('{"a":+1}', REFUSED),
    "bare point": ('{"a":.5}', REFUSED),
    "single quotes": ("{'a':1}", REFUSED),
    # Two: the first one is skipped where the line starts the object
    "byte order mark inside": ("\ufeff\ufeff{}", REFUSED),
    "control character in a text": ('{"a":"x\ty"}', REFUSED),
    "bytes that are not UTF-8": (b'{"a":"x\xff"}', REFUSED),
    "cut off": ('{"a":"x"', REFUSED),
    "nothing": ("", REFUSED),
    "spaces only": ("   ", REFUSED),
}
# Two ways to write it, which agree except for equal keys. Parsed first, a map keeps only the last
# of them; parsed inside the cast, Trino makes one step of it and refuses them.
INSIDE = {**LINES, "equal keys, the last counts": ('{"a":"x","a":"y"}', REFUSED)}
PARSED_FIRST = """
WITH parsed AS (SELECT line, TRY(json_parse(line)) AS document FROM landing),
fields AS (SELECT line, TRY(CAST(document AS ROW(a JSON, b JSON))) AS fields FROM parsed)
SELECT fields IS NULL, TRY_CAST(fields.a AS varchar), TRY_CAST(fields.b AS varchar) FROM fields"""
PARSED_INSIDE = """
WITH fields AS (
  SELECT TRY(CAST(json_parse(line) AS ROW("a" JSON, "b" JSON))) AS fields FROM landing
)
SELECT fields IS NULL, TRY_CAST(fields."a" AS varchar), TRY_CAST(fields."b" AS varchar)
FROM fields"""


@pytest.mark.parametrize(
    ("sql", "lines"),
    [(PARSED_FIRST, LINES), (PARSED_INSIDE, INSIDE)],
    ids=["parsed first", "inside"],
)
def test_fields_of_odd_documents(
    warehouse: Warehouse, sql: str, lines: dict[str, tuple[str | bytes, object]]
) -> None:
    warehouse.landing()
    for number, (line, _) in enumerate(LINES.values()):
        warehouse.put(f"s3://landing/raw/2020/07/13/00/{number:03d}", line)

    found = {}
    for number, name in enumerate(LINES):
        path = f"s3://landing/raw/2020/07/13/00/{number:03d}"
        one = sql.replace("FROM landing", f"FROM landing WHERE \"$path\" = '{path}'")
        ((refused, *values),) = warehouse.rows(one)
        found[name] = REFUSED if refused else tuple(values)

    assert found == {name: expected for name, (_, expected) in lines.items()}


def test_all_lines_together_give_what_each_gives_alone(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put("s3://landing/raw/2020/07/13/00/all", *(line for line, _ in LINES.values()))

    rows = warehouse.rows(PARSED_FIRST)

    found = [REFUSED if refused else tuple(values) for refused, *values in rows]
    assert found == [expected for _, expected in LINES.values()]


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
