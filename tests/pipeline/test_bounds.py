"""Numbers beyond a field's declared bounds are NULL and counted, and stop nothing after them."""

from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.pipeline.orders import Orders, order
from tests.pipeline.rig import Bring

FIELDS = {
    "cars": ("bigint", "min = 0\nmax = 500"),
    "speed": ("integer", "min = -5"),
    "share": ("double", "min = 0.1\nmax = 0.9"),
    "level": ("real", "max = 0.1"),
    "price": ("decimal(5,2)", "min = -1.5\nmax = 999"),
    "fine": ("decimal(38,30)", "max = 99999"),
}
INSIDE = {"cars": 500, "speed": -5, "share": 0.1, "level": 0.1, "price": "-1.50", "fine": "99999"}
OUTSIDE = {
    "cars": 2**63 - 1,
    "speed": -6,
    "share": 0.91,
    "level": 0.11,
    "price": "999.01",
    "fine": "99999.1",
}


def test_number_beyond_its_bounds_is_null_and_counted(rig: Bring, orders: Orders) -> None:
    fields: dict[str, Any] = {n: f'type = "{t}"\n{bounds}' for n, (t, bounds) in FIELDS.items()}
    orders.declare(**fields)
    it = rig(DataSet="orders")
    it.land("2026/03/01/10/a", order("1", "10:00:00", **INSIDE), order("2", "10:00:00", **OUTSIDE))

    it.run()

    one, two = sorted((row for _, row in it.rows("events")), key=lambda row: row["id"])
    assert {name: one[name] for name in FIELDS} == {
        **INSIDE,
        "level": pytest.approx(0.1),
        "price": Decimal("-1.50"),
        "fine": Decimal(99999),
    }
    assert {name: two[name] for name in FIELDS} == dict.fromkeys(FIELDS)
    assert it.account().misfits == dict.fromkeys(sorted(FIELDS), 1)


def test_as_many_bounds_as_fields_are_no_more_than_a_function_takes(
    rig: Bring, orders: Orders
) -> None:
    fields: dict[str, Any] = {f"n{n}": f'type = "bigint"\nmax = {n}' for n in range(130)}
    orders.declare(**fields)
    it = rig(DataSet="orders")
    it.land("2026/03/01/10/a", order("1", "10:00:00", **dict.fromkeys(fields, 2)))

    it.run()

    assert it.account().misfits == {"n0": 1, "n1": 1}
    unloaded = [sql.partition("(")[2].rpartition(")\nTO")[0] for sql in it.statements]
    trees = [sqlglot.parse_one(sql, read="athena") for sql in unloaded if sql]
    calls = [call for tree in trees for call in tree.find_all(exp.ConcatWs)]
    assert calls
    assert max(len(call.expressions) for call in calls) <= 127  # Trino's limit
