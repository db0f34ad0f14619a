"""Derived tables are filled from `events` again where one comes back or a rollback empties it."""

from typing import Any

import pytest
from springtide.ledger import fills
from springtide.ledger.status import status
from springtide.ledger.undeclared import undeclared
from springtide.requests import declared
from springtide.undo.rollback import resume
from springtide.undo.rollback_plan import BEFORE_ALL

from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Rig
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import back, cut_offs, recorded

Stack = Start[None]
WITH_NUMBER = COUNTS.replace(
    '  { name = "orders"', '  { name = "number", type = "bigint" },\n  { name = "orders"'
)
# It fails for the hour in which an order has the amount 0.
FAILS = "count(*) / CAST(min(coalesce(amount, 1)) AS bigint)"


def counts(it: Rig) -> dict[str, int]:
    return {hour: row["orders"] for (_, hour), row in it.rows("counts")}


def complete(it: Rig) -> str | None:
    """What readers of the derived table are told."""
    value: str | None = it.table("counts")["Parameters"].get("complete_up_to")
    return value


def seen(it: Rig) -> tuple[Any, ...]:
    """What readers find: rows of both tables, and how complete the derived one is."""
    rows = [(values, row["id"], row["amount"]) for values, row in it.rows("events")]
    return sorted(rows), counts(it), complete(it)


stack = shared(DataSet="orders")


def three_hours(stack: Stack, orders: Orders, *tables: str) -> Rig:
    """An order in each of three hours, ingested with these derived tables declared."""
    orders.declare(*tables)

    def reach() -> None:
        it = stack.empty()
        for hour in ("09", "10", "11"):
            it.land(f"2026/03/01/{hour}/a", order(hour, f"{hour}:00:00"))
        it.run()

    return stack.after(f"three hours, {len(tables)} tables", reach)


def taken_out(stack: Stack, orders: Orders) -> Rig:
    """The same, and a run since `counts` was taken out of the declaration."""

    def reach() -> None:
        it = three_hours(stack, orders, COUNTS)
        assert undeclared(it.settings, it.ledger) == {}
        orders.declare()
        it.run({})

    it = stack.after("taken out", reach)
    orders.declare()
    return it


# ------------------------------------------------------------------ taken out and declared again


def test_derived_table_that_comes_back_has_the_hours_it_missed(
    stack: Stack, orders: Orders
) -> None:
    it = three_hours(stack, orders, COUNTS)
    orders.declare()
    it.land("2026/03/01/12/a", order("c", "09:30:00"), order("d", "12:00:00"))
    it.run({})
    assert counts(it) == {"09": 1, "10": 1, "11": 1}
    assert complete(it) is None
    again = orders.declare(COUNTS)
    (change,) = declared.changed(it.ledger, again, it.database)
    assert "the next run fills it from events, for every event hour" in change.means

    it.run({})

    assert counts(it) == {"09": 2, "10": 1, "11": 1, "12": 1}
    assert complete(it) == "2026-03-01T12"


def test_derived_table_that_comes_back_with_a_new_column_has_it_everywhere(
    stack: Stack, orders: Orders
) -> None:
    it = taken_out(stack, orders)

    orders.declare(WITH_NUMBER, count="10 * count(*) AS number, count(*)")
    it.run({})

    assert [row["number"] for _, row in it.rows("counts")] == [10, 10, 10]


def test_half_a_fill_from_before_a_table_was_taken_out_begins_again(
    stack: Stack, orders: Orders
) -> None:
    it = three_hours(stack, orders, COUNTS)
    orders.declare()
    it.land("2026/03/01/12/a", order("e", "09:30:00"))
    it.run({})
    # As a run leaves it that died before it came to what is not declared any more.
    fills.request(it.ledger, "counts")
    fills.done(it.ledger, {"table": "counts", "hours": [], "after": "events#event_date=2026-03-02"})

    orders.declare(COUNTS)
    it.run({})

    assert counts(it) == {"09": 2, "10": 1, "11": 1}


def test_table_that_is_not_declared_any_more_is_shown_and_said_not_to_be_built(
    stack: Stack, orders: Orders
) -> None:
    it = taken_out(stack, orders)

    found = status(it.settings)

    assert found.undeclared == ["counts"]
    assert found.tables["counts"] == {
        "newest_partition": "2026-03-01/11", "complete_up_to": None, "fresh_up_to": None,
    }  # fmt: skip
    lake = it.settings.lake_bucket
    assert undeclared(it.settings, it.ledger) == {"counts": f"s3://{lake}/tables/counts/"}


def test_table_whose_objects_were_deleted_is_built_when_it_is_declared_again(
    stack: Stack, orders: Orders
) -> None:
    it = taken_out(stack, orders)
    it.remove(undeclared(it.settings, it.ledger)["counts"])
    assert it.rows("counts") == []

    orders.declare(COUNTS)
    it.run({})

    assert counts(it) == {"09": 1, "10": 1, "11": 1}


# ------------------------------------------------------------------ held


@pytest.mark.parametrize("grain", ["hour", "day"])
def test_hour_that_a_fill_could_not_build_is_built_by_the_next_run_when_its_sql_is_mended(
    stack: Stack, orders: Orders, grain: str
) -> None:
    orders.declare(grain=grain)
    it = stack.empty()
    # No object arrived in the event hours, so that there is none to read again.
    it.land("2026/03/02/12/a", order("a", "09:00:00"), order("b", "10:00:00", amount=0))
    it.run()
    orders.declare(COUNTS, grain=grain, count=FAILS)
    it.run({})
    place = "event_date=2026-03-01/" + ("event_hour=10/" if grain == "hour" else "")
    assert [each["hour"] for each in it.account().held_derived] == [f"counts {place}"]

    orders.declare(COUNTS, grain=grain)
    it.run({})

    assert [row["orders"] for _, row in it.rows("counts")] == [1, 1]
    assert complete(it) == "2026-03-02T12"
    known = len(it.statements)
    it.run({})
    assert it.statements[known:] == []


# ------------------------------------------------------------------ rolled back


def filled(stack: Stack, orders: Orders, *, more: bool = False) -> tuple[Rig, str]:
    """A new table that a run has filled, with arrivals in that run if `more`; the slice before."""

    def reach() -> None:
        it = three_hours(stack, orders)
        orders.declare(COUNTS)
        if more:
            it.land("2026/03/01/12/b", order("b", "10:30:00"), order("c", "12:00:00"))
        it.run({})

    it = stack.after(f"filled, more: {more}", reach)
    orders.declare(COUNTS)
    return it, recorded(it)[0]


@pytest.mark.parametrize("hold", [False, True], ids=["at once", "held"])
@pytest.mark.parametrize("more", [False, True], ids=["the fill only", "new arrivals too"])
def test_rollback_over_a_fill_and_a_run_leave_the_table_whole(
    stack: Stack, orders: Orders, more: bool, hold: bool
) -> None:
    it, first = filled(stack, orders, more=more)
    before = seen(it)
    assert before[1:] == (
        ({"09": 1, "10": 2, "11": 1, "12": 1}, "2026-03-01T12")
        if more
        else ({"09": 1, "10": 1, "11": 1}, "2026-03-01T11")
    )

    plan = back(it, first, hold=hold)

    assert plan.fills == ["counts"]
    assert (counts(it), complete(it)) == ({}, None)
    assert status(it.settings).filling == {"counts": hold}
    if hold:
        it.run({})
        assert (counts(it), complete(it)) == ({}, None)
        assert resume(it.settings).fills == ["counts"]
    it.run({})
    assert seen(it) == before
    assert status(it.settings).filling == {}


def test_rollback_of_everything_leaves_nothing_to_fill_from(stack: Stack, orders: Orders) -> None:
    it, _ = filled(stack, orders)
    before = seen(it)

    plan = back(it, BEFORE_ALL)

    assert plan.fills == []
    now = status(it.settings)
    assert now.filling == {}
    # The partitions are there, and point at nothing.
    assert {name: table["newest_partition"] for name, table in now.tables.items()} == {
        "events": None, "quarantine": None, "counts": None,
    }  # fmt: skip
    it.run({})
    assert seen(it) == before
    assert [slice_["state"] for slice_ in status(it.settings).slices][:2] == [
        "recorded", "rollback",
    ]  # fmt: skip


def test_rollback_over_a_part_of_a_fill_and_a_run_leave_the_table_whole(
    stack: Stack, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("springtide.ledger.fills.MAX_HOURS", 1)
    it = three_hours(stack, orders)
    orders.declare(COUNTS)
    it.run({})
    before, (_, of_09, *_) = seen(it), recorded(it)

    back(it, of_09)

    assert (counts(it), complete(it)) == ({"09": 1}, None)
    it.run({})
    assert seen(it) == before


def test_rollback_over_a_table_that_a_person_had_built_again_builds_it_again(
    stack: Stack, orders: Orders
) -> None:
    it = three_hours(stack, orders, COUNTS)
    (first,) = recorded(it)
    orders.declare(COUNTS, count="10 * count(*)")
    it.run({"rebuild": {"table": "counts"}})

    back(it, first)

    assert counts(it) == {"09": 1, "10": 1, "11": 1}
    it.run({})
    assert counts(it) == {"09": 10, "10": 10, "11": 10}


def fill_with_a_held_hour(stack: Stack, orders: Orders) -> Rig:
    """A new table that a run has filled except for one hour, which fails."""

    def reach() -> None:
        orders.declare()
        it = stack.empty()
        for hour in ("09", "11"):
            it.land(f"2026/03/01/{hour}/a", order(hour, f"{hour}:00:00"))
        it.land("2026/03/01/12/a", order("10", "10:00:00", amount=0))
        it.run()
        orders.declare(COUNTS, count=FAILS)
        it.run({})
        assert [each["hour"] for each in it.account().held_derived] == [
            "counts event_date=2026-03-01/event_hour=10/"
        ]
        assert counts(it) == {"09": 1, "11": 1}

    it = stack.after("held", reach)
    orders.declare(COUNTS, count=FAILS)
    return it


def test_rollback_over_a_fill_with_a_held_hour_leaves_that_one_held(
    stack: Stack, orders: Orders
) -> None:
    it = fill_with_a_held_hour(stack, orders)
    before = seen(it)

    back(it, recorded(it)[0])
    it.run({})

    assert seen(it) == before
    orders.declare(COUNTS)
    it.run({})
    assert counts(it) == {"09": 1, "10": 1, "11": 1}


def test_rollback_over_the_slice_that_built_a_held_hour_builds_it_again(
    stack: Stack, orders: Orders
) -> None:
    it = fill_with_a_held_hour(stack, orders)
    fill = recorded(it)[-1]
    orders.declare(COUNTS)
    it.land("2026/03/01/13/a", order("13", "13:00:00"))
    it.run({})
    before = seen(it)
    assert before[1:] == ({"09": 1, "10": 1, "11": 1, "13": 1}, "2026-03-01T13")

    back(it, fill)

    assert counts(it) == {"09": 1, "11": 1}
    it.run({})
    assert seen(it) == before


@pytest.mark.parametrize("run_between", [False, True], ids=["again", "run between"])
def test_rollback_over_a_fill_that_was_cut_off_anywhere_can_be_done_again(
    stack: Stack, orders: Orders, monkeypatch: pytest.MonkeyPatch, run_between: bool
) -> None:
    it, first = filled(stack, orders, more=True)
    before, calls, cuts = seen(it), range(1, 100, 3), 0
    for _ in cut_offs(monkeypatch, lambda: back(it, first), calls):
        cuts += 1
        if run_between:
            it.run({})
            assert seen(it) == before
    assert cuts > 2
    it.run({})
    assert seen(it) == before
