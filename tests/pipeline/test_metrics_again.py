"""What is done again, because it failed or its answer was lost, is not counted again."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from springtide.ledger.lease import ENDED_SECONDS

from offline.api_calls import ApiCall, Watcher
from offline.athena.service.runs import Fault
from offline.died import FunctionDiedError
from tests.pipeline.rig import Bring, Rig, event
from tests.variants import long


def sums(it: Rig) -> Counter[str]:
    """The sums of what was measured, and of the metrics, which are the same."""
    found, metrics = Counter[str](), Counter[str]()
    for each in it.machine.measured:
        found.update({n: int(v) for n, v in each.values.items() if not isinstance(v, dict)})
    for point in it.machine.metrics:
        metrics[point.name] += int(point.value)
    assert {name: found[name] for name in metrics} == metrics
    return found


def expect_sums(it: Rig) -> Counter[str]:
    """Compares the sums with what the independent reference counts of all that has landed."""
    expected, found = it.expect(), sums(it)
    assert found["Lines"] == expected.lines
    assert found["Accepted"] == expected.lines - len(expected.quarantine)
    assert found["Duplicates"] == expected.duplicates
    assert found["Rejected"] == len(expected.quarantine)
    return found


@dataclass
class Killer(Watcher):
    """Kills a function, once: when its n-th call of an operation has taken effect.

    Calls that have not `about` in what they send are not counted.
    """

    function: str
    operation: str
    number: int = 1
    error: str = "Runtime.ExitError"
    about: str = ""
    seen: int = 0
    killed: list[ApiCall] = field(default_factory=list)

    def after(self, call: ApiCall) -> None:
        if self.function not in call.principal.name or call.operation != self.operation:
            return
        self.seen += self.about in repr(call.parameters)
        if self.seen == self.number and not self.killed:
            self.killed.append(call)
            raise FunctionDiedError(self.error, "killed by a test")


def kill(it: Rig, killer: Killer) -> Killer:
    it.machine.calls.watchers.append(killer)
    return killer


def land(it: Rig) -> None:
    for hour in range(3):
        at = f"2020-07-13T0{hour}:10:00Z"
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour, at), event(hour, at), event(9), "broken")


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
