"""A few points of the crash matrix; `make crash-matrix` tries all of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from springtide import reporting
from springtide.stopping import Stopped

from tests.crash.faults import KINDS, Address
from tests.crash.subset import subset
from tests.crash.trial import Point, Story, told_story

# The story is told once, so whoever tests on several processors tells it on one of them.
pytestmark = pytest.mark.xdist_group("crash")


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with told_story() as told:
        yield told


def test_run_after_a_fault_ends_as_an_undisturbed_one(story: Story) -> None:
    chosen = subset(story.points())

    results = [story.attempt(point) for point in chosen]

    assert [result for result in results if result.wrong] == []
    assert {point.kind for point in chosen} == set(KINDS)
    assert Counter(p.address.actor for p in chosen if p.kind == "killed") == Counter(
        {address.actor for calls in story.calls.values() for address in calls}
    )


# ------------------------------------------------------------------ the harness itself


def test_fault_that_never_happens_is_no_success(story: Story) -> None:
    nobody = Address("PlanSlice", "PlanSlice turn=99", "s3.PutObject", 1)

    result = story.attempt(Point("rollback", "lost", nobody))

    assert result.wrong == ["the call was not made, so nothing was tried"]


def test_crash_that_nothing_makes_good_is_told(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "phases", tuple(_left_alone(phase) for phase in story.phases))
    flips = Address("rollback", "rollback", "glue.BatchUpdatePartition", 1)

    result = story.attempt(Point("rollback", "killed", flips))

    about = {each.removeprefix("after rollback: ").partition(":")[0] for each in result.wrong}
    assert {"rows that readers see", "lease held by"} <= about


def test_query_that_nobody_stops_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "stop_queries", lambda *_: Stopped([], []))
    about = "slice=000001 step=extract chunk=0 attempt=1"
    polls = Address("states", f"Poll Query {about}", "lambda.Invoke", 1)

    result = story.attempt(Point("first", "aborted", polls))

    assert any("run on after the run has ended" in each for each in result.wrong)


def _left_alone(phase: Any) -> Any:
    return replace(phase, recoveries={way: lambda _: "SUCCEEDED" for way in phase.recoveries})
