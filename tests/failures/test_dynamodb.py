"""DynamoDB that leaves items, throttles, or says that another writer was faster."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from springtide.aws import batches, clock
from springtide.ledger import lease, open_hours
from springtide.model.errors import LedgerBusyError

from offline.api_calls import ApiCall, Watcher
from tests.failures import partial
from tests.failures.conftest import Scene
from tests.failures.observed import check_prefixes, lost, pointers, reason
from tests.pipeline.rig import Rig
from tests.watchers import Refuses

pytestmark = pytest.mark.usefixtures("no_pauses")


class Meanwhile(Watcher):
    """Does something just before the first update by a function or a state machine's state."""

    def __init__(self, who: str, does: Callable[[], object]) -> None:
        self._who = who
        self._does = does
        self.done = False

    def before(self, call: ApiCall) -> None:
        named = f"{call.principal.name} {call.principal.doing}"
        if not self.done and call.operation == "UpdateItem" and self._who in named:
            self.done = True
            self._does()


def rob(scene: Scene) -> None:
    """Gives the lease to another writer, who has just taken it."""
    until = int(clock.now().timestamp()) + lease.LEASE_SECONDS
    scene.it.ledger.items.update(
        "lease",
        "lease",
        "SET holder = :them, expires_at = :until",
        {":them": "somebody-else", ":until": until},
    )


def holder(scene: Scene) -> object:
    return (scene.it.ledger.items.get("lease", "lease") or {}).get("holder")


def test_run_whose_items_are_written_a_few_at_a_time_journals_every_flip(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ahead in range(1, 4):
        scene.land(scene.hour.plus(ahead), ahead)
    asked = partial.leave_items(monkeypatch, at_most=1)

    scene.it.run({})

    assert max(asked) > 1
    (only,) = scene.slices
    journal = {item["to"] for item in scene.it.ledger.items.query(f"journal#{only['sk']}")}
    moved = [place for table in pointers(scene.it).values() for place in table.values()]
    assert journal == {place for place in moved if str(only["sk"]) in place}
    scene.it.expect()


def test_run_whose_journal_cannot_be_written_flips_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pointers(scene.it)
    asked = partial.leave_items(monkeypatch, at_most=0)

    failed = scene.it.fail("LedgerBusyError")

    assert "left 1 items of kind journal#" in reason(failed)
    assert any("LedgerBusyError" in message for message in scene.told)
    assert len(asked) == 1 + len(batches.PAUSES)
    assert pointers(scene.it) == before
    monkeypatch.undo()
    scene.it.run({})
    scene.it.expect()
    check_prefixes(scene.it)


def test_items_that_dynamodb_leaves_unread_are_read_in_the_end_or_are_an_error(
    machine: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = machine.ledger.items
    sorts = [f"{n:03d}" for n in range(130)]
    kept.put_all("scratch", ((sort, {"n": int(sort)}) for sort in sorts))
    asked = partial.leave_unread(monkeypatch, at_most=40)

    assert {s: item["n"] for s, item in kept.get_all("scratch", sorts).items()} == {
        sort: int(sort) for sort in sorts
    }
    assert asked == [100, 60, 20, 30]
    partial.leave_unread(monkeypatch, at_most=0)
    with pytest.raises(LedgerBusyError, match="left 2 items of kind scratch unread"):
        kept.get_all("scratch", sorts[:2])


def test_run_whose_ledger_is_throttled_comes_to_its_end(scene: Scene) -> None:
    single = ("PutItem", "UpdateItem", "GetItem", "DeleteItem")
    operations = (*single, "Query", "BatchWriteItem", "BatchGetItem")
    codes = ("ProvisionedThroughputExceededException", "ThrottlingException")
    watchers = [Refuses(name, code, "", times=3) for name in operations for code in codes]
    scene.watch(*watchers)

    scene.it.run({})

    assert [watcher.refused for watcher in watchers] == [3] * len(watchers)
    scene.it.expect()
    check_prefixes(scene.it)


def test_run_whose_journal_is_throttled_without_end_flips_nothing_and_the_next_one_does(
    scene: Scene,
) -> None:
    before = pointers(scene.it)
    scene.watch(Refuses("BatchWriteItem", "ThrottlingException", "Rate exceeded"))

    failed = scene.it.fail("ThrottlingException")

    assert "Rate exceeded" in reason(failed)
    (message,) = scene.told
    assert "Lease:      free" in message
    assert pointers(scene.it) == before
    scene.unwatch()
    scene.it.run({})
    scene.it.expect()
    check_prefixes(scene.it)


def test_ledger_that_cannot_be_read_leaves_the_report_in_the_queue_and_the_lease_free(
    scene: Scene,
) -> None:
    before = pointers(scene.it)
    scene.watch(Refuses("Query", "ThrottlingException", "Rate exceeded"))

    failed = scene.it.fail("ThrottlingException")

    (report,) = lost(scene.it)
    assert report["requestPayload"]["detail"]["executionArn"] == failed.arn
    assert pointers(scene.it) == before
    assert holder(scene) is None
    scene.unwatch()
    scene.it.run({})
    scene.it.expect()


def test_run_that_loses_its_lease_flips_nothing_and_leaves_the_lease_to_the_other(
    scene: Scene,
) -> None:
    before = pointers(scene.it)
    scene.watch(Meanwhile("AddPartitions", lambda: rob(scene)))

    failed = scene.it.fail("LeaseLostError")

    assert "no longer holds the lease" in reason(failed)
    assert any("LeaseLostError" in message for message in scene.told)
    assert pointers(scene.it) == before
    assert holder(scene) == "somebody-else"
    lease.release(scene.it.ledger, "somebody-else")
    scene.it.run({})
    scene.it.expect()
    check_prefixes(scene.it)


def test_lease_taken_at_the_same_moment_is_left_to_its_holder(scene: Scene) -> None:
    before = pointers(scene.it)
    robs = Meanwhile("TakeLease", lambda: rob(scene))
    scene.watch(robs)
    scene.it.mount()

    skipped = scene.it.machine.run({})

    assert robs.done
    assert (skipped.status, skipped.states[-1]) == ("SUCCEEDED", "Skipped")
    assert holder(scene) == "somebody-else"
    assert pointers(scene.it) == before
    lease.release(scene.it.ledger, "somebody-else")
    scene.it.run({})
    scene.it.expect()


def test_lease_that_was_taken_over_is_not_released_by_its_old_holder(
    scene: Scene,
) -> None:
    robs = Meanwhile("Release Lease", lambda: rob(scene))
    scene.watch(robs)

    scene.it.run({})

    assert robs.done
    assert holder(scene) == "somebody-else"
    lease.release(scene.it.ledger, "nobody-at-all")
    assert holder(scene) == "somebody-else"
    lease.release(scene.it.ledger, "somebody-else")
    assert holder(scene) is None
    scene.it.expect()


def test_hour_that_is_freed_at_the_same_moment_is_ingested_once(scene: Scene) -> None:
    kept = scene.it.ledger
    fingerprint = {"objects": 0, "bytes": 0, "digest": ""}
    kept.items.put("open", str(scene.hour), {"state": "held", "fingerprint": fingerprint})
    freed: list[bool] = []
    frees = Meanwhile("CheckInput", lambda: freed.append(open_hours.free(kept, scene.hour)))
    scene.watch(frees)

    scene.it.run({"retry": True})

    assert freed == [True]
    assert [item["hours"] for item in scene.slices] == [1]
    assert kept.items.get("open", str(scene.hour)) is None
    scene.it.expect()
    assert not open_hours.free(kept, scene.hour)


def test_item_above_400_kilobytes_is_refused_as_dynamodb_does(machine: Rig) -> None:
    kept = machine.ledger.items
    kept.put("scratch", "large", {"text": "x" * 390_000})

    changes: list[Any] = [
        lambda: kept.put("scratch", "larger", {"text": "x" * 410_000}),
        lambda: kept.update("scratch", "large", "SET more = :x", {":x": "x" * 20_000}),
        lambda: kept.put_all("scratch", [("larger", {"text": "x" * 410_000})]),
    ]
    for change in changes:
        with pytest.raises(ClientError, match="Item size"):
            change()
    assert kept.get("scratch", "larger") is None
