"""What is worth another attempt gets one, with a prefix of its own, and not for ever."""

from offline.athena.errors import OTHER
from offline.athena.service.runs import FAILED, QueryRun
from tests.athena_faults import Fault
from tests.failures.conftest import Scene
from tests.failures.observed import attempts, pointers, reason
from tests.failures.querying import (
    AGAIN,
    EACH,
    EXHAUSTED,
    TARGET,
    at,
    check_published,
    ended,
    fails,
    files_below,
    run,
)


def test_every_query_gets_a_new_attempt_after_a_failure_that_athena_calls_retryable(
    scene: Scene,
) -> None:
    seen: set[str] = set()

    def first_of_each(run: QueryRun) -> Fault | None:
        query = TARGET.sub("", run.sql)
        known = query in seen
        seen.add(query)
        return None if known else Fault(FAILED, "Please retry", OTHER, retryable=True)

    execution = run(scene, first_of_each)

    assert execution.status == "SUCCEEDED"
    assert "Isolate Failure" not in execution.states
    assert ended(scene) == dict.fromkeys(EACH, AGAIN)
    assert scene.told == []
    check_published(scene)


def test_files_of_an_unload_that_wrote_and_then_failed_are_never_read(scene: Scene) -> None:
    lost = Fault.transient("GENERIC_INTERNAL_ERROR: a worker was lost")
    hooks = [at(step, fails(lost), written=True) for step in ("extract", "merge", "derive")]

    execution = run(scene, *hooks)

    assert execution.status == "SUCCEEDED"
    again = [query for query, states in ended(scene).items() if states == AGAIN]
    assert [query.rstrip("01") for query in again] == ["derive", "extract", "merge"]
    for attempt in attempts(scene.it, str(scene.slices[0]["sk"])):
        assert not attempt.target or files_below(scene, attempt.target)
    check_published(scene)


def test_athena_that_keeps_failing_is_tried_three_times(scene: Scene) -> None:
    before = pointers(scene.it)

    failed = run(scene, at("merge", fails(Fault.transient("SlowDown: reduce your rate")), times=9))

    assert (failed.status, failed.error) == ("FAILED", "TransientQueryError")
    assert "SlowDown: reduce your rate" in reason(failed)
    assert ["failed"] * 3 in ended(scene).values()
    assert any("SlowDown: reduce your rate" in message for message in scene.told)
    assert pointers(scene.it) == before
    scene.it.machine.athena.faults.clear()
    scene.it.run({})
    check_published(scene)


def test_slice_that_exhausts_athena_three_times_is_halved(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)

    execution = run(scene, at("extract", fails(Fault.transient(EXHAUSTED)), times=3))

    assert execution.status == "SUCCEEDED"
    assert [(s["state"], s["hours"]) for s in scene.slices] == [
        ("failed", 2),
        ("recorded", 1),
        ("recorded", 1),
    ]
    check_published(scene)


def test_query_that_returns_from_running_to_queued_is_waited_for(scene: Scene) -> None:
    back = fails(Fault.requeued(0.1))

    execution = run(
        scene,
        at("extract", back, written=True),
        at("merge", back, written=True),
        at("derive", back),
    )

    assert execution.status == "SUCCEEDED"
    assert len([query for query in scene.queries() if query.attempt == 2]) == 3
    # Where its first go had left files behind, they would be read as rows: a new attempt of ours.
    again = [query for query, states in ended(scene).items() if states == AGAIN]
    assert [query.rstrip("01") for query in again] == ["extract", "merge"]
    check_published(scene)
