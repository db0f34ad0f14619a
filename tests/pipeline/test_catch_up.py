"""Weeks of arrival hours that were never taken in: successors, a failure in the middle, listings."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.pipeline.rig import Rig, event

Bring = Callable[..., Rig]
FIRST = datetime(2020, 1, 15, tzinfo=UTC)  # with 29 February among what follows
HOURS = 60 * 24
TURNS = 16
# One page of a listing holds a thousand objects, ours one hour each.
PAGE = 1000


def land_hours(it: Rig, count: int) -> int:
    """Lands small hours, two events each, every tenth with a broken line; returns their bytes."""
    size = 0
    for n in range(count):
        at = FIRST + timedelta(hours=n)
        lines = [json.dumps(event(d, f"{at:%Y-%m-%dT%H}:1{d}:00Z")) for d in range(2)]
        if n % 10 == 0:
            lines.append("broken")
        data = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
        it.land_bytes(f"{at:%Y/%m/%d/%H}/a.gz", data)
        size += len(data)
    return size


def brought_up(bring: Bring, tmp_size: int) -> Rig:
    return bring(MaxSliceBytes=str(tmp_size // TURNS))


class Listings:
    """Counts the pages of the landing that the functions list."""

    def __init__(self, it: Rig) -> None:
        self.pages = 0
        self._bucket = it.machine.outputs["LandingBucketName"]

    def __call__(self, params: dict[str, Any], **_: Any) -> None:
        if self._bucket in json.dumps(params, default=str):
            self.pages += 1

    def __enter__(self) -> "Listings":
        from springtide import aws

        aws.s3().meta.events.register("before-call.s3.ListObjectsV2", self)
        return self

    def __exit__(self, *_: object) -> None:
        from springtide import aws

        aws.s3().meta.events.unregister("before-call.s3.ListObjectsV2", self)


class FailsInTurn:
    """A function that fails in one turn of all."""

    def __init__(self, function: str, call: int) -> None:
        self._function = function
        self._left = call

    def before_call(self, call: Any) -> None:
        from springtide.errors import AuditFailedError

        if self._function in call.function_name:
            self._left -= 1
            if self._left == 0:
                raise AuditFailedError("as the test wants it")

    def after_call(self, call: Any, result: Any) -> None:
        pass


def test_sixty_days_are_caught_up_by_runs_that_follow_each_other(rig: Bring) -> None:
    it = rig(MaxSliceBytes="30000")
    size = land_hours(it, HOURS)
    turns = -(-size // 30000)
    it.mount()
    fails = FailsInTurn("PlanDerived", turns // 2)
    it.machine.runner.observers.append(fails)
    before = time.monotonic()

    with Listings(it) as listings:
        first = it.machine.wait(it.machine.start({}))
        taken = 0
        failed = None
        while failed is None:
            taken += first.states.count("Record Slice")
            if first.status == "FAILED":
                failed = first
            else:
                following = it.successor(first.arn)
                assert following is not None
                first = it.machine.wait(following)
        # What was recorded before the failure stays; the next run on schedule goes on from there.
        ended = it.follow(it.machine.start({"scheduled_time": "2020-07-14T12:25:00Z"}))
    seconds = time.monotonic() - before

    assert failed.error == "AuditFailedError"
    recorded = sum(each.states.count("Record Slice") for each in ended)
    assert taken == turns // 2 - 1
    assert taken + recorded <= turns + 1
    assert ended[-1].states[-1] == "Up To Date"
    assert len(ended) + 1 >= 2
    print(f"{turns} turns, {len(ended)} + failed runs, {listings.pages} pages, {seconds:.0f} s")
