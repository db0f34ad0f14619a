"""DynamoDB that leaves items, throttles, or says that somebody else was faster."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from springtide import batches, lease
from springtide.errors import LedgerBusyError

from local.calls import ApiCall, Watcher
from tests.failures import partial
from tests.failures.conftest import Refuses, Scene
from tests.failures.observed import check_prefixes, ledger, pointers, reason
from tests.pipeline.rig import Rig


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PAUSES", (0.0,) * len(batches.PAUSES))


class Robs(Watcher):
    """Gives the lease to somebody else just before the partitions are flipped."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._done = False

    def before(self, call: ApiCall) -> None:
        if not self._done and "AddPartitions" in call.principal.name:
            self._done = True
            ledger(self._scene.it).update(
                "lease", "lease", "SET holder = :them", {":them": "somebody-else"}
            )


def test_run_whose_items_are_written_a_few_at_a_time_journals_every_flip(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ahead in range(1, 4):
        scene.land(scene.hour.plus(ahead), ahead)
    asked = partial.leave_items(monkeypatch, at_most=1)

    scene.it.run({})

    assert max(asked) > 1
    (only,) = scene.slices
    journal = {item["to"] for item in ledger(scene.it).query(f"journal#{only['sk']}")}
    moved = [place for table in pointers(scene.it).values() for place in table.values()]
    assert journal == {place for place in moved if str(only["sk"]) in place}
    scene.it.expect()


def test_run_whose_journal_cannot_be_written_flips_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pointers(scene.it)
    asked = partial.leave_items(monkeypatch, at_most=0)
    scene.it.mount()

    failed = scene.it.machine.run({})

    assert (failed.status, failed.error) == ("FAILED", "LedgerBusyError")
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
    kept = ledger(machine)
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
    operations = ("PutItem", "UpdateItem", "GetItem", "Query", "BatchWriteItem", "DeleteItem")
    codes = ("ProvisionedThroughputExceededException", "ThrottlingException")
    watchers = [Refuses(name, code, "", times=3) for name in operations for code in codes]
    scene.watch(*watchers)

    scene.it.run({})

    assert [watcher.refused for watcher in watchers] == [3] * len(watchers)
    scene.it.expect()
    check_prefixes(scene.it)


def test_run_that_loses_its_lease_flips_nothing_and_leaves_the_lease_to_the_other(
    scene: Scene,
) -> None:
    before = pointers(scene.it)
    scene.watch(Robs(scene))
    scene.it.mount()

    failed = scene.it.machine.run({})

    assert (failed.status, failed.error) == ("FAILED", "LeaseLostError")
    assert "no longer holds the lease" in reason(failed)
    assert any("LeaseLostError" in message for message in scene.told)
    assert pointers(scene.it) == before
    assert (ledger(scene.it).get("lease", "lease") or {})["holder"] == "somebody-else"
    lease.release(ledger(scene.it), "somebody-else")
    scene.it.run({})
    scene.it.expect()
    check_prefixes(scene.it)


def test_item_above_400_kilobytes_is_refused_as_dynamodb_does(machine: Rig) -> None:
    kept = ledger(machine)
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
