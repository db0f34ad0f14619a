"""Audits that are made to fail publish nothing."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

from tests.pipeline.rig import Rig, event

Bring = Callable[..., Rig]


def tamper(it: Rig, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Changes the first staged file of a table as soon as its merge has ended."""
    bucket = it.machine.outputs["LakeBucketName"]

    def before_audit(name: str, *_: object) -> None:
        for item in it.machine.objects.list(bucket, f"tables/{table}/"):
            path = it.machine.objects.path(bucket, item.key)
            rows = pq.read_table(path)
            pq.write_table(change(rows), path.with_suffix(".changed"))
            it.machine.objects.put(bucket, item.key, path.with_suffix(".changed").read_bytes())
            return

    it.machine.athena.before.append(before_audit)


def test_object_removed_between_listing_and_scan_publishes_nothing_of_the_slice(
    rig: Bring,
) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    gone = it.land("2020/07/13/00/b.gz", event(2))
    it.mount()
    bucket = it.machine.outputs["LandingBucketName"]
    client = it.client("s3")
    removed = []

    def remove(run: object) -> None:
        if not removed:
            removed.append(client.delete_object(Bucket=bucket, Key="2020/07/13/00/b.gz"))

    it.machine.athena.faults.append(remove)
    execution = it.machine.run({"all": True})

    assert execution.status == "SUCCEEDED"
    assert execution.states.count("Plan Slice") == 3  # again without it, then nothing left
    assert execution.states.count("Publish") == 1
    gone.unlink()
    it.expect()
