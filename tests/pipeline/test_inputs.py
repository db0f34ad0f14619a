"""Odd things that land, each with its documented outcome (docs/landing.md)."""

import gzip
import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.pipeline.rig import Rig, event
from tests.variants import long

Bring = Callable[..., Rig]
HOUR = "2020/07/13/00/"


def line(detector: int) -> bytes:
    return json.dumps(event(detector)).encode()


def test_event_is_published_in_the_hour_of_its_own_time(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1, "2020-07-12T22:59:59+00:00"), event(2))

    it.run()

    it.expect()
    assert set(it.partitions("events")) == {("2020-07-12", "22"), ("2020-07-13", "00")}


def test_time_in_any_of_its_forms_finds_its_hour(rig: Bring) -> None:
    it = rig()
    forms: dict[str, tuple[tuple[str, str], list[object]]] = {  # by arrival: the hour, and times
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
    for arrival, (_, times) in forms.items():
        it.land(arrival + "/a.gz", *(event(n, at) for n, at in enumerate(times)))  # type: ignore[arg-type]

    it.run()

    assert it.expect().distinct == 8
    found = Counter(hour for hour, _ in it.rows("events"))
    assert found == {hour: len(times) for hour, times in forms.values()}


def test_boundaries_of_too_old_and_in_the_future(rig: Bring) -> None:
    it = rig()
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
    it.land(HOUR + "a.gz", *(event(n, at) for n, at in enumerate(times)))  # type: ignore[arg-type]

    it.run()

    expected = it.expect()
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


def test_broken_lines_are_quarantined_as_they_are(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", *BROKEN.values(), event(9))
    it.land(HOUR + "plain.json", *BROKEN.values())

    it.run()

    expected = it.expect()
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


def test_odd_events_are_published_with_what_can_be_read_of_them(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", *ODD_BUT_VALID.values())
    it.land(HOUR + "c.gz", "  " + json.dumps(event(22)) + "\t")

    it.run()

    assert it.expect().distinct == len(ODD_BUT_VALID) + 1


def test_line_ends_of_every_kind_and_a_byte_order_mark(rig: Bring) -> None:
    it = rig()
    it.land_bytes(HOUR + "crlf.json", line(1) + b"\r\n" + line(2) + b"\r\n")
    it.land_bytes(HOUR + "cr.json", line(3) + b"\r" + line(4))
    it.land_bytes(HOUR + "bom.json", b"\xef\xbb\xbf" + line(5) + b"\n" + line(6))
    it.land_bytes(HOUR + "bom.gz", gzip.compress(b"\xef\xbb\xbf" + line(7)))
    it.land_bytes(HOUR + "blank.json", b"\n\r\n" + line(8) + b"\n\n")

    it.run()

    expected = it.expect()
    assert expected.distinct == 8
    assert expected.rejected == {"malformed": 3}


def test_object_without_line_ends_is_one_malformed_line_and_named_so(rig: Bring) -> None:
    it = rig()
    it.land_bytes(HOUR + "a.gz", gzip.compress(b"".join(line(n) for n in range(50))))

    it.run()

    assert it.expect().rejected == {"malformed": 1}
    ((_, row),) = it.rows("quarantine")
    assert "no line ends" in row["reject_detail"]


def test_binary_garbage_is_kept_byte_for_byte(rig: Bring) -> None:
    it = rig()
    garbage = bytes(range(256)) * 3
    it.land_bytes(HOUR + "garbage.bin", garbage)
    it.land_bytes(HOUR + "broken-utf8.gz", gzip.compress(b'{"unieke_id": "\xff\xfe"}\n' + line(1)))

    it.run()

    expected = it.expect()
    assert expected.distinct == 1
    assert sum(expected.rejected.values()) == expected.lines - 1


def test_line_of_five_megabytes(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1, padding="x" * 5_000_000), "y" * 5_000_000, event(2))

    it.run()

    expected = it.expect()
    assert (expected.distinct, expected.rejected) == (2, {"malformed": 1})


def test_gzip_of_several_members_is_read_to_its_end(rig: Bring) -> None:
    it = rig()
    members = [line(1) + b"\n" + line(2)[:40], line(2)[40:] + b"\n", b"", line(3)]
    it.land_bytes(HOUR + "a.gz", b"".join(gzip.compress(m) for m in members))

    it.run()

    assert it.expect().distinct == 3


def test_empty_objects_hold_nothing_and_block_nothing(rig: Bring) -> None:
    it = rig()
    it.land_bytes(HOUR + "empty.json", b"")
    it.land_bytes(HOUR + "empty.gz", b"")
    it.land_bytes(HOUR + "nothing.gz", gzip.compress(b""))
    it.land_bytes("2020/07/13/01/alone.gz", gzip.compress(b""))
    it.land(HOUR + "a.gz", event(1))

    it.run()

    assert it.expect().distinct == 1
    again = it.run()
    assert again.output["turn"] == 0


@pytest.mark.parametrize("damage", ["truncated", long("corrupt"), long("not gzip")])
def test_unreadable_object_is_named_and_everything_else_published(rig: Bring, damage: str) -> None:
    it = rig()
    whole = gzip.compress(b"\n".join(line(n) for n in range(100, 300)))
    data = {
        "truncated": whole[: len(whole) // 2],
        "corrupt": whole[:50] + b"\x00\x00\x00\x00" + whole[54:],
        "not gzip": b"this is not gzip at all",
    }[damage]
    it.land_bytes(HOUR + "bad.gz", data)
    it.land(HOUR + "good.gz", event(1))
    it.land("2020/07/13/01/good.gz", event(2, "2020-07-13T01:10:00Z"))

    it.run()

    assert it.expect().distinct == 2
    (unread,) = it.account().unread
    assert unread["object"] == HOUR + "bad.gz"
    assert "bad.gz" in unread["reason"]
    again = it.run()
    assert again.output["turn"] == 0

    it.land_bytes(HOUR + "bad.gz", whole)  # repaired: it is ingested by itself
    it.run()
    assert it.expect().distinct == 202


def test_names_that_athena_does_not_read_are_named_as_unread(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "good.gz", event(1))
    for name in ("_SUCCESS", "_hidden.gz", ".hidden.gz", "_temporary/a.gz"):
        it.land(HOUR + name, event(2))
    it.land_bytes(HOUR + "upper.GZ", gzip.compress(line(3)))
    it.land_bytes(HOUR + "a.zip", b"PK\x03\x04")

    it.run()

    assert it.account().distinct == 1
    assert sorted(entry["object"] for entry in it.account().unread) == sorted(
        HOUR + n
        for n in ("_SUCCESS", "_hidden.gz", ".hidden.gz", "_temporary/a.gz", "upper.GZ", "a.zip")
    )


def test_quotes_and_signs_in_object_names(rig: Bring) -> None:
    it = rig()
    names = ["it's.gz", "a b.gz", "100%.gz", "%2F.gz", "ž🚗.gz", "a;b.gz", "a=b.gz", "+.gz", "#.gz"]
    for number, name in enumerate(names):
        it.land(HOUR + name, event(number), "broken")
    it.land_bytes(HOUR + "bad's one.gz", b"no gzip")

    it.run()

    assert it.expect().distinct == len(names)


def test_landing_without_objects_is_up_to_date(rig: Bring) -> None:
    it = rig()
    execution = it.run()
    assert execution.states[-1] == "Up To Date"
    assert it.statements == []


def test_object_of_nothing_but_a_byte_order_mark_holds_nothing(rig: Bring) -> None:
    it = rig()
    it.land_bytes(HOUR + "bom.json", b"\xef\xbb\xbf")
    it.land_bytes(HOUR + "bom.gz", gzip.compress(b"\xef\xbb\xbf"))
    it.land(HOUR + "a.gz", event(1))

    it.run()

    assert it.account().distinct == 1
    assert it.account().lines == 1


def test_what_lies_outside_the_layout_is_named_and_not_read(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1))
    it.mount()
    bucket = it.machine.outputs["LandingBucketName"]
    for key in (
        HOUR,
        "2020/07/13/",
        "errors/2020/07/13/00/a.gz",
        "2020/07/13/readme",
        "2020/13/01/00/a",
    ):
        it.client("s3").put_object(Bucket=bucket, Key=key, Body=b"" if key[-1] == "/" else b"x")

    it.machine.run({"all": True})

    account = it.account()
    assert (account.lines, account.distinct, account.unread) == (1, 1, [])
    assert account.outside == {
        "objects": 3,
        "names": ["errors/2020/07/13/00/a.gz", "2020/13/01/00/a", "2020/07/13/readme"],
    }


def test_object_that_is_removed_after_it_was_taken_leaves_its_events(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1))
    gone = it.land(HOUR + "b.gz", event(2))
    it.run()
    gone.unlink()
    it.run()

    assert {row["unieke_id"] for row in it.events().values()} == {1, 2}


def test_rows_of_replaced_and_removed_objects_are_counted_as_kept(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1), event(2), "broken")
    gone = it.land(HOUR + "b.gz", event(3))
    it.run()
    it.land(HOUR + "a.gz", event(4), event(4))
    gone.unlink()
    it.run()

    account = it.account()
    assert (account.lines, account.distinct, account.kept) == (2, 4, 2)
    assert (account.duplicates, account.rejected) == (0, {})


def test_rebuild_replaces_the_rows_of_an_object_that_was_replaced(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1), event(2))
    it.run()
    it.land(HOUR + "a.gz", event(3))
    it.run()
    assert it.account().kept == 2

    it.run({"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T01"}})

    it.expect()
    assert it.account().kept == 0
