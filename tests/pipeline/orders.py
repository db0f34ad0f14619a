"""A small data set whose declaration the tests change between runs, and its events."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from springtide.dataset.declaration import DataSet

from tests.pipeline.declares import Declares

_HEAD = """name = "orders"
key = {{ fields = [{key}] }}
event_time = {{ field = "{time}" }}
lateness = {{ too_old_hours = 48, in_future_hours = 1 }}
"""
_FIELDS = {
    "id": 'type = "varchar"',
    "at": 'type = "timestamp"\nformats = ["iso8601"]',
    "amount": 'type = "double"',
    "note": 'type = "varchar"',
}
COUNTS = """
[[derived]]
table = "counts"
key = ["event_time"]
reach_minutes = 0
columns = [
  { name = "event_time", type = "timestamp" },
  { name = "orders", type = "bigint" },
]
"""
# By text and hour: the amounts of the hour and of those before it, as far as is looked back.
SUMS = """
[[derived]]
table = "sums"
key = ["text"]
reach_minutes = 60
columns = [{ name = "text", type = "varchar" }, { name = "amounts", type = "double" }]
"""
_SQL = """SELECT
  date_trunc('hour', event_time) AS event_time,
  {count} AS orders,
  event_date,
  event_hour
FROM events
WHERE {{read_hours}} AND {{built_hours}}
GROUP BY date_trunc('hour', event_time), event_date, event_hour"""
_KEYS = """SELECT DISTINCT date_trunc('hour', event_time) AS event_time, event_date, event_hour
FROM events
WHERE {built_hours}"""


class Orders:
    """Writes a declaration, and has runs from then on use it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._declares = Declares(folder, patch)

    def declare(
        self,
        *more: str,
        without: tuple[str, ...] = (),
        key: str = "id",
        time: str = "at",
        grain: str = "hour",
        count: str = "count(*)",
        files: Mapping[str, str] = {},
        **fields: str,
    ) -> DataSet:
        """Declares the usual fields but those `without`, `fields` besides, and `more` tables.

        `files` are of SQL, by name, besides those of COUNTS.
        """
        declared = {name: rest for name, rest in _FIELDS.items() if name not in without} | fields
        tables = [f'[[fields]]\nname = "{name}"\n{rest}\n' for name, rest in declared.items()]
        keys = ", ".join(f'"{name}"' for name in key.split())
        head = f'grain = "{grain}"\n' + _HEAD.format(key=keys, time=time)
        sql = {"counts": _SQL.format(count=count), "counts_keys": _KEYS}
        if grain == "day":
            for name, text in sql.items():
                sql[name] = text.replace(",\n  event_hour", "").replace(", event_hour", "")
        return self._declares("orders", "\n".join([head, *tables, *more]), **sql, **files)


def order(id: str, at: str, **members: Any) -> dict[str, Any]:
    """An order of 1 March 2026, at a time of that day."""
    return {"id": id, "at": f"2026-03-01T{at}Z", **members}


def sums(text: str, amount: str) -> dict[str, str]:
    """The SQL of SUMS over the columns that these are called."""
    return {
        "sums": f"""WITH looked_at AS (
  SELECT *, sum({amount}) OVER (
    PARTITION BY {text} ORDER BY event_time
    RANGE BETWEEN INTERVAL '60' MINUTE PRECEDING AND CURRENT ROW
  ) AS amounts
  FROM events
  WHERE {{read_hours}}
)
SELECT {text} AS text, max(amounts) AS amounts, event_date, event_hour
FROM looked_at AS l
WHERE {{built_hours}}
GROUP BY {text}, event_date, event_hour""",
        "sums_keys": f"""SELECT DISTINCT events.{text} AS text, event_date, event_hour
FROM events WHERE {{built_hours}}""",
    }


def declare_renamed(orders: Orders) -> None:
    """Declares SUMS over the fields `note` and `amount` under new names."""
    orders.declare(
        SUMS,
        files=sums("remark", "price"),
        without=("note", "amount"),
        remark='type = "varchar"\npath = "note"\nwas = "note"',
        price='type = "double"\npath = "amount"\nwas = "amount"',
    )
