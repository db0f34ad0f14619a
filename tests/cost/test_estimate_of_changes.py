"""A dry run counts the arrival hours that a changed declaration has the next run read again."""

from datetime import UTC, datetime

from springtide.ledger import slices

from cli.pricing.estimate import estimate
from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Rig
from tests.pipeline.starts import Start, shared

Stack = Start[None]
stack = shared(DataSet="orders", StartFrom="2026-01-01T00")
WRONG = '[[rules]]\nreason = "free"\nreject_when = "amout = 0"'
RIGHT = '[[rules]]\nreason = "free"\nreject_when = "amount = 0"'
ZONE = '[landing]\ntime_zone = "Europe/Brussels"'


def planned_and_read(it: Rig) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The first and last arrival hour of each slice that is planned, and of each that is run."""
    plan = estimate(it.settings, None, datetime.now(UTC))
    known = {item["sk"] for item in slices.newest_first(it.ledger)}
    it.run({})
    read = [item for item in slices.newest_first(it.ledger) if item["sk"] not in known]
    return (
        [(each["first_hour"], each["last_hour"]) for each in plan.slices],
        [(item["first_hour"], item["last_hour"]) for item in reversed(read)],
    )


def held(stack: Stack, orders: Orders, declared: str, count: str = "count(*)") -> Rig:
    """An hour, or a derived table's hour of it, that is held for a mistake in the declaration."""
    orders.declare(declared, count=count)
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "09:30:00", amount=1))
    it.run()
    assert planned_and_read(it) == ([], [])
    return it


def test_held_hour_is_planned_once_its_mistake_is_mended(stack: Stack, orders: Orders) -> None:
    it = held(stack, orders, WRONG)
    orders.declare(RIGHT)
    assert planned_and_read(it) == ([("2026-03-01T10", "2026-03-01T10")],) * 2


def test_held_hour_is_planned_where_a_corrected_zone_has_it(stack: Stack, orders: Orders) -> None:
    it = held(stack, orders, WRONG)
    orders.declare(RIGHT, ZONE)
    assert planned_and_read(it) == ([("2026-03-01T09", "2026-03-01T09")],) * 2


def test_hour_of_a_derived_table_is_planned_once_its_sql_is_mended(
    stack: Stack, orders: Orders
) -> None:
    it = held(stack, orders, COUNTS, count="count(*) / CAST(0 AS bigint)")
    orders.declare(COUNTS)
    assert planned_and_read(it) == ([("2026-03-01T10", "2026-03-01T10")],) * 2
