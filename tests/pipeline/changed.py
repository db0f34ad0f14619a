"""What the tests of a changed declaration start from, and how they look at what it means."""

from typing import Any

from springtide.dataset.changes import Change
from springtide.dataset.declaration import DataSet
from springtide.requests import declared

from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Rig
from tests.pipeline.starts import Start

Stack = Start[None]


def changes(it: Rig, data_set: DataSet) -> list[Change]:
    return declared.changed(it.ledger, data_set, it.database)


def values(it: Rig, *columns: str) -> dict[str, tuple[Any, ...]]:
    """By id these columns of the published events; what a file has no column of is NULL."""
    return {row["id"]: tuple(map(row.get, columns)) for _, row in it.rows("events")}


def ingested(stack: Stack, orders: Orders) -> Rig:
    """Orders a, b and c of an hour, ingested under the usual declaration."""

    def reach() -> None:
        orders.declare()
        it = stack.empty()
        lines = (order(i, "10:00:00", note=f"of {i}", amount=1) for i in "abc")
        it.land("2026/03/01/10/a", *lines)
        it.run()

    return stack.after("ingested", reach)


def counted(stack: Stack, orders: Orders) -> Rig:
    """Orders a and b of an hour, ingested with COUNTS declared."""

    def reach() -> None:
        orders.declare(COUNTS)
        it = stack.empty()
        it.land("2026/03/01/10/a", order("a", "10:00:00", note="x"), order("b", "10:30:00"))
        it.run()

    return stack.after("counted", reach)
