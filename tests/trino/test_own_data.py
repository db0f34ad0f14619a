"""Events in lists whose members have capitals: the same rows on both engines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from springtide.dataset import loading

from tests.pipeline.test_records import DECLARATION, NESTED, record
from tests.trino.conftest import Served

CAPITALS = """
[[fields]]
name = "session"
type = "varchar"
path = ["sessionId"]
[[fields]]
name = "count"
type = "bigint"
path = ["itemCount"]
[[fields]]
name = "price"
type = "decimal(10,2)"
path = ["unitPrice"]
"""


def test_members_with_capitals_are_read_alike_on_both_engines(
    served: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, load = tmp_path / "sets" / "lists", loading.load
    folder.mkdir(parents=True)
    records = 'records = ["resourceLogs", "scopeLogs"]'
    declaration = DECLARATION.format(name="lists", landing=records) + CAPITALS
    declaration += NESTED[: NESTED.index("[[fields]]", 20)]
    (folder / "dataset.toml").write_text(declaration)
    monkeypatch.setattr(loading, "load", lambda *_: load("lists", folder.parent))
    at = served(both=True)
    values: dict[str, Any] = {"sessionId": "s", "itemCount": 2, "unitPrice": 1.5}
    events = [record("a", **values), record("b", SESSIONID="t"), None, 5, record("c", Id="d"), {}]
    group = {"resource": {"service.name": "shop"}, "scopeLogs": events}
    at.rig.land(
        "2020/07/13/00/a.gz",
        {"owner": "me", "resourceLogs": [group, {"scopeLogs": []}, None, 7]},
        {"owner": "me", "resourceLogs": []},
    )

    at.rig.run()

    assert [each for each in at.compared if each.differs] == []
    a, b = sorted((row for _, row in at.rig.rows("events")), key=lambda row: row["id"])
    assert (a["owner"], a["service"], a["session"], a["count"], str(a["price"])) == (
        *("me", "shop", "s", 2, "1.50"),
    )
    assert (b["session"], b["count"]) == ("t", None)
    lines = sorted(row["line"] for _, row in at.rig.rows("quarantine"))
    assert sum(line == "null" for line in lines) == 1
    assert len(lines) == 8
