"""Late rows wait for their event hour to be due, and nothing of them is lost or told wrongly."""

import random
from datetime import UTC, datetime
from pathlib import Path

from springtide.ledger import attempts, waiting
from springtide.ledger.lease import ENDED_SECONDS
from springtide.ledger.status import status
from springtide.model.partitions import Partition
from springtide.sql.waiting import waiting_rows

from offline.generate import GenerateOptions, generate
from tests.pipeline.collecting import collect
from tests.pipeline.killing import Killer, kill
from tests.pipeline.rebuilds import Declare
from tests.pipeline.rig import Rig, event, files
from tests.pipeline.starts import Start, shared
from tests.pipeline.trafficreference import check
from tests.pipeline.undo import back, recorded, state

# With where the events pointed before rows waited.
Waits = Start[dict[Partition, str]]
HOUR = 3600


def land_hour(it: Rig, hour: int, detectors: int = 100) -> None:
    """An arrival hour of as many events, all of that hour."""
    at = f"2020-07-13T{hour:02}:30:00Z"
    it.land(f"2020/07/13/{hour:02}/a.gz", *(event(n, at) for n in range(detectors)))


def land_late(it: Rig, hour: int, *others: str, late: int = 2) -> None:
    """An arrival hour with an event of it, a broken line, and late events of 00 and other hours."""
    at = [f"2020-07-13T{hour:02}:10:00Z", *["2020-07-13T00:40:00Z"] * late, *others]
    lines = [event(1000 * hour + n, moment) for n, moment in enumerate(at)]
    it.land(f"2020/07/13/{hour:02}/a.gz", *lines, "broken")


def two_wait(it: Rig) -> dict[Partition, str]:
    """Two events of hour 00 wait, that landed at 05 beside one of 01, which has no partition."""
    land_hour(it, 0)
    it.run()
    before = it.partitions("events")
    land_late(it, 5, "2020-07-13T01:00:00Z")
    it.run({})
    return before


waits = shared(two_wait, DeferHours="6")


def test_late_rows_wait_until_they_are_due(waits: Waits) -> None:
    it, before = waits.again(), waits.seen

    changed = {p for p, location in it.partitions("events").items() if before.get(p) != location}
    assert changed == {("2020-07-13", "01"), ("2020-07-13", "05")}
    account = it.account()
    assert (account.lines, account.distinct, account.waiting, account.duplicates) == (
        105,
        102,
        2,
        0,
    )
    assert account.rejected == {"malformed": 1}
    now = status(it.settings)
    assert (now.complete_up_to, now.fresh_up_to) == ("2020-07-13T04", "2020-07-13T05")
    assert {name: each["complete_up_to"] for name, each in now.tables.items()} == dict.fromkeys(
        ("events", "quarantine", "traffic"), "2020-07-13T04"
    )
    (hour,) = now.waiting["event_hours"]
    assert (hour["event_hour"], hour["rows"], now.waiting["rows"]) == ("2020-07-13T00", 2, 2)
    shown = waiting_rows([(version, ("2020-07-13", "00")) for version in hour["versions"]])
    found = it.query(shown)
    assert len(found) == 2

    it.machine.advance(6 * HOUR)
    due = it.run({})

    assert "Extract" not in due.states
    assert it.account().waiting == 0
    now = status(it.settings)
    assert now.complete_up_to == now.fresh_up_to == "2020-07-13T05"
    assert (now.slices[0]["hours"], now.waiting["event_hours"]) == (0, [])
    it.expect()


def test_run_with_settle_merges_whatever_waited_to_the_same_rows(
    waits: Waits, tmp_path: Path
) -> None:
    coming, chance = tmp_path / "coming", random.Random(5)
    start = datetime(2020, 7, 13, tzinfo=UTC)
    generate(GenerateOptions(coming, 4, start, days=0.5, late=0.06, late_days=0.8, seed=5))
    it, names = waits.empty(), files(coming)
    hours = sorted({name.parent for name in names})
    chance.shuffle(hours)
    held_back = names[0]  # so that its hour is read again
    waited = 0
    for number in range(4):
        batch = [n for n in names if hours.index(n.parent) % 4 == number and n != held_back]
        it.land_copies(coming, batch if number < 3 else [*batch, held_back])
        it.run({"all": True, **({"settle": True} if chance.random() < 0.2 else {})})
        account = it.account()
        waited += account.waiting
        assert account.duplicates >= 0
        assert account.lines == (
            account.distinct + account.duplicates + account.waiting + sum(account.rejected.values())
        )
        check(it)  # derived tables follow the events that are published
        it.machine.advance(chance.choice([0, 2, 7]) * HOUR)
    assert waited

    settled = it.run({"settle": True})

    assert settled.states[-1] == "Up To Date"
    it.expect()
    check(it)
    assert it.ledger.items.get("settle", settled.arn.rpartition(":")[2]) is None


def test_rollback_brings_back_what_waited_and_collection_keeps_it(waits: Waits) -> None:
    it = waits.again()
    first, second = recorded(it)
    waited, delta = state(it), attempts.succeeded(it.ledger, second, "extract")["target"]

    condemned = collect(it, 100, dry_run=True).condemned
    assert attempts.succeeded(it.ledger, first, "extract")["target"] in condemned
    assert delta not in condemned  # someone waits for it

    it.machine.advance(6 * HOUR)
    it.run()
    assert it.account().waiting == 0
    # A rollback of the third slice would need the delta as long as that can be undone.
    assert delta not in collect(it, 7.1, dry_run=True).condemned
    assert delta in collect(it, 100, dry_run=True).condemned

    undone = back(it, second)
    assert sum(entry["rows"] for entry in undone.waiting.again) == 2
    assert state(it) == waited
    assert (it.account().waiting, it.account().duplicates) == (2, 0)
    assert status(it.settings).complete_up_to == "2020-07-13T04"

    undone = back(it, first)
    assert (len(undone.waiting.again), len(undone.waiting.gone)) == (0, 1)
    assert (it.account().lines, it.account().waiting) == (100, 0)

    it.run()
    assert it.account().waiting == 2
    it.run({"settle": True})
    it.expect()


def test_rebuild_merges_what_waits_for_its_hours_also_of_objects_that_are_gone(
    waits: Waits,
) -> None:
    it = waits.again()
    land_late(it, 6, late=1)
    it.run()
    assert it.account().waiting == 3
    before = len(it.events())
    (it.landing / "2020/07/13/06/a.gz").unlink()

    it.run({"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T01"}})

    assert (len(it.events()), it.account().waiting) == (before + 3, 0)


def test_late_rows_that_wait_are_erased_too(waits: Waits) -> None:
    it = waits.again()

    it.run({"erase": {"field": "unieke_id", "values": [5001]}})

    assert it.account().waiting == 0
    found = {detector for detector, _ in it.events()}
    assert 5002 in found and 5001 not in found


def test_crash_while_a_slice_is_recorded_neither_loses_nor_doubles_what_waits(waits: Waits) -> None:
    it = waits.empty()
    land_hour(it, 0)
    it.run()
    for hour, operation, kind in (
        (5, "BatchWriteItem", "waiting"),  # it waits, its arrival hour is not taken
        (6, "PutItem", "hour"),  # its arrival hour is taken, and is open
    ):
        land_late(it, hour)
        _killed(it, operation, kind)
        it.run({})
        account = it.account()
        assert account.lines == account.distinct + account.waiting + account.rejected["malformed"]
        assert {entry["slice"] for entry in waiting.entries(it.ledger)} <= set(recorded(it))
    assert it.account().waiting == 4
    it.machine.advance(7 * HOUR)
    _killed(it, "BatchWriteItem", "waiting")  # merged and no longer waiting, not recorded
    it.run({})

    assert it.account().waiting == 0
    it.expect()


def _killed(it: Rig, operation: str, kind: str) -> None:
    """A run in which the slice's recording dies after it has written items of a kind."""
    killer = kill(it, Killer("RecordSlice", operation, about=f"#{kind}"))
    it.mount()
    assert it.machine.run({}).status == "FAILED"
    it.machine.calls.watchers.remove(killer)
    assert killer.killed


def test_rebuild_that_rejects_lines_whose_rows_wait_does_not_publish_them_later(
    waits: Waits, declare: Declare
) -> None:
    it = waits.again()
    declare(added='\n[[rules]]\nreason = "unwanted"\nreject_when = "unieke_id IN (5001, 5002)"\n')

    it.run({"rebuild": {"from": "2020-07-13T05", "to": "2020-07-13T06"}})
    it.run({"settle": True})

    assert {5000, 5003} == {n for n, _ in it.events()} - set(range(100))
    account = it.account()
    assert account.rejected == {"malformed": 1, "unwanted": 2}
    assert (account.lines, account.distinct, account.kept, account.waiting) == (105, 102, 0, 0)


def test_rollback_of_a_slice_that_died_while_it_was_recorded_leaves_none_of_its_rows_waiting(
    waits: Waits,
) -> None:
    it = waits.empty()
    land_hour(it, 0)
    it.run()
    (first,) = recorded(it)
    land_late(it, 5)
    _killed(it, "PutItem", "hour")
    it.machine.advance(ENDED_SECONDS + 1)

    back(it, first, hold=True)

    assert (it.account().lines, it.account().waiting) == (100, 0)
    it.run({"settle": True})
    assert len(it.events()) == 100
