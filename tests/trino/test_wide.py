"""The widest statements that a run makes, on a Trino: its compiler and planner have limits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from springtide.dataset import loading
from springtide.model.arrival import ArrivalHour
from springtide.sql.extract import extract

from tests.pipeline.rig import event
from tests.trino.conftest import Served

Bring = Callable[..., Served]
FIRST = datetime(2020, 7, 13, tzinfo=UTC)
SCATTERED = 100  # event hours, as many as a chunk has and Athena writes at once
ARRIVAL_HOURS = 2_000
SKIPPED = 1_000


def test_chunk_of_100_scattered_event_hours_is_merged(served: Bring) -> None:
    it = served().rig
    hours = [FIRST - timedelta(hours=7 * n) for n in range(SCATTERED)]
    it.land("2020/07/13/01/a.gz", *(event(1, hour.isoformat()) for hour in hours))

    it.run()

    assert len(it.expect().events) == SCATTERED
    assert len(it.partitions("events")) == SCATTERED


def test_extract_of_2000_arrival_hours_skips_1000_objects(served: Bring) -> None:
    it = served().rig
    for name in ("read.gz", "skipped.gz"):
        it.land(f"2020/07/13/00/{name}", event(1))
    it.run()
    outputs = it.machine.outputs
    landing = f"s3://{outputs['LandingBucketName']}/{outputs['LandingPrefix']}"
    hours = [ArrivalHour(FIRST + timedelta(hours=n)) for n in range(ARRIVAL_HOURS)]
    skipped = [f"{landing}2020/07/13/00/skipped.gz"]
    skipped += [f"{landing}2020/07/13/01/{n:04}.gz" for n in range(SKIPPED - 1)]
    target = f"s3://{outputs['LakeBucketName']}/wide/"

    it.machine.athena.query(
        extract(loading.load("traffic"), hours, skipped, target, 1), outputs["DatabaseName"]
    )

    (row,) = it.rows_at(target)
    assert row["source_path"].endswith("/2020/07/13/00/read.gz")
