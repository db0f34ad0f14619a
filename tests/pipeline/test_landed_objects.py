"""Odd objects that land, are replaced or removed, each with its outcome (docs/landing.md)."""

import gzip
import json

import pytest

from cli.tables import account_table
from tests.pipeline.rig import Bring, event
from tests.variants import long

HOUR = "2020/07/13/00/"


def line(detector: int) -> bytes:
    return json.dumps(event(detector)).encode()


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


def test_rows_of_removed_and_replaced_objects_stay_counted_as_kept(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1), event(2), "broken")
    gone = it.land(HOUR + "b.gz", event(3))
    it.run()
    gone.unlink()
    it.run()
    assert {row["unieke_id"] for row in it.events().values()} == {1, 2, 3}
    it.land(HOUR + "a.gz", event(4), event(4))
    it.run()

    assert {row["unieke_id"] for row in it.events().values()} == {1, 2, 3, 4}
    account = it.account()
    assert (account.lines, account.distinct, account.kept) == (2, 4, 2)
    assert (account.duplicates, account.rejected) == (0, {})


def test_duplicate_hides_a_row_of_a_replaced_object_in_the_account(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.gz", event(1), event(2))
    it.run()
    it.land(HOUR + "a.gz", event(3), event(3))
    it.run()

    assert {row["unieke_id"] for row in it.events().values()} == {1, 2, 3}
    account = it.account()
    # Two rows are of no line any more, and one line is a duplicate.
    assert (account.lines, account.distinct, account.kept, account.duplicates) == (2, 3, 1, 0)
    shown = list(account_table(account).columns[0].cells)
    assert "published still, of replaced or removed objects, at least" in shown


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
