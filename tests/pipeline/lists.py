"""A data set of events in lists, and its events."""

from typing import Any

from tests.pipeline.declares import Declares

DECLARATION = """
name = "lists"
description = "Events in lists."
[landing]
{landing}
[event_time]
field = "at"
[key]
fields = ["id"]
[lateness]
too_old_hours = 840
in_future_hours = 1
[[fields]]
name = "id"
type = "varchar"
[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]
[[fields]]
name = "sent"
type = "json"
path = ["body"]
[[fields]]
name = "owner"
type = "varchar"
path = ["$", "owner"]
"""
NESTED = """
[[fields]]
name = "service"
type = "varchar"
path = ["resourceLogs", "resource", "service.name"]
[[fields]]
name = "scope"
type = "varchar"
path = ["scopeLogs", "name"]
"""


def declare(declares: Declares, landing: str, added: str = "") -> None:
    declares("lists", DECLARATION.format(landing=landing) + added)


def record(name: str, **members: Any) -> dict[str, Any]:
    return {"id": name, "at": "2020-07-13T00:30:00Z", **members}
