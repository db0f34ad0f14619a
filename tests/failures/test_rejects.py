"""An hour of which more is rejected than the stack allows."""

from springtide.steps.plan_partitions import MIN_REJECTS_TO_HOLD

from tests.failures.conftest import Scene
from tests.failures.querying import check_held, check_published, run
from tests.pipeline.rig import path_of


def test_hour_with_too_many_rejects_is_held_and_the_others_are_published(scene: Scene) -> None:
    name = f"{path_of(scene.hour)}/broken.gz"
    scene.it.land(name, *["broken"] * MIN_REJECTS_TO_HOLD)
    scene.land(scene.hour.plus(1), 2)

    execution = run(scene)

    check_held(scene, execution, "TooManyRejectsError")
    (held,) = scene.it.account().held
    assert f"rejected (malformed {MIN_REJECTS_TO_HOLD + 1}), more than" in held["reason"]
    assert [(each["state"], each["hours"]) for each in scene.slices] == [
        ("failed", 2),
        ("recorded", 1),
    ]
    assert scene.it.ledger.items.get("hour", str(scene.hour.plus(1))) is not None
    quarantined = {values for values, _ in scene.it.rows("quarantine")}
    assert (str(scene.hour),) not in quarantined
    # Repaired, the hour is ingested by itself.
    (scene.it.landing / name).unlink()
    scene.it.land(name, "broken")
    scene.it.run({})
    check_published(scene)
