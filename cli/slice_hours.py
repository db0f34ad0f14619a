"""Says of a slice which arrival hours it read, or what it did without reading any."""

from collections.abc import Mapping
from typing import Any


def slice_hours(item: Mapping[str, Any]) -> str:
    """Return the first and the last hour and how many, or that, as one line."""
    if item["state"] == "rollback":
        return f"back to {item['to']}"
    if item.get("erases"):
        return "none, erased values"
    if item.get("fills"):
        return f"none, {item['fills']} built from events"
    if not item["hours"]:
        return "none, late rows that waited"
    return f"{item['first_hour']} to {item['last_hour']} ({item['hours']:,})"
