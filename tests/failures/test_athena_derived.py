"""Queries that fail once the events are published."""

import re

import pytest
from springtide.arrivals.landing import Landing
from springtide.ledger import held_derived, open_hours
from springtide.ledger.documents import Documents
from springtide.requests import retry

from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.failures.conftest import Scene
from tests.failures.observed import reason
from tests.failures.querying import (
    EXHAUSTED,
    Hook,
    at,
    check_published,
    fails,
    run,
    step_of,
)
from tests.pipeline import trafficreference
from tests.pipeline.rig import path_of

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
    lost = Fault.transient("INTERNAL_ERROR: lost")
    assert run(scene, at("derive", fails(lost), times=99)).status == "FAILED"
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

    plan = Documents(scene.it.settings.lake_bucket, str(scene.slices[-1]["sk"])).plan()
    assert "derive_hours" not in plan and not plan["underived"]


def fails_for_hour(scene: Scene, words: str) -> Hook:
    """Has every query fail that builds the scene's event hour of a derived table."""
    date, hour = str(scene.hour).split("T")

    def hook(query: QueryRun) -> Fault | None:
        built = query.sql.rpartition("WHERE")[2]
        mine = step_of(query) == "derive" and f"'{date}'" in built and f"'{hour}'" in built
        return Fault.permanent(words) if mine and not query.written else None

    return hook


def complete(scene: Scene, table: str) -> str:
    """Up to which arrival hour the table's readers are told that it is complete."""
    return str(scene.it.table(table)["Parameters"]["complete_up_to"])


def test_hour_that_a_derived_table_cannot_bear_is_held_alone_until_retried(scene: Scene) -> None:
    scene.land(scene.hour.plus(1), 2)
    bucket = scene.it.machine.outputs["LandingBucketName"]
    words = f"NUMERIC_VALUE_OUT_OF_RANGE: of s3://{bucket}/{path_of(scene.hour)}/1.gz"

    ended = run(scene, fails_for_hour(scene, words))

    assert ended.status == "SUCCEEDED"
    assert [each["state"] for each in scene.slices] == ["failed", "failed", "recorded"]
    scene.it.expect()
    (hour,) = scene.it.account().held_derived
    date, number = str(scene.hour).split("T")
    assert hour["hour"] == f"traffic event_date={date}/event_hour={number}/"
    assert words in hour["reason"]
    assert words in scene.told[-1] and hour["hour"] in scene.told[-1]
    assert open_hours.read(scene.it.ledger) == {}
    assert complete(scene, "events") == str(scene.hour.plus(1))
    assert complete(scene, "traffic") < str(scene.hour)
    traffic = scene.it.partitions("traffic")
    assert (date, number) not in traffic
    assert tuple(str(scene.hour.plus(1)).split("T")) in traffic

    scene.it.machine.athena.faults.clear()
    scene.land(scene.hour.plus(2), 3)
    scene.it.run({})
    assert (date, number) not in scene.it.partitions("traffic")
    assert retry.retry(scene.it.ledger, Landing.of(scene.it.settings)).derived == [hour["hour"]]
    scene.it.run({})

    assert scene.it.account().held_derived == []
    assert complete(scene, "traffic") == complete(scene, "events")
    check_published(scene)


def test_derived_table_that_fails_for_every_hour_fails_the_run(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_derived, "MAX_HELD", 1)
    scene.land(scene.hour.plus(1), 2)

    failed = run(scene, at("audit_derived", fails(Fault.permanent("COLUMN_NOT_FOUND")), times=99))

    assert (failed.status, failed.error) == ("FAILED", "QueryFailedError")
    assert "COLUMN_NOT_FOUND" in reason(failed)
    assert {i["state"] for i in open_hours.read(scene.it.ledger).values()} == {"pending"}
    scene.it.machine.athena.faults.clear()
    retry.retry(scene.it.ledger, Landing.of(scene.it.settings))
    scene.it.run({})
    check_published(scene)
