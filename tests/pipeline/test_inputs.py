"""Odd lines and objects, each with its documented outcome (docs/landing.md), by one run.

Each lands in an arrival hour of its own; what a run does to an hour does not depend on the others.
"""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests import oracle
from tests.pipeline.rig import Rig, Row, event, files

# By arrival hour: the event hour of the times that landed in it, and these.
FORMS: dict[str, tuple[tuple[str, str], list[object]]] = {
    "2020/07/12/00": (("2020-06-09", "22"), ["2020-06-10T00:00:00+02:00"]),
    "2020/01/03/05": (("2019-12-31", "23"), ["2019-12-31T23:59:59Z"]),
    "2020/03/01/00": (("2020-02-29", "11"), ["2020-02-29T12:00:00+01:00"]),
    "2020/02/01/00": (
        ("2020-01-31", "23"),
        [
            1580515199,
            "1580515199",
            "1580515199.9996",
            1580515199.25,
            "2020-01-31T23:59:59.9996Z",
        ],
    ),
}


class Hour:
    """An arrival hour, in which its events happened too; and what there is of it after the run."""

    def __init__(self, it: Rig, number: int) -> None:
        self.it = it
        self.path = f"2020/07/13/{number:02}/"
        self._at = f"2020-07-13T{number:02}:30:00Z"
        self.expected = oracle.Expected()
        self.rows: dict[str, list[tuple[tuple[str, ...], Row]]] = {}

    def land(self, name: str, *lines: Any) -> None:
        self.it.land(self.path + name, *lines)

    def land_bytes(self, name: str, data: bytes) -> None:
        self.it.land_bytes(self.path + name, data)

    def event(self, detector: int, **fields: Any) -> dict[str, Any]:
        return event(detector, self._at, **fields)

    def line(self, detector: int) -> bytes:
        return json.dumps(self.event(detector)).encode()


Land = Callable[[Hour], None]
LANDED: list[Land] = []


def lands(land: Land) -> Land:
    """Has this land in an hour of its own before the run."""
    LANDED.append(land)
    return land


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> dict[Land, Hour]:
    """The hours after the run, which published what the reference expects of all of them."""
    folder = tmp_path_factory.mktemp("inputs")
    found, named = {}, {}
    with Rig(folder, {}) as it:
        together = it.landing
        for number, land in enumerate(LANDED, start=1):
            it.landing = folder / land.__name__
            found[land] = Hour(it, number)
            land(found[land])
            found[land].expected = oracle.expect(it.landing)
            named[land] = {str(name) for name in files(it.landing)}
            shutil.copytree(it.landing, together, dirs_exist_ok=True)
        it.landing = together
        it.run()
        assert it.expect().distinct == sum(hour.expected.distinct for hour in found.values())
        for table in ("events", "quarantine"):
            rows = [
                (values, row, it.relative(row["source_path"])) for values, row in it.rows(table)
            ]
            for land, hour in found.items():
                hour.rows[table] = [(v, row) for v, row, source in rows if source in named[land]]
        assert it.run().output["turn"] == 0
    return found


Ingested = dict[Land, Hour]


@lands
def two_event_hours(hour: Hour) -> None:
    hour.land("a.gz", event(1, "2020-07-12T22:59:59+00:00"), hour.event(2))


def test_event_is_published_in_the_hour_of_its_own_time(ingested: Ingested) -> None:
    hour = ingested[two_event_hours]
    own = ("2020-07-13", hour.path[-3:-1])
    assert [values for values, _ in hour.rows["events"]] == [("2020-07-12", "22"), own]


@lands
def forms_of_time(hour: Hour) -> None:
    for arrival, (_, times) in FORMS.items():
        lines = (event(n, at) for n, at in enumerate(times))  # type: ignore[arg-type]
        hour.it.land(arrival + "/a.gz", *lines)


def test_time_in_any_of_its_forms_finds_its_hour(ingested: Ingested) -> None:
    hour = ingested[forms_of_time]
    assert hour.expected.distinct == 8
    found = Counter(values for values, _ in hour.rows["events"])
    assert found == {values: len(times) for values, times in FORMS.values()}


@lands
def boundaries_of_time(hour: Hour) -> None:
    times = [
        "2020-06-08T00:00:00Z",  # 35 days before the arrival hour's start: still taken
        "2020-06-07T23:59:59Z",
        "2020-07-13T02:00:00Z",  # an hour after the arrival hour's end: still taken
        "2020-07-13T02:00:01Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        1594600000000,  # milliseconds
        1e18,
        -1e18,
    ]
    lines = (event(n, at) for n, at in enumerate(times))  # type: ignore[arg-type]
    hour.it.land("2020/07/13/00/a.gz", *lines)


def test_boundaries_of_too_old_and_in_the_future(ingested: Ingested) -> None:
    expected = ingested[boundaries_of_time].expected
    assert expected.distinct == 2
    assert expected.rejected == {"too_old": 4, "in_future": 4}


BROKEN = {
    "truncated": '{"unieke_id": 1, "tijd_waarneming": "2020-07',
    "text": "not json",
    "blank": "",
    "spaces": "   ",
    "array": '[1, 2, "2020-07-13T00:30:00Z"]',
    "array of objects": json.dumps([event(1)]),
    "string": '"text"',
    "number": "12",
    "null": "null",
    "two documents": json.dumps(event(1)) + json.dumps(event(2)),
    "garbage behind": json.dumps(event(1)) + " x",
    "NaN": '{"unieke_id": NaN}',
    "leading zero": '{"unieke_id": 01}',
    "keys that differ in case": '{"unieke_id": 1, "Unieke_Id": 2}',
    "a field twice": '{"unieke_id": 1, "unieke_id": 2, "tijd_waarneming": 1594600000}',
    "no key": json.dumps({"tijd_waarneming": "2020-07-13T00:30:00Z"}),
    "empty object": "{}",
    "key of another kind": json.dumps(event(1, unieke_id={"id": 1})),
    "key that is no number": json.dumps(event(1, unieke_id="12a")),
    "key beyond 64 bits": json.dumps(event(1, unieke_id=2**63)),
    "no event time": json.dumps({"unieke_id": 1}),
    "time without offset": json.dumps(event(1, "2020-07-13T00:30:00")),
    "time that is not a date": json.dumps(event(1, "2020-02-30T00:30:00Z")),
    "time of another kind": json.dumps(event(1, True)),  # type: ignore[arg-type]
    "control characters": "a\x01b\\N\tc\x00d",
    "null marker": "\\N",
    "quotes": "'; DROP TABLE events; -- \"",
    "unicode": "žluťoučký 🚗 \u2028",
}


@lands
def broken_lines(hour: Hour) -> None:
    hour.land("a.gz", *BROKEN.values(), hour.event(9))
    hour.land("plain.json", *BROKEN.values())


def test_broken_lines_are_quarantined_as_they_are(ingested: Ingested) -> None:
    expected = ingested[broken_lines].expected
    assert expected.distinct == 1
    assert len(expected.quarantine) == 2 * len(BROKEN)


ODD_BUT_VALID = {
    "upper-case keys": {name.upper(): value for name, value in event(1).items()},
    "unknown fields": event(2, extra={"a": [1, 2]}, more=None),
    "missing classes": {"unieke_id": 3, "tijd_waarneming": "2020-07-13T00:30:00Z"},
    "float without fraction": event(4, lve_nr=12.0, defect="1.0", geldig=1e0),
    "fraction": event(5, lve_nr=12.5, defect="0.1"),
    "other kinds": event(6, lve_nr=[1], defect={"a": 1}, geldig=True, beschikbaar=""),
    "spaces in a number": event(7, lve_nr=" 12", defect="1 "),
    "big numbers": event(8, lve_nr=2**63 - 1, defect=2**63, geldig=2**53 + 1, beschikbaar="1e30"),
    "signs": event(9, lve_nr="-5", defect="+1"),
    "revision missing": event(10, tijd_laatst_gewijzigd=None),
    "revision broken": event(11, tijd_laatst_gewijzigd="soon"),
    "defect sensor": event(12, defect=1, beschikbaar=0),
}


@lands
def odd_events(hour: Hour) -> None:
    hour.land("a.gz", *ODD_BUT_VALID.values())
    hour.land("c.gz", "  " + json.dumps(event(22)) + "\t")


def test_odd_events_are_published_with_what_can_be_read_of_them(ingested: Ingested) -> None:
    assert ingested[odd_events].expected.distinct == len(ODD_BUT_VALID) + 1


@lands
def line_ends(hour: Hour) -> None:
    line = hour.line
    hour.land_bytes("crlf.json", line(1) + b"\r\n" + line(2) + b"\r\n")
    hour.land_bytes("cr.json", line(3) + b"\r" + line(4))
    hour.land_bytes("bom.json", b"\xef\xbb\xbf" + line(5) + b"\n" + line(6))
    hour.land_bytes("bom.gz", gzip.compress(b"\xef\xbb\xbf" + line(7)))
    hour.land_bytes("blank.json", b"\n\r\n" + line(8) + b"\n\n")


def test_line_ends_of_every_kind_and_a_byte_order_mark(ingested: Ingested) -> None:
    expected = ingested[line_ends].expected
    assert expected.distinct == 8
    assert expected.rejected == {"malformed": 3}


@lands
def no_line_ends(hour: Hour) -> None:
    hour.land_bytes("a.gz", gzip.compress(b"".join(hour.line(n) for n in range(50))))


def test_object_without_line_ends_is_one_malformed_line_and_named_so(ingested: Ingested) -> None:
    hour = ingested[no_line_ends]
    assert hour.expected.rejected == {"malformed": 1}
    ((_, row),) = hour.rows["quarantine"]
    assert "no line ends" in row["reject_detail"]


@lands
def something_behind(hour: Hour) -> None:
    hour.land_bytes("a.json", hour.line(1) + b"\x00\n" + hour.line(2) + b",\n" + hour.line(3)[:-9])


def test_document_followed_by_text_is_not_called_cut_off(ingested: Ingested) -> None:
    rows = ingested[something_behind].rows["quarantine"]
    said = {row["reject_detail"] for _, row in rows}
    assert (len(rows), said) == (3, {"a document that is cut off, or with something behind it"})


@lands
def binary_garbage(hour: Hour) -> None:
    hour.land_bytes("garbage.bin", bytes(range(256)) * 3)
    broken = b'{"unieke_id": "\xff\xfe"}\n' + hour.line(1)
    hour.land_bytes("broken-utf8.gz", gzip.compress(broken))


def test_binary_garbage_is_kept_byte_for_byte(ingested: Ingested) -> None:
    expected = ingested[binary_garbage].expected
    assert expected.distinct == 1
    assert sum(expected.rejected.values()) == expected.lines - 1


@lands
def five_megabytes(hour: Hour) -> None:
    large = hour.event(1, padding="x" * 5_000_000)
    hour.land("a.gz", large, "y" * 5_000_000, hour.event(2))


def test_line_of_five_megabytes(ingested: Ingested) -> None:
    expected = ingested[five_megabytes].expected
    assert (expected.distinct, expected.rejected) == (2, {"malformed": 1})


@lands
def gzip_members(hour: Hour) -> None:
    line = hour.line
    members = [line(1) + b"\n" + line(2)[:40], line(2)[40:] + b"\n", b"", line(3)]
    hour.land_bytes("a.gz", b"".join(gzip.compress(m) for m in members))


def test_gzip_of_several_members_is_read_to_its_end(ingested: Ingested) -> None:
    assert ingested[gzip_members].expected.distinct == 3


@lands
def empty_objects(hour: Hour) -> None:
    hour.land_bytes("empty.json", b"")
    hour.land_bytes("empty.gz", b"")
    hour.land_bytes("nothing.gz", gzip.compress(b""))
    hour.it.land_bytes("2020/07/12/01/alone.gz", gzip.compress(b""))
    hour.land("a.gz", hour.event(1))


def test_empty_objects_hold_nothing_and_block_nothing(ingested: Ingested) -> None:
    expected = ingested[empty_objects].expected
    assert (expected.distinct, expected.lines) == (1, 1)


@lands
def byte_order_marks(hour: Hour) -> None:
    hour.land_bytes("bom.json", b"\xef\xbb\xbf")
    hour.land_bytes("bom.gz", gzip.compress(b"\xef\xbb\xbf"))
    hour.land("a.gz", hour.event(1))


def test_object_of_nothing_but_a_byte_order_mark_holds_nothing(ingested: Ingested) -> None:
    expected = ingested[byte_order_marks].expected
    assert (expected.distinct, expected.lines) == (1, 1)
