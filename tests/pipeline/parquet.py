"""Clicks in Parquet, and the declarations that read them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.pipeline.declares import Declares

HOUR = "2020/07/13/00/"

DECLARATION = """
name = "clicks"
description = "Clicks."
{landing}
[event_time]
field = "at"
[key]
fields = ["id"]
[revision]
field = "revision"
[lateness]
too_old_hours = 840
in_future_hours = 1
[[fields]]
name = "id"
type = "varchar"
path = "event.id"
[[fields]]
name = "at"
type = "timestamp"
path = "event.time"
formats = ["iso8601"]
[[fields]]
name = "revision"
type = "bigint"
path = "version"
[[fields]]
name = "price"
type = "decimal(38,18)"
[[fields]]
name = "weight"
type = "double"
[[fields]]
name = "ok"
type = "boolean"
[[fields]]
name = "day"
type = "date"
[[fields]]
name = "sku"
type = "varchar"
path = ["items", 0, "sku"]
[[fields]]
name = "items"
type = "json"
[[fields]]
name = "props"
type = "json"
[[fields]]
name = "colour"
type = "varchar"
path = ["props", "Colour"]
[[fields]]
name = "inner_n"
type = "integer"
json_in = ["payload"]
path = ["n"]
[[rules]]
reason = "heavy"
reject_when = "weight > 1000"
"""

PARQUET = """[landing]
format = "parquet"
[landing.columns]
Event = "struct<time: timestamp, ID: string>"
version = "bigint"
price = "decimal(38,18)"
weight = "double"
ok = "boolean"
day = "date"
items = "array<struct<sku:string,n:int>>"
props = "map<string,string>"
payload = "string"
line = "string"
"""

# The columns as the producer writes them.
TYPES = {
    "event": "STRUCT(id VARCHAR, time TIMESTAMP)", "version": "INTEGER", "Price": "DECIMAL(20,4)",
    "weight": "DOUBLE", "ok": "BOOLEAN", "day": "DATE", "items": "STRUCT(sku VARCHAR, n INTEGER)[]",
    "props": "MAP(VARCHAR, VARCHAR)", "payload": "VARCHAR", "other": "BIGINT",
}  # fmt: skip


def click(number: int, at: str = "2020-07-13T00:10:00.250", **members: Any) -> dict[str, Any]:
    return {
        "event": {"id": f"e{number}", "time": at},
        "version": 1,
        "Price": "19.9000",
        "weight": 0.1,
        "ok": True,
        "day": "2020-07-13",
        "items": [{"sku": 'a,\u00e9\u4e2d "q"', "n": 1}, None],
        "props": {"Colour": "red", "B": None},
        "payload": '{"n": 7}',
        "other": number,
        **members,
    }


HOURS = {
    "2020/07/12/23/a": [click(1, "2020-07-12T23:59:59.999"), click(2, "2020-07-12T22:00:00.000")],
    "2020/07/13/00/a": [
        click(3, items=None, props=None, payload=None, weight=None),
        click(1, "2020-07-12T23:59:59.999", version=3, ok=False),
        click(4, weight=5000.5),
        click(5, "2010-01-01T00:00:00.000"),
        click(6, event=None),
        click(7, event={"id": None, "time": "2020-07-13T00:10:00.000"}),
    ],
    "2020/07/13/00/b": [click(1, "2020-07-12T23:59:59.999", version=2), click(8, items=[])],
}


def write(file: Path, events: list[dict[str, Any]], types: dict[str, str] | None = None) -> Path:
    """Writes events as Parquet, of these types."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = file.with_name(".lines.json")
    lines.write_text("".join(json.dumps(event) + "\n" for event in events))
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in (types or TYPES).items())
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_json('{lines}', format = 'newline_delimited',"
        f" columns = {{{columns}}})) TO '{file}' (FORMAT parquet)"
    )
    lines.unlink()
    return file


def declaring(folder: Path, patch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Has every step read the declaration with the landing that is given."""
    declares = Declares(folder / "sets", patch)
    return lambda landing: declares("clicks", DECLARATION.format(landing=landing))
