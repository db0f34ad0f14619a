"""One run over everything hostile that can land at once, compared with the reference row by row."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests import oracle
from tests.hostile.values import LONG, NAMES, SQL, TEXTS, long_name
from tests.pipeline import trafficreference
from tests.pipeline.rig import Rig, event
from tests.trinosql import assert_is_trino_sql

# Nothing worse is a LandingPrefix that the template takes.
PREFIX = "..%2F'it''s;DROP/TABLE\"--\\#\u202ež\u030c🚗=/..a/"
HOUR = "2020/07/13/00/"
NEXT = "2020/07/13/01/"
ELSE = "2020/07/13/02/"
EACH = "2020/07/13/03/"
LONG_NAME = long_name(PREFIX + HOUR, "-good", ".gz")
BAD = ["bad's; DROP TABLE events; --.gz", long_name(PREFIX + NEXT, "-bad", ".gz")]
SKIPPED = [
    "it's; DROP.zip",
    "%2F..%2F'.tar.gz",
    long_name(PREFIX + NEXT, "-skipped", ".bz2"),
    "_h'\n.gz",
]
# Keys that no file can have: what becomes of them.
READ, HIDDEN = "read", "hidden"
ONLY_IN_S3 = {
    ELSE + "/double.json": READ,
    ELSE + "../../outside.json": HIDDEN,
    ELSE + "./here.json": HIDDEN,
}
NO_HOURS = [
    "2020/07/13/0\u0660/arabic zero.json",
    "2020/07/13/ 0/space.json",
    "2020/07/13/0/short.json",
    "2020/07/13/000/long.json",
    "2020/07/13/24/late.json",
    "2020/07/13/-1/minus.json",
    "2020/07/13/00'/quote.json",
    "2020/07/13/00",
    "2020/02/30/00/no day.json",
    "2020%2F07%2F13%2F00%2Fa.json",
    "../2020/07/13/00/a.json",
]
NUMBERS = ["1e400", "-1e400", "9" * 10_000, "0" * 10_000 + "7", "1e-10000", "1E5", "-0", "NaN"]
OTHERS: list[Any] = [None, True, [], {}, [SQL], {SQL: SQL}]


def with_each_in(field: str, first: int) -> list[str]:
    """An event for every hostile value in a field, numbers also as they are; no two of a key."""
    at = "2020-07-13T03:10:00Z"
    lines: list[str] = []
    for text in [*TEXTS.values(), *NUMBERS, *OTHERS]:
        lines.append(json.dumps(event(first + len(lines), at, **{field: text})))
    for text in NUMBERS:
        line = json.dumps(event(first + len(lines), at, **{field: "!"}))
        lines.append(line.replace('"!"', text))
    return lines


def raw_lines() -> list[str]:
    """Lines as they are: events that json.dumps would not write, and broken ones."""
    start = json.dumps(event(1000))[:-1]

    def written(number: int, text: str, rest: str = "") -> str:
        whole = start.replace('"1000"', str(number)).replace('"H101L10"', text)
        return whole + rest + "}"

    nested = "[" * 300 + "]" * 300
    return [
        written(1000, '"nested"', f', "x": {nested}, "y": {{"a": {nested}}}'),
        written(1001, '"names"', f", {json.dumps(SQL)}: 1, {json.dumps(LONG)}: {{}}"),
        written(1002, r'"\u0041\ud83d\ude97\u0027\u0022"'),
        written(1003, r'"\/\b\f\t\"\\"'),
        written(1004, '"odd names"', ', "": 1, "$": 2, "$.a[0]": 3, "document": 4, "line": 5'),
        "[" * 10_000 + "]" * 10_000,
        '{"unieke_id": 1e400000000}',
        *(text for name, text in TEXTS.items() if name != "line ends"),
    ]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """What a run over all of it has left."""
    with Rig(tmp_path_factory.mktemp("hostile"), {"LandingPrefix": PREFIX}) as it:
        for number, field in enumerate(oracle.PAYLOAD):
            it.land(f"{EACH}{field}.gz", *with_each_in(field, 10_000 + 100 * number))
        it.land(HOUR + "lines.gz", *raw_lines())
        it.land(HOUR + "lines.json", *raw_lines())
        for number, name in enumerate([*NAMES, LONG_NAME]):
            it.land(HOUR + name, event(2000 + number), f"broken in {name!r}")
        for name in (*BAD, *SKIPPED):
            it.land_bytes(NEXT + name, b"this is not gzip")
        it.land(NEXT + "bad", event(3000))  # the beginning of a bad one's name
        it.run()
        yield it


def test_events_rejects_and_unread_objects_are_those_of_the_reference(done: Rig) -> None:
    expected = done.expect()

    # Each value in each field is an event, except for keys, times and what is not JSON.
    values = len(TEXTS) + len(NUMBERS) + len(OTHERS)
    assert expected.distinct > (len(oracle.PAYLOAD) - 3) * values + len(NAMES)
    assert set(expected.rejected) >= {"missing_key", "missing_event_time", "malformed"}
    assert expected.unread == {NEXT + name for name in (*BAD, *SKIPPED)}
    trafficreference.check(done)
    reasons = {entry["object"]: entry["reason"] for entry in done.account().unread}
    for name in BAD:
        assert name[:100] in reasons[PREFIX + NEXT + name]


def test_hostile_value_is_only_within_string_literals_of_statements(done: Rig) -> None:
    marks = ("DROP", "it's", "%2F", "_h'", "\u202e", "🚗")
    named = [sql for sql in done.statements if "it''s-skipped" in sql]
    assert named, "names of skipped objects reach the statement"
    assert_is_trino_sql(*done.statements)
    for sql in done.statements:
        assert len(sql.encode()) <= 262_144
        unload = re.fullmatch(r"UNLOAD \((.*)\)\s*TO (.*)", sql, re.DOTALL)
        (tree,) = sqlglot.parse(unload[1] if unload else sql, read="athena")
        assert tree is not None
        for text in tree.find_all(exp.Literal):
            if text.is_string:
                text.set("this", "")
        rest = tree.sql("athena") + (unload[2] if unload else "")
        assert not any(mark in rest for mark in marks), rest


def test_keys_that_no_file_can_have_are_read_or_named_and_what_is_no_hour_is_left_alone(
    done: Rig,
) -> None:
    s3, bucket = done.client("s3"), done.machine.outputs["LandingBucketName"]
    for number, key in enumerate([*ONLY_IN_S3, *NO_HOURS]):
        at = "2020-07-13T02:10:00Z"
        body = json.dumps(event(4000 + number, at)).encode()
        s3.put_object(Bucket=bucket, Key=PREFIX + key, Body=body)

    done.machine.run({"all": True})

    found = {row["source_path"] for key, row in done.events().items() if 4000 <= key[0] < 10_000}
    assert found == {key for key, what in ONLY_IN_S3.items() if what == READ}
    unread = {e["object"] for e in done.account().unread if e["reason"].startswith("hidden")}
    assert {PREFIX + key for key, what in ONLY_IN_S3.items() if what == HIDDEN} <= unread
