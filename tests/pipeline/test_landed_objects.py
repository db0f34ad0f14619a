"""Odd objects that land, are replaced or removed, each with its outcome (docs/landing.md)."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from springtide.arrivals import contents

from cli.tables import account_table
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.variants import long

Stack = Start[None]
HOUR, NEXT = "2020/07/13/00/", "2020/07/13/01/"
# Of objects that Athena does not read, of some that it does, and of keys outside the layout.
HIDDEN = ("_SUCCESS", "_hidden.gz", ".hidden.gz", "_temporary/a.gz", "upper.GZ", "a.zip")
QUOTED = (
    "it's.gz", "a b.gz", "100%.gz", "%2F.gz", "ž🚗.gz", "a;b.gz", "a=b.gz", "+.gz", "#.gz",
)  # fmt: skip
OUTSIDE = ("errors/2020/07/13/00/a.gz", "2020/13/01/00/a", "2020/07/13/readme")

stack = shared()


def line(detector: int) -> bytes:
    return json.dumps(event(detector)).encode()


@pytest.mark.parametrize("damage", ["truncated", long("corrupt"), long("not gzip")])
def test_unreadable_object_is_named_and_everything_else_published(
    stack: Stack, damage: str
) -> None:
    it = stack.empty()
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
    assert unread["reason"].endswith(contents.NOT_PACKED) == (damage == "not gzip")
    again = it.run()
    assert again.output["turn"] == 0

    it.land_bytes(HOUR + "bad.gz", whole)  # repaired: it is ingested by itself
    it.run()
    assert it.expect().distinct == 202


def test_file_that_may_not_be_read_is_named_until_it_may(
    stack: Stack, close: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    it = stack.empty()
    denied = it.land(HOUR + "denied.gz", event(1))
    it.land(HOUR + "good.gz", event(2))
    close(denied)
    it.run()
    monkeypatch.undo()
    account = it.account()
    (unread,) = account.unread
    assert (account.distinct, unread["object"]) == (1, HOUR + "denied.gz")
    assert unread["reason"].endswith("denied.gz: Access Denied")

    denied.chmod(0o400)
    it.run()
    assert it.expect().distinct == 2


def odd_names(stack: Stack) -> Rig:
    """All of these names, after a run."""

    def reach() -> None:
        it = stack.empty()
        it.land(HOUR + "good.gz", event(100))
        for name in HIDDEN[:4]:
            it.land(HOUR + name, event(101))
        it.land_bytes(HOUR + "upper.GZ", gzip.compress(line(102)))
        it.land_bytes(HOUR + "a.zip", b"PK\x03\x04")
        for number, name in enumerate(QUOTED):
            it.land(NEXT + name, event(number), "broken")
        it.land_bytes(NEXT + "bad's one.gz", b"no gzip")
        it.mount()
        bucket = it.machine.outputs["LandingBucketName"]
        for key in OUTSIDE:
            it.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
        for folder in (HOUR, "2020/07/13/"):
            it.client("s3").put_object(Bucket=bucket, Key=folder, Body=b"")
        assert it.machine.run({"all": True}).status == "SUCCEEDED"

    return stack.after("odd names", reach)


def test_names_that_athena_does_not_read_are_named_as_unread(stack: Stack) -> None:
    it = odd_names(stack)
    unread = {entry["object"] for entry in it.account().unread}
    assert unread == {*(HOUR + name for name in HIDDEN), NEXT + "bad's one.gz"}
    assert not {101, 102} & {number for number, _ in it.events()}


def test_quotes_and_signs_in_object_names(stack: Stack) -> None:
    it = odd_names(stack)
    assert it.expect().distinct == len(QUOTED) + 1


def test_landing_without_objects_is_up_to_date(stack: Stack) -> None:
    it = stack.empty()
    execution = it.run()
    assert execution.states[-1] == "Up To Date"
    assert it.statements == []


def test_what_lies_outside_the_layout_is_named_and_not_read(stack: Stack) -> None:
    account = odd_names(stack).account()
    assert (account.lines, account.distinct) == (2 * len(QUOTED) + 1, len(QUOTED) + 1)
    assert account.outside == {"objects": 3, "names": list(OUTSIDE)}


def test_rows_of_removed_and_replaced_objects_stay_counted_as_kept(stack: Stack) -> None:
    it = stack.empty()
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


def test_rows_of_a_run_that_failed_after_it_published_are_kept_until_their_lines_count(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = stack.empty()
    it.land(HOUR + "a.gz", event(1), event(2), event(2))
    it.mount()
    with monkeypatch.context() as patch:
        patch.setattr(
            "springtide.steps.plan_derived.plan_derived", Mock(side_effect=ConnectionError)
        )
        assert it.machine.run({"all": True}).status == "FAILED"
    account = it.account()
    assert (account.lines, account.distinct, account.kept, account.duplicates) == (0, 2, 2, 0)
    shown = list(account_table(account).columns[0].cells)
    assert "published besides, of replaced or removed objects or a failed run, at least" in shown

    it.run()

    it.expect()
    assert it.account().kept == 0


def test_duplicate_hides_a_row_of_a_replaced_object_until_a_rebuild_replaces_it(
    stack: Stack,
) -> None:
    it = stack.empty()
    it.land(HOUR + "a.gz", event(1), event(2))
    it.run()
    it.land(HOUR + "a.gz", event(3), event(3))
    it.run()

    assert {row["unieke_id"] for row in it.events().values()} == {1, 2, 3}
    account = it.account()
    # Two rows are of no line any more, and one line is a duplicate.
    assert (account.lines, account.distinct, account.kept, account.duplicates) == (2, 3, 1, 0)
    shown = list(account_table(account).columns[0].cells)
    assert "published besides, of replaced or removed objects or a failed run, at least" in shown

    it.run({"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T01"}})

    it.expect()
    assert it.account().kept == 0
