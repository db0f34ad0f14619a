"""Two that would write at once: nothing is lost or doubled, and the late one is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from springtide.ledger import lease
from springtide.model.errors import LeaseLostError
from springtide.model.partitions import Partition
from springtide.undo import rollback

from offline.api_calls import ApiCall, Principal, acting_as
from offline.machine import Execution
from tests.concurrency.gates import Gate, gate, invoked, of_function, run_of
from tests.concurrency.judging import expect_all
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import recorded

TABLES = ("events", "quarantine", "traffic")


def race(*values: object) -> Any:
    """A case that only `make race` tries."""
    return pytest.param(*values, marks=pytest.mark.race)


def publish(it: Rig) -> None:
    """Publishes two event hours and a quarantine, and lands late lines for all of them.

    A run over the late lines updates two partitions of events, creates a third, and replaces a
    quarantine.
    """
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T23:10:00Z"), "broken")
    it.run()
    it.land(
        "2020/07/13/00/b.gz",
        event(3),
        event(4, "2020-07-12T23:20:00Z"),
        event(5, "2020-07-12T22:20:00Z"),
        event(1),
        "broken too",
    )


start = shared(publish)


@pytest.fixture
def published(start: Start[None]) -> Rig:
    return start.again()


def land_more(it: Rig) -> None:
    """What only the other run ingests, in the same partitions."""
    it.land("2020/07/13/01/c.gz", event(6), event(7, "2020-07-12T22:40:00Z"), "broken again")
    it.mount()


def locations(it: Rig) -> dict[str, dict[Partition, str]]:
    return {table: it.partitions(table) for table in TABLES}


def wake_up_after_another(it: Rig, held: Gate) -> dict[str, dict[Partition, str]]:
    """Opens the gate once the lease has expired and another run has ingested everything.

    Returns where that run has left the partitions.
    """
    held.reached()
    land_more(it)
    it.machine.advance(lease.LEASE_SECONDS + 2)
    other = it.machine.run({})
    assert other.states[-1] == "Up To Date", (other.error, other.cause)
    expect_all(it)
    after_other = locations(it)
    held.open()
    return after_other


def no_lease_left(it: Rig) -> bool:
    return "holder" not in (it.ledger.items.get("lease", "lease") or {})


def assert_refused(it: Rig, first: str, after_other: dict[str, dict[Partition, str]]) -> Execution:
    """The first run fails, changes nothing, and the lease is not its to give back."""
    ended = it.machine.wait(first)
    assert ended.status == "FAILED"
    assert locations(it) == after_other
    expect_all(it)
    assert no_lease_left(it)
    again = it.machine.run({})
    assert "Extract" not in again.states
    return ended


def test_scheduled_run_during_a_backfill_is_skipped(published: Rig) -> None:
    it = published
    with gate(it.machine, of_function("RunQuery", "StartQueryExecution", "merge")) as held:
        backfill = it.machine.start({"from": "2020-07-12T00", "to": "2020-07-14T00"})
        held.reached()
        land_more(it)
        scheduled = it.machine.run({})
        assert scheduled.states[-1] == "Skipped"
    it.follow(backfill)
    it.run({})
    expect_all(it)
    assert len(recorded(it)) >= 2


def test_backfill_during_a_scheduled_run_is_done_by_the_next_run(published: Rig) -> None:
    it = published
    it.land("2020/06/20/05/old.gz", event(9, "2020-06-20T05:10:00Z"))
    it.mount()
    with gate(it.machine, of_function("AddPartitions", "BatchUpdatePartition")) as held:
        scheduled = it.machine.start({})
        held.reached()
        backfill = it.machine.run({"from": "2020-06-20T00", "to": "2020-06-21T00"})
        assert backfill.states[-1] == "Skipped"
    it.follow(scheduled)
    it.run({})
    expect_all(it)
    assert ("2020-06-20", "05") in it.partitions("events")


def test_of_two_that_start_together_one_takes_the_lease(published: Rig) -> None:
    it = published
    taking: list[str] = []

    def second_to_take(call: ApiCall) -> bool:
        if invoked(call) == "TakeLease":
            taking.append(run_of(call))
        return len(taking) == 2

    with (
        gate(it.machine, second_to_take) as held,
        gate(it.machine, of_function("AddPartitions", "BatchUpdatePartition")) as publishing,
    ):
        arns = [it.machine.start({}, name=name) for name in ("first", "second")]
        held.reached()
        publishing.reached()
        held.open()
        skipped = it.machine.wait(taking[1])
        assert skipped.states[-1] == "Skipped"
    others = [it.machine.wait(arn) for arn in arns if arn != skipped.arn]
    assert [(one.status, one.states[-1]) for one in others] == [("SUCCEEDED", "Up To Date")]
    expect_all(it)
    fence = (it.ledger.items.get("lease", "lease") or {})["fence"]
    assert fence == 2


@pytest.mark.parametrize(
    "state",
    ["AddPartitions", *(race(name) for name in ("PollQuery", "PlanDerived", "RecordSlice"))],
)
def test_run_that_wakes_up_when_another_has_published_is_refused(
    published: Rig, state: str
) -> None:
    """Step Functions held it up between two functions; for PollQuery while it was merging."""
    it = published

    def before_the_function(call: ApiCall) -> bool:
        if invoked(call) != state:
            return False
        return state != "PollQuery" or call.principal.event["Input"]["step"] == "merge"

    with gate(it.machine, before_the_function, run="first") as held:
        first = it.machine.start({}, name="first")
        ended = assert_refused(it, first, wake_up_after_another(it, held))
    assert ended.error == "LeaseLostError"
    assert ended.states[-3:] == ("Release Lease", "How Ended?", "Failed")


def flips(operation: str) -> Callable[[ApiCall], bool]:
    return of_function("AddPartitions", operation)


@pytest.mark.parametrize(
    ("operation", "late"),
    [
        ("BatchUpdatePartition", True),
        race("BatchCreatePartition", False),
        race("BatchCreatePartition", True),
        race("BatchUpdatePartition", False),
    ],
)
def test_flip_that_wakes_up_when_another_has_published_is_not_made(
    published: Rig, operation: str, late: bool
) -> None:
    it = published
    with gate(it.machine, flips(operation), run="first", late=late) as held:
        first = it.machine.start({}, name="first")
        ended = assert_refused(it, first, wake_up_after_another(it, held))
    assert ended.error == "Sandbox.Timedout"


def test_function_of_an_aborted_run_is_waited_for(published: Rig) -> None:
    it = published
    with gate(it.machine, flips("BatchUpdatePartition"), late=True) as held:
        first = it.machine.start({})
        held.reached()
        it.machine.stop(first)
        land_more(it)
        assert it.machine.run({}).states[-1] == "Skipped"
        it.machine.advance(lease.FUNCTION_TIMEOUT_SECONDS - 1)
        # Not dead yet, and the lease is still the aborted run's.
        assert it.machine.run({}).states[-1] == "Skipped"
        held.open()
    assert it.machine.wait(first).status == "ABORTED"
    it.machine.advance(lease.START_SECONDS + 2)
    it.run({})
    expect_all(it)


@pytest.mark.parametrize(
    ("operation", "late"),
    [
        ("BatchUpdatePartition", False),
        race("BatchUpdatePartition", True),
        race("PutItem", False),
        race("PutItem", True),
    ],
)
def test_rollback_that_wakes_up_when_another_has_published_changes_nothing(
    published: Rig, operation: str, late: bool
) -> None:
    it = published
    to = recorded(it)[-1]
    it.run({})

    def matches(call: ApiCall) -> bool:
        return run_of(call) == "rollback" and call.operation == operation

    def roll_back() -> None:
        with acting_as(Principal("person", "rollback")):
            rollback.roll_back(it.settings, to)

    with gate(it.machine, matches, late=late) as held, ThreadPoolExecutor(1) as pool:
        done = pool.submit(roll_back)
        after_other = wake_up_after_another(it, held)
        error = done.exception(300)
    assert locations(it) == after_other
    expect_all(it)
    # Before it is signed we refuse, after that AWS does.
    assert isinstance(error, LeaseLostError) or "RequestExpired" in str(error)
    assert no_lease_left(it)
