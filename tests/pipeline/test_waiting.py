"""Late rows wait for their event hour to be due, and nothing of them is lost or told wrongly."""

from collections.abc import Callable

from springtide.ledger.status import status
from springtide.sql.waiting import waiting_rows

from tests.pipeline.rig import Rig, event

Bring = Callable[..., Rig]
HOUR = 3600


def land_hour(it: Rig, hour: int, detectors: int = 100) -> None:
    """An arrival hour of as many events, all of that hour."""
    at = f"2020-07-13T{hour:02}:30:00Z"
    it.land(f"2020/07/13/{hour:02}/a.gz", *(event(n, at) for n in range(detectors)))


def land_late(it: Rig, hour: int, *others: str, late: int = 2) -> None:
    """An arrival hour with an event of it, a broken line, and late events of 00 and other hours."""
    at = [f"2020-07-13T{hour:02}:10:00Z", *["2020-07-13T00:40:00Z"] * late, *others]
    lines = [event(1000 + n, moment) for n, moment in enumerate(at)]
    it.land(f"2020/07/13/{hour:02}/a.gz", *lines, "broken")


def test_late_rows_wait_until_they_are_due(rig: Bring) -> None:
    it = rig(DeferHours="6")
    land_hour(it, 0)
    it.run()
    before = it.partitions("events")

    land_late(it, 5, "2020-07-13T01:00:00Z")
    it.run({})

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
    (waits,) = now.waiting["event_hours"]
    assert (waits["event_hour"], waits["rows"], now.waiting["rows"]) == ("2020-07-13T00", 2, 2)
    shown = waiting_rows([(version, ("2020-07-13", "00")) for version in waits["versions"]])
    found = it.machine.athena.query(shown, it.machine.outputs["DatabaseName"])
    assert len(found) == 2

    it.machine.advance(6 * HOUR)
    due = it.run({})

    assert "Extract" not in due.states
    assert it.account().waiting == 0
    now = status(it.settings)
    assert now.complete_up_to == now.fresh_up_to == "2020-07-13T05"
    assert (now.slices[0]["hours"], now.waiting["event_hours"]) == (0, [])
    it.expect()
