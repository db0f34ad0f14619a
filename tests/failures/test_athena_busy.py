"""Athena that throttles calls, or has no answer yet."""

import pytest

from tests.failures.conftest import Scene
from tests.failures.observed import pointers, reason
from tests.failures.querying import EACH, ONCE, check_published, ended, run
from tests.watchers import Refuses


def test_query_whose_start_and_state_are_throttled_is_started_once(scene: Scene) -> None:
    refuses = [
        Refuses(operation, code, "not so fast", times=4)
        for operation in ("StartQueryExecution", "GetQueryExecution")
        for code in ("TooManyRequestsException", "ThrottlingException")
    ]
    scene.watch(*refuses)

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert [each.refused for each in refuses] == [4] * 4
    assert ended(scene) == dict.fromkeys(EACH, ONCE)
    assert len(scene.queries()) == len(EACH)
    check_published(scene)


def test_athena_whose_queue_stays_full_fails_the_run_with_athenas_words(scene: Scene) -> None:
    full = Refuses("StartQueryExecution", "TooManyRequestsException", "Queue is full")
    scene.watch(full)

    failed = run(scene)

    assert (failed.status, failed.error) == ("FAILED", "AthenaBusyError")
    assert "TooManyRequestsException" in reason(failed) and "Queue is full" in reason(failed)
    assert "Queue is full" in scene.told[-1]
    assert full.refused == 33  # eleven calls of the function, each of three sendings
    assert scene.queries() == []
    scene.unwatch()
    scene.it.run({})
    check_published(scene)


@pytest.mark.parametrize(
    ("operation", "code", "message", "asked"),
    [
        # Eleven calls of the function, each of three sendings.
        ("GetQueryExecution", "ThrottlingException", "Rate exceeded", 33),
        # Seven calls; botocore does not repeat this one.
        ("GetQueryResults", "InvalidRequestException", "Query has not yet finished", 7),
    ],
    ids=["state", "result"],
)
def test_athena_that_never_answers_fails_the_run(
    scene: Scene, operation: str, code: str, message: str, asked: int
) -> None:
    before = pointers(scene.it)
    silent = Refuses(operation, code, message)
    scene.watch(silent)

    failed = run(scene)

    assert (failed.status, failed.error) == ("FAILED", "AthenaBusyError")
    assert message in reason(failed) and message in scene.told[-1]
    assert silent.refused == asked
    assert pointers(scene.it) == before
    scene.unwatch()
    scene.it.run({})
    check_published(scene)


def test_results_that_are_not_there_yet_are_polled_again(scene: Scene) -> None:
    message = "Query has not yet finished. Current state: RUNNING"
    not_yet = Refuses("GetQueryResults", "InvalidRequestException", message, every=2)
    scene.watch(not_yet)

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert not_yet.refused == 4  # of the count, of two audits and of that of the derived table
    assert ended(scene) == dict.fromkeys(EACH, ONCE)
    check_published(scene)
