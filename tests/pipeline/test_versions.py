"""The journal of flips as people see it."""

from springtide.ledger import journal, slices

from tests.pipeline.rig import Bring, event
from tests.pipeline.undo import back, recorded


def test_versions_are_listed_newest_first_with_what_is_current(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1), event(1, "2020-07-12T22:00:00Z"))
    it.run()
    it.land("2020/07/13/00/late.gz", event(2), "broken")
    it.run()
    first, second = recorded(it)
    found = it.settings

    events = journal.versions(found, 50, "events")
    assert [(v.flip.slice, v.flip.partition[1], v.flip.rows, v.current) for v in events] == [
        (second, "22", 1, True),
        (second, "00", 2, True),
        (first, "22", 1, False),
        (first, "00", 1, False),
    ]
    hour = journal.versions(found, 50, "events", "2020-07-12")
    assert [v.flip.folder for v in hour] == ["event_date=2020-07-12/event_hour=22/"] * 2
    assert journal.versions(found, 50, "events", "2020-07-1") == events
    assert {v.flip.table for v in journal.versions(found, 50)} == {
        "events",
        "quarantine",
        "traffic",
    }
    assert journal.versions(found, 3, "events") == events[:3]
    assert journal.versions(found, 50, "event") == []

    # Each can be queried by its id, which is how versions are compared.
    rows = it.query(
        "SELECT count(*) AS n FROM events_versions"
        f" WHERE springtide_version = '{events[3].flip.version}'"
    )
    assert rows == [{"n": 2}]

    back(it, first)
    undone = journal.versions(found, 50, "events", "2020-07-13/00")
    assert [(v.flip.rows, v.current) for v in undone] == [(1, True), (2, False), (1, True)]
    assert undone[0].flip.version == undone[2].flip.version
    assert [item["state"] for item in slices.newest_first(it.ledger, 2)] == ["rollback", "undone"]
