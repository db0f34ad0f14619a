"""What `springtide new` says of a landing that it cannot guess, or that no run can read."""

import bz2
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from tests.commands import springtide
from tests.files import put
from tests.local.guessed import HOUR, documents, guessed, new, on

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
    ".deflate": zlib.compress,
}


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".zst", ".deflate"])
def test_object_is_unpacked_by_the_ending_of_its_name(tmp_path: Path, ending: str) -> None:
    made = new(tmp_path, PACKED[ending](documents()), f"{HOUR}/a.json{ending}")

    assert made.exit_code == 0, made.output
    assert [field.name for field in guessed(tmp_path).fields] == ["id", "at"]


def test_value_of_a_member_of_several_kinds_is_found_by_its_text(tmp_path: Path) -> None:
    made = new(tmp_path, documents(device=["d1", 3, True, "d2"], mixed=[1, [1], "a", {}]))
    out = ("--out", tmp_path / "out")
    run = ("run", "--landing", tmp_path / "landing", "--dataset", "d", "--quiet", *out)
    assert made.exit_code == 0, made.output
    assert guessed(tmp_path).field("mixed").type == "json"

    ran = springtide(*run, "--datasets", tmp_path / "sets")

    assert ran.exit_code == 0, ran.output
    sql = "SELECT device, count(*) AS n FROM events WHERE device IN ('d1', '3', 'true') GROUP BY 1"
    found = json.loads(springtide("query", f"{sql} ORDER BY 1", "--json", *out).stdout)
    assert found == [{"device": device, "n": 3} for device in ("3", "d1", "true")]


def test_members_whose_names_no_path_can_have_are_left_out_and_named(tmp_path: Path) -> None:
    made = new(tmp_path, documents(**{"": [1], 'a"b': [2], "\ud800": [3], "a b": [4]}))

    assert made.exit_code == 0, made.output
    found = guessed(tmp_path)
    assert [field.path for field in found.fields] == [("id",), ("at",), ("a b",)]
    assert """3 members left out, whose names no path can have: '', 'a"b', '\\ud800'""" in (
        made.output
    )


def test_names_that_differ_only_in_case_are_named(tmp_path: Path) -> None:
    made = new(tmp_path, documents(Id=["x"], other=[1]))

    said = "To decide: 'id', 'Id' differ only in case, and are one name to Athena: a document with"
    assert f"{said} several of them is rejected as malformed" in made.output


@pytest.mark.parametrize(
    ("times", "share"),
    [
        (["2026-03-02T08:00:00"], "all"),
        (["2026-03-02T08:00:00", "2026-03-02 08:00:00.1234567891 +01:00"], "some"),
        (["2026-03-02T08:00:00Z"], None),
    ],
)
def test_times_without_an_offset_are_named_on_the_terminal(
    tmp_path: Path, times: list[str], share: str | None
) -> None:
    made = new(tmp_path, documents(sent=times))

    text = (tmp_path / "sets" / "d" / "dataset.toml").read_text()
    assert ("name no offset" in made.output) == (share is not None)
    assert (f"({share} of 'sent') are NULL without a zone" in made.output) == (share is not None)
    assert (f"# TO DECIDE: {share} have no offset" in text) == (share is not None)


@pytest.mark.parametrize(
    "time",
    [
        "02/Mar/2026:08:00:00 +0000",
        "[02/Mar/2026:08:00:00 +0000]",
        "Mon, 02 Mar 2026 08:00:00 +0000",
        "Mon Mar  2 08:00:00 2026",
        "Mar 2, 2026 8:00:00 AM",
        "03/02/2026 08:00",
        "02.03.2026, 08:00:00",
        "2026-03-02 08:00:00 UTC",
        "20260302T080000Z",
    ],
)
def test_time_of_another_form_is_named_with_what_is_read(tmp_path: Path, time: str) -> None:
    made = new(tmp_path, documents(at=[time], note=["call at 08:00"]))

    assert "the event time: no member is a time in every document" in made.output
    said = (
        f"what looks like a time in another form: 'at' ('{time}'). Only ISO 8601 texts and epochs"
    )
    assert f"To decide: {said} are read: convert it before it lands" in made.output


def test_time_of_another_form_is_named_by_one_that_is_not_read(tmp_path: Path) -> None:
    made = new(tmp_path, documents(at=["2026-03-02T08:00:00Z", "2026-03-02 08:00:00 UTC"]))

    assert "a time in another form: 'at' ('2026-03-02 08:00:00 UTC')" in made.output


def test_text_by_which_lines_of_several_documents_are_not_cut_is_named(tmp_path: Path) -> None:
    made = new(tmp_path, documents(note=["{a} {b}", "c", "d"]).replace(b"\n", b""))

    said = "To decide: lines of several documents in which a text holds }{, which are not cut"
    assert f"{said} and thus malformed: have Firehose put a line feed" in made.output
    assert "not taken apart: a text among them holds }{" in on(tmp_path, "check").output


@pytest.mark.parametrize("end", ["\n", ""])
def test_text_by_which_every_line_is_cut_is_not_named(tmp_path: Path, end: str) -> None:
    note = "}{" if end else "} and {"
    made = new(tmp_path, documents(note=[note], list=[[{}, {}]]).replace(b"\n", end.encode()))

    assert "To decide" not in made.output


DOCUMENT = {"id": 1, "v": {"a": [1]}}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", json.dumps([DOCUMENT] * 2).encode(), "an array is not an event: write each of"),
        (
            "a.json",
            json.dumps(DOCUMENT, indent=2).encode(),
            "over several lines: write each on one",
        ),
        (
            "a.json",
            b"id,v\n1,2\n",
            "lines of JSON and Parquet are read, so convert others, such as",
        ),
        ("a.csv", b"id,v\n1,2\n", "format: lines of JSON are read; convert the object"),
        ("a.json", b"", "no event in 1 objects: all are empty"),
        ("a.gz", gzip.compress(b"", mtime=0), "no event in 1 objects: all are empty"),
        ("a.json.gz", b"{}\n", "not compressed as its name says: rename it, or compress it"),
        (
            "a.json",
            gzip.compress(b"{}\n", mtime=0),
            "gzip by its first bytes: give it a name that ends in",
        ),
    ],
)
def test_landing_without_events_says_what_to_do(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    made = new(tmp_path, data, f"{HOUR}/{name}")

    assert made.exit_code == 1
    assert said in made.output


@pytest.mark.parametrize("name", ["a.json", "2026/03/a.json", "events-2026-03-02.json"])
def test_landing_without_folders_of_days_says_that_it_needs_them(tmp_path: Path, name: str) -> None:
    made = new(tmp_path, documents(), name)

    assert "Files must lie in a folder for each hour or day of their arrival" in made.output


@pytest.mark.parametrize("folder", ["year=2026/month=3/day=2/hour=8", "2026-3-02/08"])
def test_folders_of_one_digit_are_named_as_what_no_layout_can_have(
    tmp_path: Path, folder: str
) -> None:
    made = new(tmp_path, documents(), f"{folder}/a.json")

    said = f"To decide: a month, day or hour of one digit (for example {folder}/a.json), which no"
    assert f"{said} layout can have: name such folders with two digits" in made.output


def test_values_of_folders_that_cannot_be_declared_are_left_out_and_named(tmp_path: Path) -> None:
    for shop in ("a", "b", "c,d", "e$"):
        put(tmp_path / f"landing/x/_s={shop}/{HOUR}/a.json", documents())

    made = new(tmp_path, documents(), f"x/_s=a/{HOUR}/b.json")

    assert guessed(tmp_path).landing.folders == (("folder_2", ("a", "b")),)
    assert "2 values of [landing.folders] that are left out, since they cannot be declared" in (
        made.output
    )
    assert "2 of 5 objects lie outside the layout, where nothing is read" in made.output


def test_more_combinations_of_folders_than_can_be_declared_are_named(tmp_path: Path) -> None:
    for shop in range(11):
        for till in range(10):
            put(tmp_path / f"landing/shop={shop}/till={till}/{HOUR}/a.json", documents())

    made = new(tmp_path, documents(), f"shop=1/till=1/{HOUR}/b.json")

    assert "110 combinations of [landing.folders], of which 100 can be declared" in made.output


def test_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    made = new(tmp_path, documents(), f"{HOUR}/\udcff.json")

    assert made.exit_code == 1
    assert "udcff.json is not a UTF-8 name, which S3 needs; rename it" in made.output
