"""The data set `clicks`: nested events by day, and sessions that go on over midnight."""

import json
import random
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from springtide.dataset import loading

from tests.pipeline.rig import Bring, Rig
from tests.trinosql import assert_is_trino_sql

Session = tuple[datetime, int, int, int, str | None]
_PAUSE, _LONGEST = timedelta(minutes=30), timedelta(days=1)


def act(number: int, at: str, user: str | None = "u1", **changed: Any) -> dict[str, Any]:
    """An event as the shop sends it; `changed` replaces members of its own level."""
    found = {
        "event": {"id": f"e-{number}", "ts": at, "type": changed.pop("type", "view")},
        "user": {"id": user, "geo": {"country": "BE"}, "consent": "yes"},
        "page": {"url": f"https://shop.example/p/{number}"},
        "version": 1,
        "items": [{"sku": f"S-{number}", "qty": 2, "price": 19.9}],
        "props": {"campaign": None, "depth": [1, {"é": "x"}]},
    }
    return {**found, **changed}


def sessions(it: Rig) -> dict[tuple[str, datetime], Session]:
    """What `sessions` must hold, from the published events."""
    acts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, row in it.rows("events"):
        if row["user_id"] is not None:
            acts[row["user_id"]].append(row)
    expected = {}
    for user, rows in acts.items():
        rows.sort(key=lambda row: (row["event_time"], row["event_id"]))
        times = [row["event_time"] for row in rows]
        begins = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(times)) if b - a >= _PAUSE)]
        for first, end in pairwise([*begins, len(rows)]):
            own = [r for r in rows[first:end] if r["event_time"] < times[first] + _LONGEST]
            bought = [r for r in own if r["type"] == "buy"]
            lists = [json.loads(r["items"]) for r in bought if r["items"] is not None]
            expected[user, times[first]] = (
                own[-1]["event_time"],
                len(own),
                len(bought),
                sum(len(each) for each in lists if isinstance(each, list)),
                own[0]["url"],
            )
    return expected


def published(it: Rig) -> dict[tuple[str, datetime], Session]:
    found = {}
    for values, row in it.rows("sessions"):
        begun, place = row["event_time"], (row["user_id"], row["event_time"])
        assert values == (f"{begun:%Y-%m-%d}",)
        assert place not in found
        names = ("ended_at", "events", "purchases", "articles", "first_url")
        found[place] = tuple(row[name] for name in names)
    return found


def test_nested_events_are_published_by_day_with_json_and_string_ids(rig: Bring) -> None:
    it = rig(DataSet="clicks")
    it.land(
        "2026/03/02/10/a.gz",
        act(1, "2026-03-02T10:00:00.250+01:00"),
        act(1, "2026-03-02T10:00:00.250+01:00", version="10", items="none"),
        act(1, "2026-03-02T10:00:00.250+01:00", version=9),
        act(2, "2026-03-02T10:05:00Z", user=None, items=[], props=7),
        act(3, "2026-03-02T10:06:00Z", type="hover"),
        act(4, "2026-02-20T10:00:00Z"),
    )

    it.run()

    rows = {row["event_id"]: (values, row) for values, row in it.rows("events")}
    values, first = rows["e-1"]
    assert values == ("2026-03-02",)
    assert (first["event_time"], first["ts"]) == (datetime(2026, 3, 2, 9, 0, 0, 250_000),) * 2
    assert (first["items"], first["first_sku"], first["consent"]) == ('"none"', None, True)
    assert json.loads(first["props"]) == {"campaign": None, "depth": [1, {"é": "x"}]}
    assert (rows["e-2"][1]["items"], rows["e-2"][1]["props"]) == ("[]", "7")
    assert (rows["e-4"][0], rows["e-4"][1]["first_sku"]) == (("2026-02-20",), "S-4")
    assert it.account().rejected == {"unknown_type": 1}
    assert published(it) == sessions(it)
    found = it.query(
        "SELECT json_extract_scalar(items, '$[0].sku') AS sku FROM events WHERE event_id = 'e-4'"
    )
    assert found == [{"sku": "S-4"}]


def test_session_goes_on_over_midnight_and_late_events_join_two(rig: Bring) -> None:
    it = rig(DataSet="clicks")
    it.land(
        "2026/03/03/01/a.gz",
        act(1, "2026-03-02T23:40:00Z"),
        act(2, "2026-03-03T00:05:00Z", type="buy"),
        # Half an hour later is a session of its own.
        act(3, "2026-03-03T00:35:00Z", type="buy", items="none"),
    )
    it.run()
    assert published(it) == sessions(it)
    assert [key[1] for key in sorted(published(it))] == [
        datetime(2026, 3, 2, 23, 40),
        datetime(2026, 3, 3, 0, 35),
    ]

    # One in between joins them, in the day before its own.
    it.land("2026/03/03/02/b.gz", act(4, "2026-03-03T00:20:00Z"))
    it.run()

    assert published(it) == sessions(it)
    (session,) = published(it).values()
    assert session[:4] == (datetime(2026, 3, 3, 0, 35), 4, 2, 1)
    # A day whose only session begins in the day before it now has none, and stays.
    assert list(it.partitions("sessions")) == [("2026-03-02",), ("2026-03-03",)]


def test_sessions_follow_late_and_early_events_in_any_order(rig: Bring) -> None:
    it, chance = rig(DataSet="clicks", MaxSliceBytes="3000"), random.Random(1)
    begin = datetime(2026, 3, 1)
    # Within minutes of each other for two days, so that sessions are cut at a day and at midnights.
    acts = [
        act(n, f"{begin + timedelta(minutes=chance.randrange(4000)):%Y-%m-%dT%H:%M:00Z}",
            chance.choice(["u1", "u2", None]), type=chance.choice(["view", "click", "buy"]))
        for n in range(400)
    ]  # fmt: skip
    busy = (act(1000 + n, f"{begin + timedelta(minutes=20 * n):%Y-%m-%dT%H:%M:00Z}", "busy")
            for n in range(200))  # fmt: skip
    acts += busy
    chance.shuffle(acts)
    for number in range(3):
        for hour in range(4):
            lines = acts[(4 * number + hour) :: 12]
            it.land(f"2026/03/0{4 + number}/0{hour}/a.gz", *lines)
        it.run()
        assert published(it) == sessions(it)

    assert len(published(it)) > 100
    assert max(session[1] for session in published(it).values()) == 72
    assert_is_trino_sql(*it.statements)


def test_visitor_is_erased_from_the_days_that_have_events_of_theirs(rig: Bring) -> None:
    it = rig(DataSet="clicks")
    it.land(
        "2026/03/02/10/a.gz",
        act(1, "2026-03-02T10:00:00Z", "gone"),
        act(2, "2026-03-02T10:01:00Z", "stays"),
        act(3, "2026-03-01T10:00:00Z", "gone", type="hover"),
        act(4, "2026-03-01T11:00:00Z", "stays"),
    )
    it.run()
    before = it.partitions("events")

    it.run({"erase": {"field": "user_id", "values": ["gone"]}})

    assert sorted(row["event_id"] for _, row in it.rows("events")) == ["e-2", "e-4"]
    changed = {day for day, at in it.partitions("events").items() if before[day] != at}
    assert changed == {("2026-03-02",)}
    assert {user for user, _ in published(it)} == {"stays"}
    assert published(it) == sessions(it)
    assert not [row for _, row in it.rows("quarantine") if "gone" in (row["line"] or "")]
    assert it.account().rejected == {"erased": 2}


def test_package_has_no_case_for_a_shipped_data_set() -> None:
    package = loading.FOLDER.parent / "springtide"
    for file in package.rglob("*.py"):
        text = file.read_text()
        assert "clicks" not in text, file
        assert "sessions" not in text, file
