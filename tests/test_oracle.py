"""The oracle itself, on lines and objects small enough to judge by eye."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import as_integer, as_time, expect, gunzip, judge, parse, split_lines

ARRIVAL = datetime(2020, 7, 13, 5)
GOOD: dict[str, Any] = {"unieke_id": "29", "tijd_waarneming": "2020-07-13T06:10:00+01:00"}


def line(**changes: Any) -> bytes:
    return json.dumps(GOOD | changes).encode()


def land(root: Path, name: str, data: bytes, hour: str = "2020/07/13/05") -> None:
    path = root / "raw" / hour / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\n", [b"a"]),
        (b"a\r\nb\rc\n", [b"a", b"b", b"c"]),
        (b"a\n\nb", [b"a", b"", b"b"]),
        (b"\n", [b""]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb", [b"a", b"\xef\xbb\xbfb"]),
    ],
)
def test_lines(data: bytes, lines: list[bytes]) -> None:
    assert split_lines(data) == lines


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"unieke_id": 1}', {"unieke_id": "1"}),
        (b' {"Unieke_ID": "a", "other": 2} ', {"unieke_id": "a"}),
        (b'{"unieke_id": 1, "unieke_id": 2}', None),
        (b'{"unieke_id": 1, "UNIEKE_ID": 2}', None),
        (b'{"x": 1, "X": 2}', {}),
        (b"{}{}", None),
        (b"[1]", None),
        (b"", None),
        (b"null", None),
        (b'{"x": NaN}', None),
        (b'{"x": -Infinity}', None),
        (b'{"x": "\xff"}', None),
        (b'{"x": "\x01"}', None),
        (b'{"x": 1', None),
        (b"[" * 100_000, None),
    ],
)
def test_documents(raw: bytes, expected: dict[str, Any] | None) -> None:
    assert parse(raw) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12", 12),
        ('"12"', 12),
        ('"+12"', 12),
        ('"-007"', -7),
        ("12.0", 12),
        ("1.2e1", 12),
        ('"12.0"', 12),
        ("9223372036854775807", 2**63 - 1),
        ('"-9223372036854775808"', -(2**63)),
        ("9223372036854775808", None),
        ("9" * 5000, None),
        ("9007199254740991.0", 2**53 - 1),
        ("9007199254740992.0", None),
        ("1e400", None),
        ("12.5", None),
        ('""', None),
        (" 12", 12),
        ('"abc"', None),
        ("true", None),
        ("null", None),
        ("[12]", None),
        ('{"a": 12}', None),
    ],
)
def test_integers(written: str, expected: int | None) -> None:
    document = parse(f'{{"lve_nr": {written}}}'.encode())
    assert document is not None
    assert as_integer(document["lve_nr"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-04-07T11:30:00+01:00", datetime(2020, 4, 7, 10, 30)),
        ("2020-04-07T11:30Z", datetime(2020, 4, 7, 11, 30)),
        ("2020-04-07T11:30:00,98765-0130", datetime(2020, 4, 7, 13, 0, 0, 987000)),
        ("2020-12-31T23:59:59.9999-01", datetime(2021, 1, 1, 0, 59, 59, 999000)),
        ("2020-02-29T00:00:00Z", datetime(2020, 2, 29)),
        ("2019-02-29T00:00:00Z", None),
        ("2020-04-07T11:30:00", None),
        ("2020-04-07 11:30:00Z", datetime(2020, 4, 7, 11, 30)),
        ("2020-04-07T11:30:00+15:00", None),
        ("2020-04-07", None),
        ("", None),
        ("1594598490", datetime(2020, 7, 13, 0, 1, 30)),
        ("1594598490.0019", datetime(2020, 7, 13, 0, 1, 30, 1000)),
        ("1.59459849e9", datetime(2020, 7, 13, 0, 1, 30)),
        ("-1", datetime(1969, 12, 31, 23, 59, 59)),
        ("1e300", None),
        ("-1e300", None),
        ("9999-12-31T23:59:59-01:00", None),
    ],
)
def test_times(text: str, expected: datetime | None) -> None:
    assert as_time(text) == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "malformed"),
        (line(unieke_id=None), "missing_key"),
        (line(unieke_id="x", tijd_waarneming=None), "missing_key"),
        (line(tijd_waarneming="gisteren"), "missing_event_time"),
        (line(tijd_waarneming="2020-06-08T04:59:59.999Z"), "too_old"),
        (line(tijd_waarneming="2020-07-13T07:00:00.001Z"), "in_future"),
    ],
)
def test_rejected_lines_have_a_reason(raw: bytes, reason: str) -> None:
    assert judge(raw, ARRIVAL) == reason


@pytest.mark.parametrize("time", ["2020-06-08T05:00:00Z", "2020-07-13T07:00:00Z"])
def test_the_bounds_of_lateness_are_events(time: str) -> None:
    assert isinstance(judge(line(tijd_waarneming=time), ARRIVAL), dict)


def test_gzip_members_are_one_text_and_a_broken_one_is_none() -> None:
    whole = gzip.compress(b"a\n") + gzip.compress(b"b\n")

    assert gunzip(whole) == b"a\nb\n"
    assert gunzip(whole[:-3]) is None
    assert gunzip(whole + b"\0\0\0") == b"a\nb\n"
    assert gunzip(b"no gzip") is None
    assert gunzip(b"") == b""


def test_newest_revision_wins_and_every_line_is_accounted_for(tmp_path: Path) -> None:
    old = line(lve_nr=1, tijd_laatst_gewijzigd=1594617100)
    new = line(lve_nr=2, tijd_laatst_gewijzigd="2020-07-13T08:00:00+01:00")
    land(tmp_path, "b.gz", gzip.compress(new + b"\n" + b"{oops\n"), hour="2020/07/13/08")
    land(tmp_path, "a", old + b"\r\n" + old)
    land(tmp_path, "_hidden", old)
    land(tmp_path, "_hidden_folder/a", old)
    land(tmp_path, "c.GZ", gzip.compress(old))
    land(tmp_path, "e.zst", old)
    land(tmp_path, "folder/a", old)
    land(tmp_path, "d.gz", gzip.compress(old)[:-1])

    expected = expect(tmp_path)

    (row,) = expected.events.values()
    assert (row["lve_nr"], row["arrival_hour"]) == (2, "2020-07-13T08")
    assert row["source_path"] == "raw/2020/07/13/08/b.gz"
    assert row["verkeersintensiteit_klasse1"] is None
    assert (expected.lines, expected.distinct, expected.duplicates) == (5, 1, 3)
    assert expected.rejected == {"malformed": 1}
    assert expected.quarantine == [("raw/2020/07/13/08/b.gz", "malformed", b"{oops")]
    unread = ("_hidden", "_hidden_folder/a", "c.GZ", "d.gz", "e.zst")
    assert expected.unread == {f"raw/2020/07/13/05/{name}" for name in unread}


def test_a_tie_breaks_by_payload_then_by_origin(tmp_path: Path) -> None:
    land(tmp_path, "a", line(lve_nr=1, geldig=None))
    land(tmp_path, "b", line(lve_nr=1, geldig=0))
    land(tmp_path, "a", line(lve_nr=1, geldig=0), hour="2020/07/13/06")

    (row,) = expect(tmp_path).events.values()

    assert (row["geldig"], row["source_path"]) == (0, "raw/2020/07/13/05/b")


def test_a_file_outside_an_arrival_hour_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")

    with pytest.raises(ValueError, match=r"notes\.txt does not lie in a folder"):
        expect(tmp_path)
