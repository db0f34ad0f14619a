from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.functions.conftest import EXECUTION, NOW, plan, query, upto
from tests.pipeline.rig import Bring, FunctionError, Rig, event


def staged(it: Rig, slice_id: str, chunk: int, change: Callable[[pa.Table], pa.Table]) -> Any:
    """Changes a chunk's staged file before it is audited, and checks the audit."""
    bucket = it.lake
    (item, *_) = it.machine.objects.list(
        bucket, f"tables/{('events', 'quarantine')[chunk]}/version={slice_id}-merge{chunk}-1/"
    )
    rows = pq.ParquetFile(it.machine.objects.path(bucket, item.key)).read()
    sink = pa.BufferOutputStream()
    pq.write_table(change(rows), sink)
    it.client("s3").put_object(Bucket=bucket, Key=item.key, Body=sink.getvalue().to_pybytes())
    query(it, slice_id, "audit", chunk)
    call = {"execution": EXECUTION, "slice": slice_id, "step": "merge", "chunk": chunk, "now": NOW}
    return it.invoke("check_audit", call)


@pytest.fixture
def merged(leased: Bring) -> tuple[Rig, str]:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(2), event(3), "broken", "broken too")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "plan_partitions")
    it.invoke("plan_partitions", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    for chunk in (0, 1):
        query(it, slice_id, "merge", chunk)
    return it, slice_id


@pytest.mark.parametrize(
    ("chunk", "error"), [(0, "StaleReadError"), (1, "AuditFailedError")], ids=["events", "rejects"]
)
def test_staged_rows_that_are_all_missing_fail(
    merged: tuple[Rig, str], chunk: int, error: str
) -> None:
    it, slice_id = merged
    with pytest.raises(FunctionError, match=r"no row|expected") as caught:
        staged(it, slice_id, chunk, lambda rows: rows.slice(0, 0))
    assert caught.value.name == error
