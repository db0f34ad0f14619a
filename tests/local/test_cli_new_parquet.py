"""What `springtide new` makes of Parquet objects that differ, or cannot be read."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.files import put
from tests.local.guessed import HOUR, guessed, new, on, parquet

FIRST, NEXT = f"{HOUR}/a.parquet", f"{HOUR}/b.parquet"


def corrupt(data: bytes) -> bytes:
    """Changes the pages and leaves the footer as it is."""
    return data[:4] + bytes(byte ^ 0x5A for byte in data[4:200]) + data[200:]


@pytest.mark.parametrize("data", [corrupt(parquet()), b"PAR1...."])
def test_object_that_cannot_be_read_is_named_and_the_others_are_guessed(
    tmp_path: Path, data: bytes
) -> None:
    put(tmp_path / "landing" / FIRST, data)

    made = new(tmp_path, parquet(), NEXT)

    assert made.exit_code == 0, made.output
    assert f"To decide: Parquet that cannot be read (for example {FIRST})" in made.output
    assert [field.name for field in guessed(tmp_path).fields] == ["id", "at"]


def test_empty_object_among_parquet_is_nothing_to_decide(tmp_path: Path) -> None:
    put(tmp_path / "landing" / FIRST)

    made = new(tmp_path, parquet(), NEXT)

    assert "To decide" not in made.output
    assert "Accepted: 12." in on(tmp_path, "check").output


def test_members_that_only_some_objects_have_are_declared(tmp_path: Path) -> None:
    number = pa.scalar({"a": 1, "deep": {"x": 1}})
    put(tmp_path / "landing" / FIRST, parquet(st=number))

    made = new(tmp_path, parquet(st=pa.scalar({"z": "text", "deep": {"y": 1}, "a": 2})), NEXT)
    checked = on(tmp_path, "check")

    assert "To decide: column" not in made.output
    columns = dict(guessed(tmp_path).columns)
    assert str(columns["st"]) == "struct<a:bigint,deep:struct<x:bigint,y:bigint>,z:string>"
    assert checked.exit_code == 0, checked.output
    assert "Accepted: 24." in checked.output
    assert "in no line" not in checked.output


@pytest.mark.parametrize("order", [1, -1])
def test_number_that_is_wider_elsewhere_is_declared_as_what_reads_both(
    tmp_path: Path, order: int
) -> None:
    narrow = parquet(n=pa.scalar(1, pa.int32()), x=pa.scalar(1, pa.float32()))
    one, other = [narrow, parquet(n=1, x=1.5)][::order]
    put(tmp_path / "landing" / FIRST, one)

    made = new(tmp_path, other, NEXT)

    assert "To decide: column" not in made.output
    columns = dict(guessed(tmp_path).columns)
    assert (str(columns["n"]), str(columns["x"])) == ("bigint", "double")
    assert "Accepted: 24." in on(tmp_path, "check").output


@pytest.mark.parametrize("other", [{"a": {"b": 1}}, {"a": "text"}])
def test_member_of_another_type_elsewhere_is_named_and_the_declaration_can_be_read(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    put(tmp_path / "landing" / FIRST, parquet(st=pa.scalar({"a": 1})))

    made = new(tmp_path, parquet(st=pa.scalar(other)), NEXT)

    assert "To decide: column st is struct<a:" in made.output
    assert ">, and struct<a:bigint> elsewhere" in made.output
    columns = dict(guessed(tmp_path).columns)
    assert str(columns["st"]) == "struct<a:bigint>"


def test_column_of_nulls_alone_elsewhere_is_declared_and_named(tmp_path: Path) -> None:
    put(tmp_path / "landing" / FIRST, parquet(x=pa.scalar(None, pa.null())))

    made = new(tmp_path, parquet(x="text"), NEXT)

    assert f"column x is no string in some objects, which are unread (for example {FIRST})" in (
        made.output
    )
    assert "left out" not in made.output


def test_members_of_a_type_that_no_column_has_become_no_fields(tmp_path: Path) -> None:
    made = new(tmp_path, parquet(st=pa.scalar({"a": 1, "big": pa.scalar(1, pa.uint64())})), FIRST)

    assert made.exit_code == 0, made.output
    assert [field.path for field in guessed(tmp_path).fields][2:] == [("st", "a")]
