"""A few points of the crash matrix; `make crash-matrix` tries all of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from springtide.aws import catalog, tagging
from springtide.aws.dynamodb import Items
from springtide.failures import report_failure
from springtide.ledger import condemned
from springtide.ledger.running_queries import Stopped
from springtide.steps import announce_slices

from tests.crash.faults import KINDS, Address
from tests.crash.matrix import outcomes
from tests.crash.subset import SUBSET_PHASES, subset
from tests.crash.trial import Point, Result, Story, told_story
from tests.variants import long

# The functions that write no table and take no hour: their death leaves little.
LITTLE = {
    "AnnounceSlices", "CheckAudit", "CheckInput", "PlanPartitions", "PollCrawler", "PollQuery",
    "StartCrawler",
}  # fmt: skip


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with told_story(SUBSET_PHASES) as told:
        yield told


@pytest.mark.parametrize("little", [False, long(True)])
def test_run_after_a_fault_ends_as_an_undisturbed_one(story: Story, little: bool) -> None:
    chosen = subset(story.points())
    tried = [point for point in chosen if (point.address.actor in LITTLE) == little]

    results = [story.attempt(point) for point in tried]

    assert [result for result in results if result.wrong] == []
    assert {point.kind for point in chosen if point.address.actor == "states"} == set(KINDS)
    actors = {address.actor for calls in story.calls.values() for address in calls}
    assert Counter(p.address.actor for p in chosen if p.kind == "killed") == Counter(actors)
    assert actors >= LITTLE


# ------------------------------------------------------------------ the harness itself


def test_fault_that_never_happens_is_no_success(story: Story) -> None:
    uncalled = Address("PlanSlice", "PlanSlice turn=99", "s3.PutObject", 1)

    result = story.attempt(Point("rollback", "lost", uncalled))

    assert result.wrong == ["the call was not made, so nothing was tried"]


def test_unrecovered_crash_is_reported(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "phases", tuple(_left_alone(phase) for phase in story.phases))
    flips = Address("rollback", "rollback", "glue.BatchUpdatePartition", 1)

    result = story.attempt(Point("rollback", "killed", flips))

    about = {each.removeprefix("after rollback: ").partition(":")[0] for each in result.wrong}
    assert {"rows that readers see", "lease held by"} <= about


def test_query_that_is_not_stopped_is_reported(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_failure, "stop_queries", lambda *_: Stopped([], []))
    about = "slice=000001 step=extract chunk=0 attempt=1"
    polls = Address("states", f"Poll Query {about}", "lambda.Invoke", 1)

    result = story.attempt(Point("first", "aborted", polls))

    assert any("run on after the run has ended" in each for each in result.wrong)


@pytest.mark.long
def test_flip_that_is_made_before_it_is_journalled_is_detected(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchanges the two writes of a flip."""
    journal: list[Any] = []
    put_all, put_partitions = Items.put_all, catalog.put_partitions

    def keep_for_later(*given: Any) -> None:
        journal.append(given) if given[1].startswith("journal#") else put_all(*given)

    def flip_first(*given: Any) -> None:
        put_partitions(*given)
        put_all(*journal.pop())

    monkeypatch.setattr(Items, "put_all", keep_for_later)
    monkeypatch.setattr(catalog, "put_partitions", flip_first)
    flips = Address("rollback", "rollback", "glue.BatchUpdatePartition", 1)

    result = story.attempt(Point("rollback", "killed", flips))

    assert any("the journal does not know" in each for each in result.wrong)


def test_untagged_objects_are_reported(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "condemn", lambda *_: None)
    marks = next(
        point
        for point in story.points()
        if (point.phase, point.kind, point.address.operation)
        == ("tag", "lost", "dynamodb.BatchWriteItem")
    )

    result = story.attempt(marks)

    about = {each.removeprefix("after tag: ").partition(":")[0] for each in result.wrong}
    assert {"objects tagged", "tagged prefixes with objects that are not"} <= about


def test_prefixes_that_are_not_condemned_are_reported(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condemned, "condemn", lambda *_: None)
    asks = next(p for p in story.points() if (p.phase, p.kind) == ("condemn", "refused"))

    result = story.attempt(asks)

    assert any("prefixes condemned" in each for each in result.wrong)


def test_unannounced_slice_is_reported(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce_slices, "_send", lambda _: None)
    plans = next(p for p in story.points() if p.address.actor == "PlanSlice" and p.kind == "lost")

    result = story.attempt(plans)

    assert any("of which no event was sent" in each for each in result.wrong)


def test_call_whose_answer_a_state_has_lost_is_made_again(story: Story) -> None:
    points = {
        point.address.caller: point
        for point in story.points()
        if (point.phase, point.kind, point.address.actor) == ("first", "lost", "states")
    }

    for state in ("Check Input", "Release Lease"):
        result = story.attempt(points[state])

        assert (result.ended, result.wrong) == ("SUCCEEDED", [])


def test_point_without_a_result_is_a_failure() -> None:
    tried = outcomes(["one", "two"], {"one": Result("one", "SUCCEEDED", [])})

    assert tried["one"].wrong == []
    assert tried["two"].wrong == ["the harness: the point was not tried"]


def _left_alone(phase: Any) -> Any:
    return replace(phase, recoveries={way: lambda _: "SUCCEEDED" for way in phase.recoveries})
