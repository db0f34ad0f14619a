"""The landing as a table of lines."""

import gzip
from typing import Any

import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.conftest import TEXT, Warehouse
from tests.trino.comparing import recorded

_AS_ROW = "SELECT x, TRY(CAST(json_parse(x) AS ROW("
_OF_DOCUMENTS = [case["sql"] for case in recorded() if case["sql"].startswith(_AS_ROW)]

HOUR = "s3://landing/raw/2020/07/13/00/"
LINES = "SELECT line FROM landing WHERE datehour = '2020/07/13/00'"


def test_whole_line_is_the_value(warehouse: Warehouse) -> None:
    warehouse.landing()
    odd = ["a\x01b\x01c", "\\N", "\t x ", "a\x00b", "", "'; --"]
    warehouse.put(HOUR + "a.gz", *odd)

    assert [line for (line,) in warehouse.rows(LINES)] == odd


def text_table(
    warehouse: Warehouse,
    columns: dict[str, str],
    serde: dict[str, str],
    parameters: dict[str, str] | None = None,
) -> None:
    warehouse.table(
        "t",
        columns,
        location="s3://landing/t/",
        serde=TEXT,
        serde_parameters=serde,
        parameters=parameters,
    )


def test_null_is_read_without_the_landings_parameter_for_it(warehouse: Warehouse) -> None:
    text_table(warehouse, {"a": "string"}, {"field.delim": "\n"})
    warehouse.put("s3://landing/t/x", "a\x01b", "\\N")

    assert warehouse.rows("SELECT a FROM t") == [("a\x01b",), (None,)]


@pytest.mark.parametrize(
    ("columns", "serde", "table"),
    [
        ({"a": "string"}, {}, {}),
        ({"a": "string", "b": "string"}, {"field.delim": ","}, {}),
        ({"a": "string", "b": "string"}, {"field.delim": "\n"}, {}),
        ({"a": "string"}, {"field.delim": "\n", "escape.delim": "\\"}, {}),
        ({"a": "string"}, {"field.delim": "\n"}, {"skip.header.line.count": "1"}),
    ],
)
def test_text_tables_but_of_whole_lines_are_refused(
    warehouse: Warehouse, columns: dict[str, str], serde: dict[str, str], table: dict[str, str]
) -> None:
    text_table(warehouse, columns, serde, table)
    warehouse.put("s3://landing/t/x", "1,2")

    with pytest.raises(QueryFailed, match=r"NOT_SUPPORTED: .*text table t.*--trino URL"):
        warehouse.rows("SELECT a FROM t")


def test_bytes_that_are_not_utf8_are_kept(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "a", b"ok", b"\xff\xc3(")

    found = warehouse.rows(
        """WITH lines AS (SELECT line FROM landing)
        SELECT from_utf8(to_utf8(line)),
          CASE WHEN to_utf8(from_utf8(to_utf8(line))) <> to_utf8(line) THEN to_utf8(line) END
        FROM lines"""
    )

    assert found == [("ok", None), ("\ufffd\ufffd(", b"\xff\xc3(")]


def test_path_and_arrival_hour_come_with_each_line(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "it's/a b.gz", "x")

    found = warehouse.rows('SELECT "$path", datehour, line FROM landing')

    assert found == [(HOUR + "it's/a b.gz", "2020/07/13/00", "x")]


def test_hidden_objects_are_not_read(warehouse: Warehouse) -> None:
    warehouse.landing()
    for name in ("_a", ".b", "_c/d", "e/.f", "e/g"):
        warehouse.put(HOUR + name, name)

    assert warehouse.rows(LINES) == [("e/g",)]


@pytest.mark.parametrize(
    "data", [b"not gzip", gzip.compress(b"x" * 9000)[:-9]], ids=["not gzip", "truncated"]
)
def test_unreadable_object_fails_the_query_by_name(warehouse: Warehouse, data: bytes) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "good.gz", "x")
    warehouse.objects.put("landing", "raw/2020/07/13/00/bad.gz", data)

    with pytest.raises(QueryFailed, match=f"HIVE_CURSOR_ERROR.*{HOUR}bad.gz: "):
        warehouse.rows("SELECT count(line) FROM landing")

    found = warehouse.rows(f"SELECT line FROM landing WHERE \"$path\" NOT IN ('{HOUR}bad.gz')")
    assert found == [("x",)]
    assert warehouse.opened == [HOUR + "good.gz"]


def test_object_removed_after_the_listing_fails_the_query_by_name(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "a", "x")
    list_first = warehouse.objects.list

    def list_then_remove(bucket: str, prefix: str) -> list[Any]:
        found = list_first(bucket, prefix)
        warehouse.remove(HOUR + "a")
        return found

    monkeypatch.setattr(warehouse.objects, "list", list_then_remove)

    with pytest.raises(QueryFailed, match=f"{HOUR}a: The specified key does not exist"):
        warehouse.rows(LINES)


def test_table_is_read_once_for_each_mention(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "a", "x")

    rows = warehouse.rows(
        "WITH l AS (SELECT line FROM landing) SELECT count(*) FROM l a JOIN l b ON a.line = b.line"
    )

    assert rows == [(1,)]
    assert warehouse.opened == [HOUR + "a"] * 2
    assert warehouse.last.readings.scanned_bytes == 2 * len("x\n")


def test_star_shows_no_hidden_column(warehouse: Warehouse) -> None:
    warehouse.landing()
    warehouse.put(HOUR + "a", "x")

    assert warehouse.rows("SELECT * FROM landing WHERE \"$path\" > ''") == [("x", "2020/07/13/00")]


@pytest.mark.parametrize("sql", _OF_DOCUMENTS, ids=("texts", "json", "pointers"))
def test_document_is_the_same_row_where_most_have_no_other_members(
    warehouse: Warehouse, sql: str
) -> None:
    """Such documents are read in another way; the answers over VALUES are recorded of Trino."""
    answers = warehouse.readable(sql)
    warehouse.landing()
    usual = '{"0":"x"}' if '"0"' in sql else '{"a":"x"}'
    of_usual = warehouse.rows(sql.replace("(VALUES ", f"(VALUES '{usual}', "))[0][1]
    documents = [document for document, _ in answers]
    warehouse.put("s3://landing/raw/2020/07/13/10/a.gz", *[usual] * 100, *documents)
    select = sql.partition(" FROM (VALUES")[0]
    landed = warehouse.readable(f"WITH t AS (SELECT line AS x FROM landing) {select} FROM t")
    assert sorted(map(repr, landed)) == sorted(map(repr, [*[[usual, of_usual]] * 100, *answers]))
