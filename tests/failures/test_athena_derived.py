"""Queries that fail once the events are published."""

import pytest

from local.athena.runs import Fault
from tests.failures.conftest import Scene, path_of
from tests.failures.observed import ledger, reason
from tests.failures.querying import EXHAUSTED, at, check_published, fails, put_right, run


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
