"""A field may have a name that others use too, such as those of Springtide's own queries."""

import re
from datetime import datetime
from typing import Any

from springtide.dataset.declaration import is_reserved
from sqlglot import exp, parse_one

from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Bring
from tests.trinosql import assert_is_trino_sql

_UNLOAD = re.compile(r"UNLOAD \(\n(.*)\n\)\nTO .*", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Columns of other tables, and words of SQL.
NAMES = (
    "version", "position", "copies", "is_expected", "line", "line_bytes", "reject_reason",
    "reject_detail", "misfits", "datehour", "lane", "order", "user", "table", "group",
)  # fmt: skip


def test_field_of_a_frequent_name_is_published_and_rebuilt(rig: Bring, orders: Orders) -> None:
    names = {*NAMES, *_names_of_own_queries(rig, orders)}
    fields: dict[str, Any] = {name: 'type = "varchar"' for name in names}
    orders.declare(key="id version position", more='type = "bigint"', **fields)
    it = rig(DataSet="orders")
    sent = {name: f"{name} of a" for name in names}
    misfit = order("a", "10:00:00", **sent, more="none")
    it.land("2026/03/01/10/a", misfit, order("a", "10:00:00", version="2"))
    it.run()
    it.land("2026/03/01/11/a", misfit, order("b", "10:30:00"), "broken")
    it.run()

    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})

    rows = [row for _, row in it.rows("events")]
    assert [{name: row[name] for name in names} for row in rows if row["user"]] == [sent]
    assert it.account().rejected == {"missing_key": 2, "malformed": 1}
    assert it.account().misfits == {"more": 2}
    assert "broken" in [row["line"] for _, row in it.rows("quarantine")]
    assert_is_trino_sql(*it.statements)


def _names_of_own_queries(rig: Bring, orders: Orders) -> set[str]:
    """Tables, columns and aliases in the statements of a run and a rebuild, if a field may be so.

    Names with a dot and reserved ones are no field's; the usual fields are there anyway.
    """
    usual = orders.declare(COUNTS)
    it = rig(DataSet="orders")
    it.land("2026/03/01/10/a", order("a", "10:00:00", amount="none"))
    it.run()
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})
    it.close()
    queries = [parse_one(_UNLOAD.sub("\\1", sql), dialect="trino") for sql in it.statements]
    found = {name.name for query in queries for name in query.find_all(exp.Identifier)}
    taken = {"event_time", *(field.name for field in usual.fields)}
    return {name for name in found if _NAME.fullmatch(name) and not is_reserved(name)} - taken


def test_field_called_event_time_is_the_event_time(rig: Bring, orders: Orders) -> None:
    orders.declare(
        without=("at",), time="event_time", event_time='type = "timestamp"\nformats = ["iso8601"]'
    )
    it = rig(DataSet="orders")
    it.land("2026/03/01/10/a", {"id": "a", "event_time": "2026-03-01T10:05:00Z"}, {"id": "b"})
    it.run()
    it.land("2026/03/01/11/a", {"id": "a", "event_time": "2026-03-01T10:05:00.000Z"})
    it.run()

    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})

    columns = [each["Name"] for each in it.table("events")["StorageDescriptor"]["Columns"]]
    assert [name for name in columns if name.startswith("event_")] == ["event_time"]
    (row,) = (row for _, row in it.rows("events"))
    assert (row["id"], row["event_time"]) == ("a", datetime(2026, 3, 1, 10, 5))
    assert it.account().rejected == {"missing_event_time": 1}
    assert_is_trino_sql(*it.statements)
