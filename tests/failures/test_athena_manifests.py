"""Athena's list of the files that an UNLOAD wrote, and what it may say."""

import pytest

from tests.failures.conftest import Scene
from tests.failures.observed import pointers, reason
from tests.failures.querying import AGAIN, at, check_published, ended, run
from tests.pipeline.rig import path_of


def test_manifest_that_names_none_of_the_files_is_not_believed(scene: Scene) -> None:
    steps = ("derive", "extract", "merge")

    execution = run(scene, *(at(step, scene.manifest(""), written=True) for step in steps))

    assert execution.status == "SUCCEEDED"
    again = [query.rstrip("0123456789") for query, how in ended(scene).items() if how == AGAIN]
    assert again == list(steps)
    check_published(scene)


def test_unload_without_rows_has_an_empty_manifest_and_succeeds(scene: Scene) -> None:
    (scene.it.landing / path_of(scene.hour) / "1.gz").unlink()
    scene.it.land_bytes(f"{path_of(scene.hour)}/nothing.json", b"")

    execution = run(scene)

    assert execution.status == "SUCCEEDED"
    assert ended(scene) == {"extract": ["succeeded"], "count": ["succeeded"]}
    check_published(scene)


@pytest.mark.parametrize("step", ["extract", "merge"])
def test_manifest_that_names_a_foreign_bucket_publishes_nothing(scene: Scene, step: str) -> None:
    before = pointers(scene.it)
    foreign = scene.manifest("s3://somebody-elses/tables/events/file\n")

    failed = run(scene, at(step, foreign, written=True, times=9))

    assert (failed.status, failed.error) == ("FAILED", "TransientQueryError")
    assert "names s3://somebody-elses/tables/events/file, outside s3://" in reason(failed)
    assert any("s3://somebody-elses/" in message for message in scene.told)
    assert pointers(scene.it) == before
    scene.it.machine.athena.faults.clear()
    scene.it.run({})
    check_published(scene)
