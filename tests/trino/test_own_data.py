"""Events in lists whose members have capitals: the same rows on both engines."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.pipeline.lists import NESTED, record
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
    served: Callable[..., Served], declared: Callable[..., None]
) -> None:
    around = NESTED[: NESTED.index("[[fields]]", 20)]
    declared('records = ["resourceLogs", "scopeLogs"]', CAPITALS + around)
    at = served(both=True)
    values: dict[str, Any] = {"sessionId": "s", "itemCount": 2, "unitPrice": 1.5}
    events = [record("a", **values), record("b", SESSIONID="t"), None, 5, record("c", Id="d"), {}]
    group = {"resource": {"service.name": "shop"}, "scopeLogs": events}
    deep = '{"resourceLogs": [{"scopeLogs": [{"x": ' + "[" * 1000 + "]" * 1000 + "}]}]}"
    at.rig.land(
        "2020/07/13/00/a.gz",
        deep,
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
    assert len(lines) == 9
    assert deep in lines


def test_a_key_beyond_ascii_is_erased_alike_on_both_engines(
    served: Callable[..., Served], declared: Callable[..., None]
) -> None:
    declared("")
    at = served(both=True)
    it = at.rig
    it.land("2020/07/13/00/a.gz", record("Jürgen"), record("Anna"), r'{"id": "J\u00fcrgen"}')
    it.run()
    it.run({"erase": {"field": "id", "values": ["Jürgen", 'a\\b"ü']}})
    it.land("2020/07/13/01/b.gz", record("Jürgen"), record("Bert"), {"Id": "JÜRGEN"})
    it.run()

    assert [each for each in at.compared if each.differs] == []
    assert {row["id"] for _, row in it.rows("events")} == {"Anna", "Bert"}
    assert it.account().rejected == {"erased": 3, "missing_event_time": 1}


def test_a_hundred_decimals_within_a_member_are_no_more_than_trino_compiles(
    served: Callable[..., Served], declared: Callable[..., None]
) -> None:
    names = [f"D{number}" for number in range(100)]
    decimal = '[[fields]]\nname = "{}"\ntype = "decimal(18,4)"\npath = "x.{}"\n'
    fields = "".join(decimal.format(name.lower(), name) for name in names)
    declared("", fields)
    it = served().rig
    it.land("2020/07/13/00/a.gz", record("a", x=dict.fromkeys(names, 1.25)))
    it.run()

    ((_, row),) = it.rows("events")
    assert {row[name.lower()] for name in names} == {Decimal("1.25")}
