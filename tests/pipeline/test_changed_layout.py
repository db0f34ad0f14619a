"""A layout that changes over what was ingested: no line is counted twice, and none is lost."""

from datetime import UTC, datetime
from typing import Any

import pytest
from springtide.aws import catalog
from springtide.ledger import marks
from springtide.ledger.lease import LEASE_SECONDS
from springtide.model.errors import RollbackRefusedError
from springtide.requests import declared

from cli.pricing.estimate import estimate
from tests.pipeline.killing import Killer, kill
from tests.pipeline.orders import Orders, order
from tests.pipeline.rig import Rig
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import back

Stack = Start[None]
stack = shared(DataSet="orders", StartFrom="2026-01-01T00")
HOURLY = ""
DAILY = '[landing]\nlayout = "{yyyy}/{MM}/{dd}"'
ZONE = '[landing]\ntime_zone = "Europe/Brussels"'
BESIDE = '[landing]\nlayout = "new/{yyyy}/{MM}/{dd}/{HH}"\ntime_zone = "Europe/Brussels"'
# By name: the layout before and after, the arrival hours that one object has by them.
MOVES = {
    "zone": (HOURLY, ZONE, "2026-03-01T10", "2026-03-01T09"),
    "to days": (HOURLY, DAILY, "2026-03-01T10", "2026-03-01T00"),
    "to hours": (DAILY, HOURLY, "2026-03-01T00", "2026-03-01T01"),
}


def ingested(stack: Stack, orders: Orders, layout: str) -> Rig:
    """Two orders and a broken line, ingested under this layout."""

    def reach() -> None:
        orders.declare(layout)
        it = stack.empty()
        it.land("2026/03/01/10/a", order("a", "10:00:00"), order("b", "10:10:00"), "broken")
        it.run()

    return stack.after(f"ingested {layout}", reach)


def refused(it: Rig) -> str:
    """The cause with which a run ends."""
    return str(it.fail("DataSetError", {"all": True}).cause)


def facts(it: Rig) -> list[Any]:
    """What was published and counted."""
    return [it.account(), *(sorted(map(str, it.rows(name))) for name in ("events", "quarantine"))]


@pytest.mark.parametrize(("before", "after", "was", "now"), MOVES.values(), ids=MOVES)
def test_layout_that_would_count_lines_twice_is_refused_and_changes_nothing(
    stack: Stack, orders: Orders, before: str, after: str, was: str, now: str
) -> None:
    it = ingested(stack, orders, before)
    found, table = facts(it), catalog.table(it.database, "landing")
    assert (found[0].lines, found[0].rejected) == (3, {"malformed": 1})
    changed = orders.declare(after)

    told = declared.changed(it.ledger, changed, it.database)[-1]
    cause = refused(it)

    message = f"was ingested as arrival hour {was}; by the layout"
    assert "a run ends with DataSetError and changes nothing: 2026/03/01/" in told.means
    for text in (told.means, cause):
        assert message in text and f"what lies there is of {now}" in text
    planned = estimate(it.settings, None, datetime.now(UTC))
    assert (planned.arrival_hours, planned.changed, planned.new, planned.slices) == (0, 0, 0, [])
    with pytest.raises(RollbackRefusedError, match="10/a is of arrival hour 2026-03-01T"):
        back(it, "none")
    assert facts(it) == found
    assert catalog.table(it.database, "landing") == table
    orders.declare(before)
    it.run()
    assert facts(it) == found


def test_layout_is_refused_too_if_a_run_died_before_it_recorded_what_it_had_published(
    stack: Stack, orders: Orders
) -> None:
    orders.declare(HOURLY)
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "10:00:00"), "broken")
    it.mount()
    kill(it, Killer("RecordSliceFunction", "UpdateItem"))
    assert it.machine.run({"all": True}).status == "FAILED"
    it.machine.advance(LEASE_SECONDS)
    orders.declare(ZONE)

    assert "was ingested as arrival hour 2026-03-01T10" in refused(it)

    orders.declare(HOURLY)
    it.run()
    assert [hour for (hour,), _ in it.rows("quarantine")] == ["2026-03-01T10"]
    assert (it.account().lines, it.account().rejected) == (2, {"malformed": 1})


def test_folders_may_change_for_what_lands_from_now_on(stack: Stack, orders: Orders) -> None:
    it = ingested(stack, orders, HOURLY)
    changed = orders.declare(BESIDE)
    assert [change.what for change in declared.changed(it.ledger, changed, it.database)] == [
        "the landing's layout is declared otherwise"
    ]
    it.land("new/2026/03/01/12/b", order("n", "11:30:00"), "broken")

    it.run()

    assert {row["id"] for _, row in it.rows("events")} == {"a", "b", "n"}
    rejected = [hour for (hour,), _ in it.rows("quarantine")]
    assert rejected == ["2026-03-01T10", "2026-03-01T11"]
    assert (it.account().lines, it.account().rejected) == (5, {"malformed": 2})
    # What the first layout has ingested is known still.
    orders.declare(ZONE)
    assert "2026/03/01/10/ was ingested as arrival hour 2026-03-01T10" in refused(it)
    # Folders beside those that were ingested move nothing.
    orders.declare(
        '[landing]\nlayout = "{site}/{yyyy}/{MM}/{dd}/{HH}"\ntime_zone = "Europe/Brussels"\n'
        '[landing.folders]\nsite = ["new", "other"]'
    )
    it.land("other/2026/03/01/13/c", order("c", "12:30:00"))
    it.run()
    assert {row["id"] for _, row in it.rows("events")} == {"a", "b", "n", "c"}
    assert (it.account().lines, it.account().rejected) == (6, {"malformed": 2})


def test_held_hours_are_found_where_a_corrected_zone_has_them(stack: Stack, orders: Orders) -> None:
    orders.declare('[[rules]]\nreason = "free"\nreject_when = "amout = 0"')
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "09:30:00"))
    it.land("2026/06/01/10/b", order("b", "10:00:00"))
    it.run()
    it.run({})
    assert len(it.account().held) == 2
    assert str(marks.mark(it.ledger)) == "2026-06-01T10"
    # By the zone the first folder is an hour earlier, and far behind the newest arrivals.
    orders.declare(ZONE)

    it.run({})

    account = it.account()
    assert (account.lines, account.held) == (2, [])
    assert [row["arrival_hour"] for _, row in it.rows("events")] == ["2026-03-01T09"]
