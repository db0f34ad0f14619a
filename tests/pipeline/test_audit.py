"""What makes a turn untrue publishes nothing of it, and the next run puts it right."""

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared

CHANGES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "one row removed": lambda rows: rows.slice(1),
    "one row doubled": lambda rows: pa.concat_tables([rows, rows.slice(0, 1)]),
}


def tamper_once(it: Rig, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Changes a staged file of the table just before its audit runs, the first time."""
    bucket, client = it.lake, it.client("s3")
    known = {item.key for item in it.machine.objects.list(bucket, f"tables/{table}/")}
    done: list[str] = []

    def before(run: Any) -> None:
        if done or f"{table}_versions" not in run.sql:
            return
        staged = it.machine.objects.list(bucket, f"tables/{table}/")
        key = next(item.key for item in staged if item.key not in known)
        rows = pq.ParquetFile(it.machine.objects.path(bucket, key)).read()
        sink = pa.BufferOutputStream()
        pq.write_table(change(rows), sink)
        client.put_object(Bucket=bucket, Key=key, Body=sink.getvalue().to_pybytes())
        done.append(key)

    it.machine.athena.faults.append(before)


def one_hour(it: Rig) -> None:
    it.land("2020/07/13/00/a.gz", event(1), event(2), "broken")
    it.run()


start = shared(one_hour)


@pytest.mark.parametrize("table", ["events", "quarantine"])
@pytest.mark.parametrize("change", CHANGES)
def test_audit_that_fails_publishes_nothing(start: Start[None], table: str, change: str) -> None:
    it = start.again()
    before = {name: it.partitions(name) for name in ("events", "quarantine", "traffic")}
    it.land("2020/07/13/00/b.gz", event(3), "broken too")
    tamper_once(it, table, CHANGES[change])

    failed = it.fail("AuditFailedError", {"all": True})

    assert re.search(rf"{table} .*(expected|keys)", failed.cause or "")
    assert before == {name: it.partitions(name) for name in before}
    it.run()
    it.expect()


def test_object_removed_between_listing_and_scan_publishes_nothing_of_the_slice(
    start: Start[None],
) -> None:
    it = start.empty()
    it.land("2020/07/13/00/a.gz", event(1))
    gone = it.land("2020/07/13/00/b.gz", event(2))
    it.mount()
    bucket, client = it.machine.outputs["LandingBucketName"], it.client("s3")
    removed: list[Any] = []

    def remove(run: Any) -> None:
        if not removed:
            removed.append(client.delete_object(Bucket=bucket, Key="2020/07/13/00/b.gz"))

    it.machine.athena.faults.append(remove)
    execution = it.machine.run({"all": True})

    assert execution.status == "SUCCEEDED"
    assert execution.states.count("Plan Slice") == 3  # again without it, then nothing left
    assert execution.states.count("Publish") == 2  # the events, then what is derived
    failure = next(it.ledger.items.query("slice"))["failure"]
    assert failure["error"] == "ListingNotCoveredError"
    assert "b.gz was listed" in failure["cause"]
    gone.unlink()
    it.expect()
