"""A landing of orders, from which a declaration is guessed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest


def order(number: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "orderId": f"A-{number}",
        "placedAt": at.isoformat(),
        "customer": {"address": {"country": "BE" if number % 3 else "NL"}},
        "amount": number * 1.5,
        "paid": number % 2 == 0,
        "items": [{"sku": "S"}],
        "@source": "shop",
        "revision": 1,
        **more,
    }


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Orders of two shops in Hive folders, one of them revised and one line broken."""
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    for hour in range(3):
        for shop in ("a", "b"):
            at = start + timedelta(hours=hour, minutes=20)
            numbers = range(hour * 40 + 20 * (shop == "b"), hour * 40 + 20 * (shop == "b") + 20)
            orders = [order(number, at + timedelta(seconds=number)) for number in numbers]
            revised = {**orders[0], "revision": 2, "paid": True}
            folder = (
                tmp_path / "landing" / "raw" / f"shop={shop}" / f"dt={at:%Y-%m-%d}/hour={at:%H}"
            )
            folder.mkdir(parents=True)
            lines = [json.dumps(each) for each in [*orders, revised]]
            (folder / "a.json").write_text("\n".join([*lines, "broken"]) + "\n")
    return tmp_path / "landing"
