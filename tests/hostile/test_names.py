"""A data set whose names are words of SQL and of Springtide's own queries, run whole."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.values import LONG, TEXTS
from tests.pipeline.declares import Declares
from tests.pipeline.rig import Bring, Rig
from tests.trinosql import assert_is_trino_sql

KEYS = ["select", "order", "staged", "expected", "rows"]
FIELDS = [
    "from", "where", "group", "table", "date", "timestamp", "user", "end", "null", "true",
    "text", "document", "lines", "kind", "subject", "aspect", "candidates", "ranked", "current",
    "staged_rows", "expected_keys", "missing_keys", "delta", "events", "partition", "typed",
]  # fmt: skip
DECLARATION = f"""
name = "traffic"
[event_time]
field = "at"
[key]
fields = {KEYS}
[revision]
field = "over"
[lateness]
too_old_hours = 24
in_future_hours = 1
[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]
[[fields]]
name = "over"
type = "bigint"
[[rules]]
reason = "no_group"
reject_when = '''"group" = 'it''s; -- (none' '''
""" + "".join(f'[[fields]]\nname = "{name}"\ntype = "varchar"\n' for name in (*KEYS, *FIELDS))


def document(number: int, over: int, **others: Any) -> dict[str, Any]:
    values = {name: f"{name}'s {number}" for name in (*KEYS, *FIELDS)}
    return {"at": "2020-07-13T00:10:00Z", "over": over, **values, **others}


@pytest.fixture
def it(rig: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A stack whose functions find this data set."""
    Declares(tmp_path / "datasets", monkeypatch)("traffic", DECLARATION)
    return rig()


def test_words_of_sql_as_names_are_columns_like_any_other(it: Rig) -> None:
    it.land("2020/07/13/00/a.gz", document(1, 1), document(2, 1), document(1, 2, kind="newer"))
    it.land("2020/07/13/00/b.gz", document(3, 1, group="it's; -- (none"), document(2, 1))

    it.run()

    rows = {row["select"]: row for _, row in it.rows("events")}
    assert sorted(rows) == ["select's 1", "select's 2"]
    for number, wanted in ((1, document(1, 2, kind="newer")), (2, document(2, 1))):
        row = rows[f"select's {number}"]
        assert row["event_time"] == row["at"] == datetime(2020, 7, 13, 0, 10)
        assert {name: row[name] for name in (*KEYS, *FIELDS, "over")} == {
            name: wanted[name] for name in (*KEYS, *FIELDS, "over")
        }
    assert it.account().rejected == {"no_group": 1}
    assert_is_trino_sql(*it.statements)


def test_hostile_texts_are_keys_like_any_other_and_no_two_are_one(it: Rig) -> None:
    texts = [*TEXTS.values(), *(f"{LONG}{n}" for n in range(3)), " NULL", "null", ""]
    at = [document(n, 1, select=text) for n, text in enumerate(texts)]
    for part, lines in enumerate((at, at[::2])):
        same = [{**line, **dict.fromkeys(KEYS[1:], "'"), "over": part} for line in lines]
        it.land(f"2020/07/13/0{part}/a.gz", *same)

    it.run()

    found = [(row["select"], row["over"]) for _, row in it.rows("events")]
    assert sorted(found) == sorted((text, int(n % 2 == 0)) for n, text in enumerate(texts))
    assert it.account().duplicates == len(at[::2])
