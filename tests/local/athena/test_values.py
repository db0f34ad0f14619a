"""Values as Athena writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from offline.athena.files.values import as_text, csv_line
from offline.athena.functions.json_rules import found, java_double


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "true"),
        (12, "12"),
        (1.0, "1.0"),
        (1e10, "1.0E10"),
        (Decimal("1.50"), "1.50"),
        ("x", "x"),
        (date(2020, 2, 29), "2020-02-29"),
        (datetime(2020, 12, 31, 23, 59, 59, 999000), "2020-12-31 23:59:59.999"),
        (datetime(2020, 1, 1, tzinfo=UTC), "2020-01-01 00:00:00.000 UTC"),
        (b"\x00\xff", "00 ff"),
        ([1, None, ""], "[1, null, ]"),
        ({"a": 1, "b": None}, "{a=1, b=null}"),
    ],
)
def test_text_of_a_value(value: object, text: str | None) -> None:
    assert as_text(value) == text


def test_real_has_fewer_digits() -> None:
    assert as_text(0.10000000149011612, "float") == "0.1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (0.00099, "9.9E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (123456789.125, "1.23456789125E8"),
        (1e22, "1.0E22"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (100.0, "100.0"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_double_as_java_writes_it(value: float, text: str) -> None:
    assert java_double(value) == text


@pytest.mark.parametrize(("length", "is_read"), [(50_000, True), (50_001, False)])
def test_member_whose_name_is_longer_than_jackson_reads(length: int, is_read: bool) -> None:
    member = f'{{"{"a" * length}":1}}'
    assert found(f'{{"o":{member}}}', "$.o") == (member if is_read else None)


def test_csv_quotes_everything_but_null() -> None:
    assert csv_line(["a", None, "", 'q"', "1"]) == '"a",,"","q""","1"\n'
