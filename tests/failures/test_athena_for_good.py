"""Queries that failed for good, were cancelled, or fail for a reason of Athena's own each time."""

import pytest
from springtide.arrivals.landing import Landing
from springtide.failures.blame import is_denied
from springtide.failures.isolate_failure import MAX_DENIED, MAX_HELD_A_RUN
from springtide.requests import retry

from offline.api_errors import RefusedError
from offline.athena.errors import SYSTEM
from offline.athena.service.runs import FAILED, QueryRun
from tests.athena_faults import Fault
from tests.failures.conftest import Scene
from tests.failures.observed import attempts, pointers, reason
from tests.failures.querying import (
    at,
    check_held,
    check_published,
    ended,
    fails,
    put_right,
    run,
    step_of,
)
from tests.pipeline.rig import event, path_of
from tests.variants import long, mostly_long
from tests.watchers import Refuses

CUTOFF = "Bytes scanned limit was exceeded"


def timed_out(error_type: int) -> Fault:
    return Fault(FAILED, "Query timeout", SYSTEM, error_type=error_type)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        long(Fault.permanent("COLUMN_NOT_FOUND: line 3:8"), "FAILED: COLUMN_NOT_FOUND: line 3:8"),
        (Fault.cancelled(), "CANCELLED: Query cancelled by user"),
        # Landed text that looks like a failure that is worth another attempt.
        (
            Fault.permanent("HIVE_BAD_DATA: 'HIVE_PATH_ALREADY_EXISTS'"),
            "FAILED: HIVE_BAD_DATA: 'HIVE_PATH_ALREADY_EXISTS'",
        ),
        (timed_out(206), "FAILED: Query timeout"),
        long(timed_out(210), "FAILED: Query timeout"),
        long(Fault.cancelled(CUTOFF), f"CANCELLED: {CUTOFF}"),
    ],
    ids=[
        "failed for good", "cancelled", "failed in words that pass", "out of time",
        "out of time in the queue", "scan cutoff",
    ],
)  # fmt: skip
def test_query_that_failed_for_good_or_was_cancelled_is_not_started_again(
    scene: Scene, fault: Fault, words: str
) -> None:
    execution = run(scene, at("extract", fails(fault)))

    assert ended(scene) == {"extract": ["failed"]}
    check_held(scene, execution, words)
    put_right(scene)


def test_notice_of_a_held_hour_gets_through_a_failure_of_sns(scene: Scene) -> None:
    # Step Functions' own client gives up at the third refusal, and the state tries again.
    broken = Refuses("Notify Held", RefusedError(500, "InternalError", "not now"), times=3)
    scene.watch(broken)

    execution = run(scene, at("extract", fails(Fault.permanent("COLUMN_NOT_FOUND: a"))))

    assert broken.refused == 3
    check_held(scene, execution, "COLUMN_NOT_FOUND: a")
    put_right(scene)


@pytest.mark.parametrize(
    ("step", "error_type"),
    [("extract", 206), ("merge", 210), long("extract", 210), long("merge", 206)],
)
def test_query_that_timed_out_is_not_started_again_but_tried_in_halves(
    scene: Scene, step: str, error_type: int
) -> None:
    scene.land(scene.hour.plus(1), 2)

    execution = run(scene, at(step, fails(timed_out(error_type))))

    assert execution.status == "SUCCEEDED"
    whole, *halves = scene.slices
    made = attempts(scene.it, str(whole["sk"]))
    # Another chunk's query may have been at work still, and was stopped.
    assert {a.number for a in made if a.query.startswith(step)} == {1}
    assert "failed" in {a.state for a in made if a.query.startswith(step)}
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


@pytest.mark.parametrize("step", mostly_long(["extract", "merge", "count", "audit"], "extract"))
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


def test_right_that_is_missing_for_all_objects_does_not_have_them_skipped_one_by_one(
    scene: Scene,
) -> None:
    hours = [scene.hour.plus(ahead) for ahead in range(4)]
    names = [scene.land(hour, number) for number, hour in enumerate((*hours, *hours), 2)]
    landing = f"s3://{scene.it.machine.outputs['LandingBucketName']}"

    def denied(run: QueryRun) -> Fault | None:
        """As of a landing whose key or bucket's policy leaves out the role."""
        read = (name for name in names if f"'{name[:13]}'" in run.sql)
        name = next((name for name in read if name not in run.sql), None)
        if step_of(run) != "extract" or name is None:
            return None
        why = "Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied;"
        return Fault.permanent(f"AmazonS3Exception: {why} (Path: {landing}/{name})")

    failed = run(scene, denied)

    assert (failed.status, failed.error) == ("FAILED", "QueryFailedError")
    assert "Access Denied" in reason(failed) and "Access Denied" in scene.told[-1]
    known = scene.it.ledger.items
    skipped = [item["sk"] for item in known.query("unreadable") if is_denied(item["reason"])]
    assert len(skipped) == MAX_DENIED
    states = [item["state"] for item in known.query("open")]
    assert sorted(states) == ["held"] * MAX_HELD_A_RUN + ["pending"]
    scene.it.machine.athena.faults.clear()
    retry.retry(scene.it.ledger, Landing.of(scene.it.settings), unreadable=True)
    scene.it.run({"retry": True})
    check_published(scene)


# ------------------------------------------------------------------ that Athena calls its own


def test_object_that_athena_fails_at_by_itself_is_skipped(scene: Scene) -> None:
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
    aside = scene.it.ledger.items.get("unreadable", name)
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
    item = scene.it.ledger.items.get("open", str(scene.hour))
    assert item is not None and item["state"] == "held" and "index out of" in item["reason"]
    assert scene.it.ledger.items.get("hour", str(scene.hour.plus(1))) is not None
    put_right(scene)
    assert scene.it.ledger.items.get("open", str(scene.hour)) is None


def test_object_that_s3_was_too_busy_for_is_not_skipped(scene: Scene) -> None:
    bucket = scene.it.machine.outputs["LandingBucketName"]
    split = f"s3://{bucket}/{path_of(scene.hour)}/1.gz (offset=0, length=9)"
    busy = "Slow Down (Service: Amazon S3; Status Code: 503; Error Code: 503 Slow Down)"
    words = f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {split}: {busy}"

    failed = run(scene, at("extract", fails(Fault(FAILED, words, SYSTEM)), times=3))

    assert (failed.status, failed.error) == ("FAILED", "TransientQueryError")
    scene.it.run({})
    check_published(scene)
