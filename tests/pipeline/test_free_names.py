"""A field may have a name that others use too, such as those of Springtide's own queries."""

from collections.abc import Callable
from typing import Any

from tests.pipeline.orders import Orders, order
from tests.pipeline.rig import Rig
from tests.trinosql import assert_is_trino_sql

# `version` and `position` were columns of its own; the others are words of SQL.
NAMES = ("version", "position", "copies", "is_expected", "order", "user", "table", "group")


def test_field_of_a_frequent_name_is_published_and_rebuilt(
    rig: Callable[..., Rig], orders: Orders
) -> None:
    fields: dict[str, Any] = dict.fromkeys(NAMES, 'type = "varchar"')
    orders.declare(key="id version position", **fields)
    it = rig(DataSet="orders")
    sent = {name: f"{name} of a" for name in NAMES}
    it.land("2026/03/01/10/a", order("a", "10:00:00", **sent), order("a", "10:00:00", version="2"))
    it.run()
    it.land("2026/03/01/11/a", order("a", "10:00:00", **sent), order("b", "10:30:00"))
    it.run()

    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})

    rows = [row for _, row in it.rows("events")]
    assert [{name: row[name] for name in NAMES} for row in rows if row["user"]] == [sent]
    assert it.account().rejected == {"missing_key": 2}
    for sql in it.statements:
        assert_is_trino_sql(sql)
