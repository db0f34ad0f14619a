"""Queries that fail once the events are published."""

import re

import pytest
from springtide.aws.documents import Store

from offline.athena.service.runs import Fault, QueryRun
from tests.failures.conftest import Scene, path_of
from tests.failures.observed import ledger, reason
from tests.failures.querying import (
    EXHAUSTED,
    at,
    check_published,
    fails,
    put_right,
    run,
    step_of,
)
from tests.pipeline import trafficreference

HOURS = re.compile(r"'\d\d'")


def too_many_hours(query: QueryRun) -> Fault | None:
    """Has Athena be exhausted by a derived table's query that builds more than one hour."""
    if step_of(query) != "derive":
        return None
    built = HOURS.findall(query.sql.rpartition("WHERE")[2])
    return Fault.transient(EXHAUSTED) if len(built) > 1 else None


def test_derived_table_that_exhausts_athena_is_built_in_smaller_queries(scene: Scene) -> None:
    for ahead in range(1, 4):
        scene.land(scene.hour.plus(ahead), ahead)

    execution = run(scene, too_many_hours)

    assert execution.status == "SUCCEEDED"
    # Five event hours are built of the four: in one query, then in five.
    assert [(s["state"], s["hours"]) for s in scene.slices] == [("failed", 4), ("recorded", 4)]
    assert scene.told == []
    check_published(scene)


def test_hours_whose_objects_are_gone_since_are_built_in_smaller_queries_too(scene: Scene) -> None:
    landed = [scene.land(scene.hour.plus(ahead), ahead) for ahead in range(1, 4)]
    run(scene, at("derive", fails(Fault.permanent("COLUMN_NOT_FOUND")), times=99))
    scene.it.machine.athena.faults.clear()
    files = {name: (scene.it.landing / name).read_bytes() for name in landed}
    for name in landed:
        (scene.it.landing / name).unlink()

    execution = run(scene, too_many_hours)

    assert execution.status == "SUCCEEDED"
    assert [each["hours"] for each in scene.slices][-1] == 1
    trafficreference.check(scene.it)
    scene.it.machine.athena.faults.clear()
    for name, data in files.items():
        scene.it.land_bytes(name, data)
    scene.it.run({})
    check_published(scene)


def test_next_slice_is_built_in_queries_of_the_usual_size(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)
    assert run(scene, too_many_hours).status == "SUCCEEDED"
    scene.it.machine.athena.faults.clear()
    for ahead in range(2, 4):
        scene.land(scene.hour.plus(ahead), ahead)

    assert run(scene).status == "SUCCEEDED"

    plan = Store(scene.it.settings.lake_bucket).read(str(scene.slices[-1]["sk"]), "plan")
    assert "derive_hours" not in plan and not plan["underived"]


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
    assert [each["hours"] for each in scene.slices] == [2, 2]
    assert {i["state"] for i in ledger(scene.it).open_hours().values()} == {"pending"}
    assert ledger(scene.it).get("unreadable", f"{path_of(scene.hour)}/1.gz") is None
    put_right(scene)
