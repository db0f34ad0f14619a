"""Documents that hold events: each event is published or rejected by itself."""

import json
from collections.abc import Callable
from typing import Any

from tests.pipeline.lists import NESTED, record
from tests.pipeline.rig import Bring, Rig
from tests.trinosql import assert_is_trino_sql


def published(it: Rig) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for _, row in it.rows("events")}


def test_each_event_of_a_list_is_published_or_rejected_by_itself(
    rig: Bring, declared: Callable[..., None]
) -> None:
    declared('records = "Records"')
    it = rig()
    lines = [
        {
            "owner": "me",
            "Records": [record("a", body={"z": [1, 2]}), record("b"), {"id": "c"}, 5, None],
        },
        {"Records": []},
        {"other": 1},
    ]
    two = json.dumps({"Records": [record("d")]}) + json.dumps({"Records": [record("a")]})
    quoted = json.dumps({"Records": [record("e", body="} {")]}) + "{}"
    it.land("2020/07/13/00/a.gz", *lines, two, quoted)
    it.run()
    account = it.account()
    events, kept = published(it), [row for _, row in it.rows("quarantine")]

    assert sorted(events) == ["a", "b", "d"]
    assert events["b"]["owner"] == "me"
    assert events["a"]["sent"] == '{"z":[1,2]}'
    assert sorted((row["reject_reason"], row["line"]) for row in kept) == [
        ("malformed", "5"),
        ("malformed", "null"),
        ("malformed", '{"Records": []}'),
        ("malformed", quoted),
        ("malformed", '{"other": 1}'),
        ("missing_event_time", '{"$":{"owner":"me"},"id":"c"}'),
    ]
    assert (account.lines, account.distinct, account.duplicates) == (10, 3, 1)


def test_documents_of_many_large_events_take_no_more_memory_than_lines(
    rig: Bring, declared: Callable[..., None]
) -> None:
    declared('records = "Records"', NESTED.replace("resourceLogs", "$").replace("scopeLogs", "$"))
    it = rig()
    for number in range(30):
        events = [record(f"{number}-{n}", body="x" * 1000) for n in range(200)]
        it.land(f"2020/07/13/00/{number}.gz", {"owner": "me", "name": "n", "Records": events})
    it.run()
    account = it.account()

    assert (account.held, account.distinct) == ([], 6000)


def test_element_that_is_no_event_has_its_own_text_and_detail(
    rig: Bring, declared: Callable[..., None]
) -> None:
    declared('records = ["outer", "Records"]')
    it = rig()
    twice = {"ID": 1, **record("b")}
    nothing = {"outer": [None], "Records": [1]}
    line = json.dumps({"g": "D", "outer": [{"Records": [record("a"), None, twice]}]})
    last = line.replace('"id": "a"', '"id": "a", "id": "c", "z": 1.50, "id": "d"')
    it.land("2020/07/13/00/a.gz", line, last, nothing)
    it.run()
    account = it.account()
    events, kept = published(it), [row for _, row in it.rows("quarantine")]

    assert sorted(events) == ["a", "d"]
    rejected = [
        (
            '{"$":{"owner":null},"ID":1,"at":"2020-07-13T00:30:00Z","id":"b"}',
            "a declared field comes twice, or is too deeply nested",
        ),
        ("null", "not a JSON object"),
    ] * 2 + [
        (
            json.dumps(nothing),
            "no event: its list outer / Records is missing or empty, or it is too deeply nested",
        )
    ]
    assert sorted((row["line"], row["reject_detail"]) for row in kept) == sorted(rejected)
    assert (account.lines, account.distinct) == (7, 2)


def test_event_of_nested_lists_has_the_members_around_it(
    rig: Bring, declared: Callable[..., None]
) -> None:
    declared('records = ["resourceLogs", "scopeLogs", "logRecords"]', NESTED)
    it = rig()
    document = {
        "owner": "me",
        "resourceLogs": [
            {
                "resource": {"service.name": "shop"},
                "scopeLogs": [
                    {"name": "cart", "logRecords": [record("a"), record("b")]},
                    {"name": "till", "logRecords": [record("c")]},
                ],
            },
            {"resource": {}, "scopeLogs": [{"logRecords": [record("d")]}]},
        ],
    }
    it.land("2020/07/13/00/a.gz", document)
    it.run()
    events = published(it)

    assert {name: (row["owner"], row["service"], row["scope"]) for name, row in events.items()} == {
        "a": ("me", "shop", "cart"),
        "b": ("me", "shop", "cart"),
        "c": ("me", "shop", "till"),
        "d": ("me", None, None),
    }


ATTRIBUTES = """
[[fields]]
name = "service"
type = "varchar"
path = ["resourceLogs", "resource", "attributes", { key = "service.name" }, "value", "stringValue"]
[[fields]]
name = "status"
type = "bigint"
path = ["attributes", { key = "it's" }, "value", "intValue"]
[[fields]]
name = "attribute"
type = "json"
path = ["attributes", { key = "it's" }]
[[fields]]
name = "inner"
type = "varchar"
path = ["attributes", { key = "list" }, "values", { n = "2" }, "v"]
[[fields]]
name = "within"
type = "varchar"
json_in = ["attributes", { key = "text" }, "value"]
path = ["tags", { k = "x" }, "v"]
[[rules]]
reason = "unwanted"
reject_when = "within = 'no'"
"""


def test_entry_of_a_list_is_found_by_its_key(rig: Bring, declared: Callable[..., None]) -> None:
    declared('records = ["resourceLogs", "logRecords"]', ATTRIBUTES)
    it = rig()

    def attribute(key: Any, **value: Any) -> dict[str, Any]:
        return {"key": key, "value": value}

    first, second = attribute("it's", intValue="404"), attribute("it's", intValue=2)
    lists = {"key": "list", "values": [{"n": 1, "v": "one"}, None, {"n": 2, "v": "two"}]}
    text = {"key": "text", "value": json.dumps({"tags": [{"k": "y"}, {"k": "x", "v": "é"}]})}
    odd = [None, 5, "key", ["key"], {"key": None}, {"key": {"key": "it's"}}]
    logs = [
        record("a", attributes=[*odd, attribute("other"), first, second, lists, text]),
        record("b", attributes=[attribute("it's", intValue="many"), {"key": "text", "value": 5}]),
        record("c", attributes={"key": "it's"}),
        record("d", attributes=[]),
        record("e", attributes="it's"),
        record("f"),
        record("g", attributes=[{"key": "text", "value": '{"tags":[{"k":"x","v":"no"}]}'}]),
    ]
    resource = {"attributes": [attribute("host"), attribute("service.name", stringValue="shop")]}
    it.land("2020/07/13/00/a.gz", {"resourceLogs": [{"resource": resource, "logRecords": logs}]})
    it.run()
    events, account = published(it), it.account()
    ((_, kept),) = it.rows("quarantine")
    statements = it.statements

    names = ("service", "status", "attribute", "inner", "within")
    assert {name: tuple(row[each] for each in names) for name, row in events.items()} == {
        "a": ("shop", 404, '{"key":"it\'s","value":{"intValue":"404"}}', "two", "é"),
        "b": ("shop", None, '{"key":"it\'s","value":{"intValue":"many"}}', None, None),
        **{name: ("shop", None, None, None, None) for name in "cdef"},
    }
    assert account.misfits == {"status": 1}
    assert kept["reject_detail"] == "within = 'no'; within = no"
    assert_is_trino_sql(*statements)


def test_each_document_of_a_line_is_published_or_rejected_by_itself(
    rig: Bring, declared: Callable[..., None]
) -> None:
    declared("concatenated = true")
    it = rig()
    whole = "\ufeff" + json.dumps(record("c", body=1.50))
    quoted = json.dumps(record("d", body="}{")) + json.dumps(record("e"))
    line = json.dumps(record("a")) + " \t" + json.dumps({"id": "x"}) + json.dumps(record("b"))
    it.land("2020/07/13/00/a.gz", line, whole, line + '{"id": ', quoted)
    it.run()
    account = it.account()
    events, kept = published(it), [row for _, row in it.rows("quarantine")]

    assert sorted(events) == ["a", "b", "c"]
    assert sorted((row["reject_reason"], row["line"]) for row in kept) == [
        ("malformed", '{"id": '),
        ("malformed", quoted),
        ("missing_event_time", '{"id": "x"}'),
        ("missing_event_time", '{"id": "x"}'),
    ]
    (why,) = (row["reject_detail"] for row in kept if row["line"] == quoted)
    assert why == "several documents on one line, not taken apart: a text among them holds }{"
    assert (account.lines, account.distinct, account.duplicates) == (9, 3, 2)
