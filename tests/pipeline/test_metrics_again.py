"""What is done again, because it failed or its answer was lost, is not counted again."""

import pytest
from springtide.ledger.lease import ENDED_SECONDS

from tests.athena_faults import Fault
from tests.pipeline.killing import Killer, kill, land
from tests.pipeline.measured import expect_sums, sums
from tests.pipeline.rig import Bring
from tests.variants import long


@pytest.mark.parametrize(
    ("function", "operation", "number"),
    [
        long("AddPartitionsFunction", "BatchCreatePartition", 2),
        ("RecordSliceFunction", "BatchWriteItem", 1),
        ("RecordSliceFunction", "PutItem", 2),
    ],
    ids=["published and not recorded", "while it is written down", "half recorded"],
)
def test_slice_that_died_and_is_ingested_again_counts_once(
    rig: Bring, function: str, operation: str, number: int
) -> None:
    it = rig()
    land(it)
    it.mount()
    killer = kill(it, Killer(function, operation, number))

    failed = it.machine.run({"all": True})

    assert killer.killed
    assert failed.status == "FAILED"
    # Where a call of Glue may still be under way, the lease is kept until none can be.
    it.machine.advance(ENDED_SECONDS + 1)
    if operation != "BatchWriteItem":
        it.run({})
        expect_sums(it)
        return
    # The one gap: emitted, and not written down completely. Nothing is lost, something comes twice.
    it.run({})
    assert sums(it)["Lines"] >= it.expect().lines


def test_function_and_query_that_are_tried_again_count_once(rig: Bring) -> None:
    it = rig()
    land(it)
    faults = [Fault.transient()]
    it.machine.athena.faults.append(lambda run: faults.pop() if run.written and faults else None)
    killers = [
        kill(it, Killer("RecordSliceFunction", "DeleteItem", 3, "Lambda.ServiceException")),
        kill(it, Killer("PollQueryFunction", "UpdateItem", 2, "Lambda.ServiceException")),
    ]

    it.run()

    assert all(killer.killed for killer in killers)
    assert not faults
    found = expect_sums(it)
    assert found["Slices"] == 1
    history = it.machine.athena.history
    # An attempt that failed scanned bytes as well.
    assert any(query.state == "FAILED" and query.scanned_bytes for query in history)
    assert found["ScannedBytes"] == sum(query.scanned_bytes for query in history)
