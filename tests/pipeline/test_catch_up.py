"""Weeks of arrival hours that were never ingested: runs that follow each other, and a failure."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from springtide.arrivals.outside import MAX_FOLDERS
from springtide.aws import clients
from springtide.steps import plan_slice
from springtide.steps.plan_slice import MAX_TURNS

from tests.pipeline.holding import complete_up_to, items
from tests.pipeline.rig import Bring, Rig, event
from tests.throttling import throttled
from tests.watchers import Fails, LosesAnswer, Refuses

FIRST = datetime(2020, 1, 15, tzinfo=UTC)  # 29 February is among the days that follow
HOURS = 60 * 24
BYTES = 1402  # of an hour, see below
SLICES = MAX_TURNS + 3


def land_hours(it: Rig) -> None:
    """Lands small hours whose events are of midnight, some with a broken line."""
    for n in range(HOURS):
        at = FIRST + timedelta(hours=n)
        lines = [json.dumps(event(n, f"{at:%Y-%m-%d}T00:10:00Z")), json.dumps(event(at.day))]
        if n % 100 == 0:
            lines.append("broken")
        # Not packed, so that hours are about as large and slices can be counted.
        data = "".join(f"{line:<700}\n" for line in lines).encode()
        it.land_bytes(f"{at:%Y/%m/%d/%H}/a", data)


class Listings:
    """Counts the pages of the landing that functions list: of objects, and of folders."""

    def __init__(self, it: Rig) -> None:
        self.pages = 0
        self.folders = 0
        self._bucket = it.machine.outputs["LandingBucketName"]
        self._events: Any = clients.s3().meta.events

    def __enter__(self) -> "Listings":
        self._events.register("provide-client-params.s3.ListObjectsV2", self._count)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("provide-client-params.s3.ListObjectsV2", self._count)

    def _count(self, params: dict[str, Any], **_: Any) -> None:
        if params["Bucket"] == self._bucket:
            self.folders += bool(params.get("Delimiter"))
            self.pages += not params.get("Delimiter")


@pytest.mark.long
def test_sixty_days_are_caught_up_though_a_turn_in_the_middle_fails(rig: Bring) -> None:
    it = rig(MaxSliceBytes=str(HOURS * BYTES // SLICES))
    land_hours(it)
    it.mount()
    before = 2
    it.machine.runner.observers.append(Fails("PlanDerived", after=before))

    with Listings(it) as listings:
        failed = it.machine.wait(it.machine.start({}))
        taken = len(items(it, "hour"))
        ended = it.follow(it.machine.start({}))

    # Only the turn that failed is done again; the turns before it are recorded.
    assert failed.error == "AuditFailedError"
    turns = [each.states.count("Record Slice") for each in (failed, *ended)]
    assert turns[:2] == [before, MAX_TURNS]
    assert SLICES <= sum(turns) <= SLICES + 1
    assert taken < HOURS / 4
    assert [each.states[-1] for each in ended] == ["Handed Over", "Up To Date"]
    assert len(items(it, "hour")) == HOURS
    assert items(it, "open") == []
    assert complete_up_to(it) == {f"{FIRST + timedelta(hours=HOURS - 1):%Y-%m-%dT%H}"}
    # A page holds a thousand objects. Each turn needs one, and one more where it begins again.
    assert listings.pages <= sum(turns) + 5
    # Each run looks once for objects outside the layout: years, months, days and hours.
    assert listings.folders == 4 * len(turns)
    it.expect()


def test_bucket_of_many_others_takes_no_request_for_each_of_them(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    for number in range(MAX_FOLDERS + 50):
        it.land_bytes(f"others-{number:03}/a", b"theirs")
    it.mount()

    with Listings(it) as listings:
        ended = it.machine.run({})

    assert ended.status == "SUCCEEDED"
    assert it.account().outside["objects"] == MAX_FOLDERS
    assert listings.pages < MAX_FOLDERS + 10


def test_run_that_cannot_release_its_lease_hands_over_to_no_successor(
    rig: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = rig()
    monkeypatch.setattr(plan_slice, "MAX_TURNS", 1)
    it.land("2020/07/13/00/a.gz", event(1))
    it.machine.calls.watchers.append(Refuses("Release Lease", "AccessDeniedException"))
    it.mount()

    ended = it.machine.run({})

    assert it.successor(ended.arn) is None
    assert (ended.status, ended.states[-1]) == ("FAILED", "Not Released")
    assert "AccessDenied" in (ended.error or "")
    it.expect()


@pytest.mark.parametrize("fails", [True, False])
def test_lease_that_cannot_be_released_changes_no_other_end(rig: Bring, fails: bool) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.machine.calls.watchers.append(Refuses("Release Lease", "AccessDeniedException"))
    if fails:
        it.machine.runner.observers.append(Fails("PlanDerived", after=0))
    it.mount()

    ended = it.machine.run({})

    found = (ended.states[-1], ended.error)
    assert found == (("Failed", "AuditFailedError") if fails else ("Up To Date", None))


@pytest.mark.long
def test_run_whose_release_was_not_answered_starts_its_successor(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1")
    for n in range(MAX_TURNS + 1):
        it.land(f"2020/07/13/{n:02}/a.gz", event(n))
    loses = LosesAnswer("Release Lease", throttled("dynamodb"))
    it.machine.calls.watchers.append(loses)
    it.mount()

    ended = it.follow(it.machine.start({}))

    assert loses.lost == 1
    assert [each.states[-1] for each in ended] == ["Handed Over", "Up To Date"]
    it.expect()
