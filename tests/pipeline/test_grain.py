"""Daily partitions: the same rows as hourly ones, for whatever runs and people do to them."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from springtide.dataset import loading
from springtide.dataset.loading import FOLDER
from springtide.ledger.status import status
from springtide.model.errors import CatalogError
from springtide.requests import declared
from springtide.sql.waiting import waiting_rows

from tests.pipeline.listening import listen
from tests.pipeline.rebuilds import HOUR, RULE, Declare, fresh, ingest, land, seen
from tests.pipeline.rig import Bring, Rig, event
from tests.pipeline.undo import back, recorded, state
from tests.trinosql import assert_is_trino_sql
from tests.variants import long

DAILY = ('name = "traffic"\n', 'name = "traffic"\ngrain = "day"\n')
# Measurements of a road in a day, with those of the day before and of the two hours after it.
DAYS = """
[[derived]]
table = "days"
grain = "day"
key = ["lve_nr"]
reach_minutes = 1440
reach_after_minutes = 120
[[derived.columns]]
name = "lve_nr"
type = "bigint"
[[derived.columns]]
name = "measured"
type = "bigint"
[[derived.columns]]
name = "around"
type = "bigint"
"""
DAYS_SQL = """SELECT lve_nr, measured, around, event_date
FROM (
  SELECT days.lve_nr, days.event_date, count_if(near.event_date = days.event_date) AS measured,
    count(*) AS around
  FROM (SELECT DISTINCT lve_nr, event_date FROM events WHERE {read_hours}) AS days
  JOIN (SELECT * FROM events WHERE {read_hours}) AS near
    ON coalesce(near.lve_nr, -1) = coalesce(days.lve_nr, -1)
    AND near.event_time >= date_add('day', -1, date_parse(days.event_date, '%Y-%m-%d'))
    AND near.event_time < date_add('hour', 26, date_parse(days.event_date, '%Y-%m-%d'))
  GROUP BY days.lve_nr, days.event_date
)
WHERE {built_hours}
"""
DAYS_KEYS = "SELECT DISTINCT lve_nr, event_date FROM events WHERE {built_hours}"


def by_day() -> dict[str, str]:
    """The SQL of `traffic` for daily events: the same without the hour."""
    texts = {name: (FOLDER / "traffic" / f"{name}.sql").read_text() for name in SQL}
    for name, text in texts.items():
        text = text.replace(",\n    date_format(event_time, '%H') AS event_hour", "")
        texts[name] = text.replace(",\n  event_hour", "")
        assert "event_hour" not in texts[name]
    return texts


SQL = ("traffic", "traffic_keys")


def rows(it: Rig) -> dict[str, Counter[str]]:
    """The rows of each table, whatever partition they lie in; each lies where it belongs."""
    found = {}
    for table in ("events", "quarantine", "traffic"):
        found[table] = Counter(str(sorted(row.items())) for _, row in it.rows(table))
        for values, row in it.rows(table) if table != "quarantine" else []:
            moment = row["event_time"]
            assert values == (f"{moment:%Y-%m-%d}", f"{moment:%H}")[: len(values)]
    return found


def land_more(it: Rig) -> None:
    """Late rows of both days, a revision, a copy and a broken line."""
    it.land(
        "2020/07/14/10/a.gz",
        event(1, "2020-07-12T22:10:00Z", tijd_laatst_gewijzigd="2020-07-14T10:00:00Z", lve_nr=9),
        event(9, "2020-07-13T01:20:00Z"),
        event(9, "2020-07-13T01:20:00Z"),
        "broken too",
    )


@pytest.mark.parametrize("slice_bytes", ["4000", long("400")], ids=["one slice", "many slices"])
def test_same_events_by_hour_and_by_day_give_the_same_rows(
    rig: Bring, declare: Declare, tmp_path: Path, slice_bytes: str
) -> None:
    (tmp_path / "hourly").mkdir()
    with Rig(tmp_path / "hourly", {"MaxSliceBytes": slice_bytes}) as hourly:
        for land_some in (land, land_more):
            land_some(hourly)
            hourly.run()
        expected, account = rows(hourly), hourly.account()
    declare(DAILY, **by_day())
    daily = rig(MaxSliceBytes=slice_bytes)
    heard = listen(daily)

    for land_some in (land, land_more):
        land_some(daily)
        daily.run()

    assert rows(daily) == expected
    assert daily.account() == account
    days = [("2020-07-12",), ("2020-07-13",), ("2020-07-14",)]
    assert list(daily.partitions("events")) == list(daily.partitions("traffic")) == days
    assert_is_trino_sql(*daily.statements)
    told = [each["detail"]["tables"]["events"] for each in heard()]
    assert {tuple(table["partition_keys"]) for table in told} == {("event_date",)}
    assert {tuple(values) for table in told for values in table["partitions"]} == set(days)
    assert status(daily.settings).tables["events"]["newest_partition"] == "2020-07-14"


def test_late_rows_of_a_day_wait_and_are_merged_on_request(rig: Bring, declare: Declare) -> None:
    declare(DAILY, **by_day())
    it = rig(DeferHours="6")
    it.land("2020/07/13/00/a.gz", *(event(n, "2020-07-13T00:30:00Z") for n in range(100)))
    it.run()

    it.land("2020/07/14/05/a.gz", event(1, "2020-07-14T05:10:00Z"), event(200, "2020-07-13T07:00Z"))
    it.run({})

    (waits,) = status(it.settings).waiting["event_hours"]
    assert (waits["event_hour"], waits["rows"]) == ("2020-07-13", 1)
    shown = waiting_rows([(version, ("2020-07-13",)) for version in waits["versions"]])
    assert len(it.query(shown)) == 1
    assert (it.account().distinct, it.account().waiting) == (101, 1)
    it.run({"settle": True})
    assert (it.account().distinct, it.account().waiting) == (102, 0)


def test_rebuild_of_an_hour_rebuilds_its_whole_day(rig: Bring, declare: Declare) -> None:
    declare(DAILY, added=RULE, **by_day())
    corrected = rig()
    expected = fresh(corrected, land)
    corrected.close()
    declare(DAILY, **by_day())
    it = rig()
    ingest(it)
    before, versions = seen(it), it.partitions("events")
    declare(DAILY, added=RULE, **by_day())

    it.run(HOUR)

    assert seen(it) == expected
    changed = {p for p, at in it.partitions("events").items() if versions[p] != at}
    assert changed == {("2020-07-13",)}
    back(it, recorded(it)[-2])
    assert state(it) == before[0]


def test_grain_of_a_table_with_partitions_is_not_changed(rig: Bring, declare: Declare) -> None:
    it = rig()
    land(it)
    it.run()
    before = seen(it)
    declare(DAILY, **by_day())
    database = it.database
    change = declared.changed(it.ledger, loading.load("traffic"), database)[0]
    assert change.what == "the grain is now day and was hour"
    assert "ends with CatalogError and changes nothing" in change.means

    failed = it.fail(CatalogError.__name__, {"all": True})

    assert "written partitions keep their grain; set grain back" in str(failed.cause)
    assert seen(it) == before


def days(it: Rig) -> dict[tuple[str, int | None], tuple[int, int]]:
    """What `days` must hold, from the published events."""
    times: dict[int | None, list[datetime]] = defaultdict(list)
    for _, row in it.rows("events"):
        times[row["lve_nr"]].append(row["event_time"])
    expected = {}
    for number, moments in times.items():
        for date in {f"{moment:%Y-%m-%d}" for moment in moments}:
            start = datetime.fromisoformat(date)
            first, last = start - timedelta(days=1), start + timedelta(hours=26)
            expected[date, number] = (
                sum(f"{moment:%Y-%m-%d}" == date for moment in moments),
                sum(first <= moment < last for moment in moments),
            )
    return expected


def published(it: Rig) -> dict[tuple[str, int | None], tuple[int, int]]:
    found = [
        ((values[0], row["lve_nr"]), (row["measured"], row["around"]))
        for values, row in it.rows("days")
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_daily_table_over_hourly_events_has_every_day_and_follows_late_rows(
    rig: Bring, declare: Declare
) -> None:
    declare(added=DAYS, days=DAYS_SQL, days_keys=DAYS_KEYS)
    it = rig()
    land(it)
    # A road without a number: a NULL in the key is a value as others.
    it.land("2020/07/14/09/b.gz", *(event(n, f"2020-07-14T0{n}:00Z", lve_nr=None) for n in (1, 2)))
    it.run()
    # None of these days has an event at 23 h but the first.
    assert [values for values in it.partitions("days")] == [
        ("2020-07-12",), ("2020-07-13",), ("2020-07-14",),
    ]  # fmt: skip
    assert published(it) == days(it)
    assert published(it)["2020-07-14", None] == (2, 2)
    before = it.partitions("days")

    # An event in the first two hours of the 13th is after the 12th, and before the 14th.
    it.land("2020/07/14/10/a.gz", event(50, "2020-07-13T01:50:00Z"))
    it.run()
    assert published(it) == days(it)
    assert all(before[p] != at for p, at in it.partitions("days").items())

    # One at noon of the 14th is neither: the 13th stays, and the 15th has no event.
    between = it.partitions("days")
    it.land("2020/07/14/12/a.gz", event(51, "2020-07-14T12:00:00Z", lve_nr=None))
    it.run()
    assert published(it) == days(it)
    changed = {p for p, at in it.partitions("days").items() if between[p] != at}
    assert changed == {("2020-07-14",)}

    it.run(HOUR)
    assert published(it) == days(it)
    assert_is_trino_sql(*it.statements)


def test_daily_table_that_is_declared_later_is_filled_from_hourly_events(
    rig: Bring, declare: Declare
) -> None:
    it = rig()
    land(it)
    it.run()

    declare(added=DAYS, days=DAYS_SQL, days_keys=DAYS_KEYS)
    it.run({})

    assert published(it) == days(it)
    assert len(it.partitions("days")) == 3


def test_day_that_cannot_be_built_is_held_and_built_when_retried(
    rig: Bring, declare: Declare
) -> None:
    wrong = DAYS_SQL.replace("lve_nr, measured,", "lve_nr, 1 / (measured - measured),", 1)
    declare(added=DAYS, days=wrong, days_keys=DAYS_KEYS)
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1, "2020-07-13T00:01:00Z"))
    it.run()
    held = it.account().held_derived
    assert [each["hour"] for each in held] == ["days event_date=2020-07-13/"]
    assert it.partitions("days") == {}
    assert list(it.partitions("traffic")) == [("2020-07-13", "00")]
    heard = listen(it)

    declare(added=DAYS, days=DAYS_SQL, days_keys=DAYS_KEYS)
    it.run({"retry": True})

    assert it.account().held_derived == []
    assert published(it) == days(it)
    told: Any = heard()[-1]["detail"]["tables"]
    assert told["events"]["partitions"] == [["2020-07-13", "00"]]
    assert told["days"] == {
        "partition_keys": ["event_date"],
        "partition_count": 1,
        "partitions": [["2020-07-13"]],
    }
