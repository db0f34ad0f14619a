"""Every way in which Athena fails a query, met by a whole run."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from springtide.locations import split

from local.athena.errors import OTHER, SYSTEM
from local.athena.runs import FAILED, Fault, QueryRun
from tests.failures.conftest import Refuses, Scene, path_of
from tests.failures.observed import attempts, check_prefixes, ledger, pointers, reason
from tests.pipeline.rig import event

Hook = Callable[[QueryRun], Fault | None]
EACH = ["audit0", "audit1", "audit_derived0", "count", "derive0", "extract", "merge0", "merge1"]
ONCE = ["succeeded"]
AGAIN = ["failed", "succeeded"]
EXHAUSTED = "Query exhausted resources at this scale factor"
_TARGET = re.compile(r"TO 's3://[^']*version=[^'/]*-([a-z]+)\d*-\d+/'")


def at(
    step: str, does: Callable[[QueryRun], Fault | None], *, written: bool = False, times: int = 1
) -> Hook:
    """Has the first statements of a step meet something, before or after they have written."""
    left = list(range(times))

    def hook(run: QueryRun) -> Fault | None:
        if not left or run.written != written or step_of(run) != step:
            return None
        left.pop()
        return does(run)

    return hook


def step_of(run: QueryRun) -> str:
    """The step of a slice that a statement is."""
    if found := _TARGET.search(run.sql):
        return found[1]
    if "_versions" not in run.sql:
        return "count"
    return "audit_derived" if "traffic_versions" in run.sql else "audit"


def fails(fault: Fault) -> Callable[[QueryRun], Fault]:
    return lambda run: fault


def run(scene: Scene, *hooks: Hook) -> Any:
    scene.it.machine.athena.faults += hooks
    scene.it.mount()
    return scene.it.machine.run({})


def ended(scene: Scene) -> dict[str, list[str]]:
    """How the attempts at each query of the only slice ended, in order."""
    (only,) = scene.slices
    states: dict[str, list[str]] = {}
    for attempt in attempts(scene.it, str(only["sk"])):
        states.setdefault(attempt.query, []).append(attempt.state)
    return states


def check_published(scene: Scene) -> None:
    """What is published is what the independent reference says, and nothing else is seen."""
    scene.it.expect()
    check_prefixes(scene.it)


def files_below(scene: Scene, location: str) -> list[str]:
    bucket, prefix = split(location)
    return [item.key for item in scene.it.machine.objects.list(bucket, prefix)]


def check_held(scene: Scene, execution: Any, words: str) -> None:
    """The hour is held with Athena's words, which were told, and nothing of it is visible."""
    assert execution.status == "SUCCEEDED"
    item = ledger(scene.it).get("open", str(scene.hour))
    assert item is not None and item["state"] == "held"
    assert words in item["reason"]
    (message,) = scene.told
    assert str(scene.hour) in message and words in message
    hours = {f"{moment:%Y-%m-%dT%H}" for _, moment in scene.it.events()}
    assert str(scene.hour) not in hours


def put_right(scene: Scene) -> None:
    """Frees what is held, with nothing in the way any more."""
    scene.it.machine.athena.faults.clear()
    scene.it.run({"retry": True})
    check_published(scene)


# ------------------------------------------------------------------ worth another attempt


def test_every_query_gets_a_new_attempt_after_a_failure_that_athena_calls_retryable(
    scene: Scene,
) -> None:
    seen: set[str] = set()

    def first_of_each(run: QueryRun) -> Fault | None:
        query = _TARGET.sub("", run.sql)
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


def test_athena_that_keeps_failing_is_asked_three_times_and_the_next_run_goes_on(
    scene: Scene,
) -> None:
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


def test_slice_that_exhausts_athena_three_times_is_taken_in_halves(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)

    execution = run(scene, at("extract", fails(Fault.transient(EXHAUSTED)), times=3))

    assert execution.status == "SUCCEEDED"
    assert [(s["state"], s["hours"]) for s in scene.slices] == [
        ("failed", 2),
        ("recorded", 1),
        ("recorded", 1),
    ]
    check_published(scene)


def test_query_that_goes_back_from_running_to_queued_is_waited_for(scene: Scene) -> None:
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


# ------------------------------------------------------------------ too many calls, too early


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ThrottlingException"])
@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution"])
def test_query_that_athena_does_not_hear_of_just_now_is_started_once(
    scene: Scene, operation: str, code: str
) -> None:
    refuses = Refuses(operation, code, "not so fast", times=4)
    scene.watch(refuses)

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert refuses.refused == 4
    assert ended(scene) == dict.fromkeys(EACH, ONCE)
    assert len(scene.queries()) == len(EACH)
    check_published(scene)


def test_athena_whose_queue_stays_full_fails_the_run_with_athenas_words(scene: Scene) -> None:
    full = Refuses("StartQueryExecution", "TooManyRequestsException", "Queue is full", times=999)
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
def test_athena_that_never_tells_fails_the_run_with_its_words_after_so_many_times(
    scene: Scene, operation: str, code: str, message: str, asked: int
) -> None:
    before = pointers(scene.it)
    silent = Refuses(operation, code, message, times=999)
    scene.watch(silent)

    failed = run(scene)

    assert (failed.status, failed.error) == ("FAILED", "AthenaBusyError")
    assert message in reason(failed) and message in scene.told[-1]
    assert silent.refused == asked
    assert pointers(scene.it) == before
    scene.unwatch()
    scene.it.run({})
    check_published(scene)


def test_results_that_are_not_there_yet_are_asked_for_again(scene: Scene) -> None:
    message = "Query has not yet finished. Current state: RUNNING"
    not_yet = Refuses("GetQueryResults", "InvalidRequestException", message, every=2)
    scene.watch(not_yet)

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert not_yet.refused == 4  # of the count, of two audits and of that of the derived table
    assert ended(scene) == dict.fromkeys(EACH, ONCE)
    check_published(scene)


# ------------------------------------------------------------------ the manifest


def test_manifest_that_names_none_of_the_files_is_not_believed(scene: Scene) -> None:
    execution = run(scene, at("merge", scene.manifest(""), written=True))

    assert execution.status == "SUCCEEDED"
    assert AGAIN in ended(scene).values()
    check_published(scene)


def test_unload_without_rows_has_an_empty_manifest_and_succeeds(scene: Scene) -> None:
    (scene.it.landing / path_of(scene.hour) / "1.gz").unlink()
    scene.it.land_bytes(f"{path_of(scene.hour)}/nothing.json", b"")

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert ended(scene) == {"extract": ["succeeded"], "count": ["succeeded"]}
    check_published(scene)


def test_manifest_that_names_a_foreign_bucket_publishes_nothing(scene: Scene) -> None:
    before = pointers(scene.it)
    foreign = scene.manifest("s3://somebody-elses/tables/events/file\n")

    failed = run(scene, at("merge", foreign, written=True, times=9))

    assert (failed.status, failed.error) == ("FAILED", "TransientQueryError")
    assert "names s3://somebody-elses/tables/events/file, outside s3://" in reason(failed)
    assert any("s3://somebody-elses/" in message for message in scene.told)
    assert pointers(scene.it) == before
    scene.it.machine.athena.faults.clear()
    scene.it.run({})
    check_published(scene)


# ------------------------------------------------------------------ for good


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.permanent("COLUMN_NOT_FOUND: line 3:8"), "FAILED: COLUMN_NOT_FOUND: line 3:8"),
        (Fault.cancelled(), "CANCELLED: Query cancelled by user"),
        # Landed text that looks like a failure that is worth another attempt.
        (
            Fault.permanent("HIVE_BAD_DATA: 'HIVE_PATH_ALREADY_EXISTS'"),
            "FAILED: HIVE_BAD_DATA: 'HIVE_PATH_ALREADY_EXISTS'",
        ),
    ],
    ids=["failed for good", "cancelled", "failed in words that pass"],
)
def test_query_that_failed_for_good_or_was_cancelled_is_not_started_again(
    scene: Scene, fault: Fault, words: str
) -> None:
    execution = run(scene, at("extract", fails(fault)))

    assert ended(scene) == {"extract": ["failed"]}
    check_held(scene, execution, words)
    put_right(scene)


def test_query_that_timed_out_is_not_started_again_but_tried_in_halves(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)
    timed_out = Fault(FAILED, "Query timeout", SYSTEM, error_type=210)

    execution = run(scene, at("extract", fails(timed_out)))

    assert execution.status == "SUCCEEDED"
    whole, *halves = scene.slices
    assert [a.state for a in attempts(scene.it, str(whole["sk"]))] == ["failed"]
    assert "Query timeout" in str(whole["failure"])
    assert [(half["state"], half["hours"]) for half in halves] == [("recorded", 1)] * 2
    check_published(scene)


def test_query_that_reaches_the_scan_cutoff_is_tried_in_halves(scene: Scene) -> None:
    for number in range(2):
        hour = scene.hour.plus(number)
        large = event(2, f"{hour}:40:00Z", padding="x" * 200_000)
        scene.it.land(f"{path_of(hour)}/large.json", large)

    with scene.cutoff(bytes_scanned=300_000):
        execution = run(scene)

    assert execution.status == "SUCCEEDED"
    whole, *halves = scene.slices
    assert [a.state for a in attempts(scene.it, str(whole["sk"]))] == ["failed"]
    assert [(half["state"], half["hours"]) for half in halves] == [("recorded", 1)] * 2
    assert "CANCELLED: Bytes scanned limit was exceeded" in str(whole["failure"])
    check_published(scene)


@pytest.mark.parametrize("step", ["extract", "count", "merge", "audit"])
def test_permanent_failure_that_names_no_hour_to_blame_ends_the_run_with_athenas_reason(
    scene: Scene, step: str
) -> None:
    for ahead in range(1, 4):
        scene.land(scene.hour.plus(ahead), ahead)
    before = pointers(scene.it)
    words = "PERMISSION_DENIED: Access denied"

    failed = run(scene, at(step, fails(Fault.permanent(words)), times=99))

    assert (failed.status, failed.error) == ("FAILED", "QueryFailedError")
    assert f"FAILED: {words}" in reason(failed)
    assert words in scene.told[-1]
    assert [each["hours"] for each in scene.slices] == [4, 2, 1, 1, 2, 1, 1]
    for each in scene.slices:
        asked = [a.query.rstrip("01") for a in attempts(scene.it, str(each["sk"]))]
        # Of a step's chunks, each is asked once at most.
        assert step in asked and asked.count(step) <= 2
    assert pointers(scene.it) == before
    put_right(scene)


# ------------------------------------------------------------------ that Athena calls its own


def test_object_that_athena_fails_at_for_a_reason_of_its_own_is_set_aside(scene: Scene) -> None:
    name = f"{path_of(scene.hour)}/bad.gz"
    scene.it.land_bytes(name, b"no gzip")
    bucket = scene.it.machine.outputs["LandingBucketName"]
    why = Fault(FAILED, f"GENERIC_INTERNAL_ERROR: Failed to read s3://{bucket}/{name}", SYSTEM)

    def reads(run: QueryRun) -> Fault | None:
        return why if step_of(run) == "extract" and name not in run.sql else None

    execution = run(scene, reads)

    assert execution.status == "SUCCEEDED"
    assert [each["state"] for each in scene.slices] == ["failed", "recorded"]
    assert len(attempts(scene.it, str(scene.slices[0]["sk"]))) == 3
    aside = ledger(scene.it).get("unreadable", name)
    assert aside is not None and "GENERIC_INTERNAL_ERROR" in aside["reason"]
    check_published(scene)


def test_hour_that_athena_fails_at_in_two_runs_is_held_and_the_others_are_published(
    scene: Scene,
) -> None:
    scene.land(scene.hour.plus(1), 2)
    why = Fault(FAILED, "GENERIC_INTERNAL_ERROR: index out of bounds", SYSTEM)

    def reads(run: QueryRun) -> Fault | None:
        return why if step_of(run) == "extract" and path_of(scene.hour) in run.sql else None

    first = run(scene, reads)

    assert (first.status, first.error) == ("FAILED", "TransientQueryError")
    assert [each["hours"] for each in scene.slices] == [2]
    second = scene.it.machine.run({})
    assert second.status == "SUCCEEDED"
    item = ledger(scene.it).get("open", str(scene.hour))
    assert item is not None and item["state"] == "held" and "index out of" in item["reason"]
    assert ledger(scene.it).get("hour", str(scene.hour.plus(1))) is not None
    put_right(scene)
    assert ledger(scene.it).get("open", str(scene.hour)) is None


def test_object_that_s3_had_no_time_for_is_not_set_aside(scene: Scene) -> None:
    bucket = scene.it.machine.outputs["LandingBucketName"]
    split = f"s3://{bucket}/{path_of(scene.hour)}/1.gz (offset=0, length=9)"
    busy = "Slow Down (Service: Amazon S3; Status Code: 503; Error Code: 503 Slow Down)"
    words = f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {split}: {busy}"

    failed = run(scene, at("extract", fails(Fault(FAILED, words, SYSTEM)), times=3))

    assert (failed.status, failed.error) == ("FAILED", "TransientQueryError")
    scene.it.run({})
    check_published(scene)


# ------------------------------------------------------------------ once the events are published


def test_derived_table_that_exhausts_athena_is_derived_in_halves(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)

    execution = run(scene, at("derive", fails(Fault.transient(EXHAUSTED)), times=3))

    assert execution.status == "SUCCEEDED"
    assert [(s["state"], s["hours"]) for s in scene.slices] == [
        ("failed", 2),
        ("recorded", 1),
        ("recorded", 1),
    ]
    assert scene.told == []
    check_published(scene)


@pytest.mark.parametrize("step", ["derive", "audit_derived"])
def test_derived_table_that_fails_for_good_holds_no_hour_and_fails_with_athenas_reason(
    scene: Scene, step: str
) -> None:
    scene.land(scene.hour.plus(1), 2)
    bucket = scene.it.machine.outputs["LandingBucketName"]
    words = f"INVALID_FUNCTION_ARGUMENT: of s3://{bucket}/{path_of(scene.hour)}/1.gz"

    failed = run(scene, at(step, fails(Fault.permanent(words)), times=99))

    assert (failed.status, failed.error) == ("FAILED", "QueryFailedError")
    assert f"FAILED: {words}" in reason(failed)
    assert words in scene.told[-1]
    assert [each["hours"] for each in scene.slices] == [2, 1]
    assert {i["state"] for i in ledger(scene.it).open_hours().values()} == {"pending"}
    assert ledger(scene.it).get("unreadable", f"{path_of(scene.hour)}/1.gz") is None
    put_right(scene)
