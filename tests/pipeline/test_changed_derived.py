"""Derived tables whose declaration, or that of the events they read, changes between runs."""

import pytest

from tests.pipeline.changed import Stack, changes, counted
from tests.pipeline.orders import COUNTS, SUMS, Orders, declare_renamed, order, sums
from tests.pipeline.starts import shared
from tests.trinosql import assert_is_trino_sql

stack = shared(DataSet="orders")


def test_derived_tables_read_a_renamed_field_in_hours_that_were_not_merged_since(
    stack: Stack, orders: Orders
) -> None:
    orders.declare(SUMS, files=sums("note", "amount"))
    it = stack.empty()
    for hour in ("08", "10"):
        it.land(f"2026/03/01/{hour}/a", order(hour, f"{hour}:00:00", note="x", amount=1))
    it.run()
    declare_renamed(orders)
    it.land("2026/03/01/11/b", order("b", "11:00:00", note="x", amount=2))

    it.run()

    def found() -> dict[str, tuple[str, float]]:
        return {hour: (row["text"], row["amounts"]) for (_, hour), row in it.rows("sums")}

    assert {row["id"]: row.get("price") for _, row in it.rows("events")}["10"] is None
    assert found() == {"08": ("x", 1.0), "10": ("x", 1.0), "11": ("x", 3.0)}
    it.run({"rebuild": {"table": "sums"}})
    assert found() == {"08": ("x", 1.0), "10": ("x", 1.0), "11": ("x", 3.0)}
    assert_is_trino_sql(*it.statements)


def test_new_derived_table_is_filled_from_events(
    stack: Stack, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("springtide.ledger.fills.MAX_HOURS", 2)
    orders.declare()
    it = stack.empty()
    for hour in ("09", "10", "11"):
        it.land(f"2026/03/01/{hour}/a", order(hour, f"{hour}:00:00"), order("x", f"{hour}:30:00"))
    it.run()
    for file in it.landing.rglob("a"):
        file.unlink()
    orders.declare(COUNTS)
    known = len(it.statements)

    it.run({})

    built = {hour: row["orders"] for (_, hour), row in it.rows("counts")}
    assert built == {"09": 2, "10": 2, "11": 2}
    assert not [sql for sql in it.statements[known:] if "FROM landing" in sql]
    for table in ("events", "counts"):
        assert it.table(table)["Parameters"]["complete_up_to"] == "2026-03-01T11"
    known = len(it.statements)
    it.run({})
    assert it.statements[known:] == []


def test_derived_table_is_built_again_from_events(stack: Stack, orders: Orders) -> None:
    it = counted(stack, orders)
    changed = orders.declare(COUNTS, count="100 * count(*)")
    assert [change.what for change in changes(it, changed)] == [
        "derived table counts is built in another way"
    ]
    it.run({})
    assert [row["orders"] for _, row in it.rows("counts")] == [2]

    it.run({"rebuild": {"table": "counts"}})

    assert [row["orders"] for _, row in it.rows("counts")] == [200]

    ended = it.fail("InvalidInputError", {"rebuild": {"table": "events"}})

    assert "'events' is not a derived table; there are counts" in str(ended.cause)


def test_other_type_of_a_derived_column_blocks_runs_and_keeps_a_rebuild_requested(
    stack: Stack, orders: Orders
) -> None:
    it = counted(stack, orders)

    (change,) = changes(it, orders.declare(COUNTS.replace("bigint", "double")))

    assert change.what == "derived table counts: column orders is declared as double and is bigint"
    assert "a run ends with CatalogError and changes nothing" in change.means
    it.mount()
    hours = {"from": "2026-03-01T10", "to": "2026-03-01T11"}
    for asked in (hours, {"table": "counts"}):
        ended = it.machine.run({"rebuild": asked})
        assert ended.error == "CatalogError"
    assert (
        "The rebuild stays requested, and the next run that gets past this makes it: event hours"
        " 2026-03-01T10 to 2026-03-01T10, derived table counts"
    ) in str(ended.cause)
    orders.declare(COUNTS, count="10 * count(*)")
    it.run({})
    assert [row["orders"] for _, row in it.rows("counts")] == [20]


def test_derived_key_that_lacks_a_new_key_field_is_named(stack: Stack, orders: Orders) -> None:
    by_id = SUMS.replace("text", "id")
    sql = {
        "sums": "SELECT id, amount AS amounts, event_date, event_hour FROM events"
        " WHERE {read_hours} AND {built_hours}",
        "sums_keys": "SELECT id, event_date, event_hour FROM events WHERE {built_hours}",
    }
    orders.declare(by_id, files=sql)
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "10:00:00", note="x", amount=1))
    it.run()
    orders.declare(by_id, files=sql, key="id note")
    it.land("2026/03/01/11/b", order("a", "10:00:00", note="y", amount=2))

    ended = it.fail("AuditFailedError", {"all": True})

    assert "sums event_date=2026-03-01/event_hour=10/: 2 rows for 1 keys" in str(ended.cause)
    assert "Rows of sums share a key: add to it what tells them apart" in str(ended.cause)


def test_held_derived_hours_are_built_when_the_sql_is_mended(stack: Stack, orders: Orders) -> None:
    orders.declare(COUNTS, count="count(*) / CAST(0 AS bigint)")
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "10:00:00", amount=1))
    it.run()
    assert [place["hour"] for place in it.account().held_derived] == [
        "counts event_date=2026-03-01/event_hour=10/"
    ]

    orders.declare(COUNTS)
    it.run({})

    assert it.account().held_derived == []
    assert [row["orders"] for _, row in it.rows("counts")] == [1]
