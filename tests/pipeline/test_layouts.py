"""The same events through each layout of the landing: the tables must be the same."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.doctor.checks import examine
from cli.doctor.findings import FAILED, Findings
from tests import cloudwatch
from tests.pipeline.rebuilds import Declare
from tests.pipeline.rig import Bring, Rig, event
from tests.variants import mostly_long

Tables = dict[str, Counter[str]]
# Objects by the moment of their arrival: late, doubled, revised and broken lines among them.
ARRIVALS: dict[str, list[Any]] = {
    "2020-07-12T21:50:00+00:00": [event(1, "2020-07-12T21:10:00Z")],
    "2020-07-12T22:30:00+00:00": [event(2, "2020-07-12T22:10:00Z"), "broken"],
    "2020-07-12T23:59:00+00:00": [
        event(3, "2020-07-12T23:30:00Z"),
        event(1, "2010-01-01T00:00:00Z"),
    ],
    "2020-07-13T00:05:00+00:00": [
        event(3, "2020-07-12T23:30:00Z"),
        event(2, "2020-07-12T22:10:00Z", tijd_laatst_gewijzigd="2020-07-13T00:04:00Z", lve_nr=8),
        event(4, "2020-07-13T00:01:00Z"),
    ],
    "2020-07-13T18:45:00+00:00": [event(5, "2020-07-13T18:30:00Z")],
}
# Per layout: what is declared, the folder as strftime spells it, and in which time zone.
LAYOUTS = {
    "hive": (
        'layout = "year={yyyy}/month={MM}/day={dd}/hour={HH}"',
        "year=%Y/month=%m/day=%d/hour=%H", "UTC",
    ),
    "date and hour": ('layout = "dt={yyyy}-{MM}-{dd}/hour={HH}"', "dt=%Y-%m-%d/hour=%H", "UTC"),
    "daily": ('layout = "{yyyy}/{MM}/{dd}"', "%Y/%m/%d", "UTC"),
    "zone": ('time_zone = "Europe/Brussels"', "%Y/%m/%d/%H", "Europe/Brussels"),
    "half hours": ('time_zone = "Asia/Kolkata"', "%Y/%m/%d/%H", "Asia/Kolkata"),
    "daily in a zone": (
        'layout = "dt={yyyy}-{MM}-{dd}"\ntime_zone = "Europe/Brussels"',
        "dt=%Y-%m-%d", "Europe/Brussels",
    ),
    "folders": (
        'layout = "AWSLogs/{account}/{region}/{yyyy}/{MM}/{dd}/{HH}"\n'
        '[landing.folders]\naccount = ["1", "2"]\nregion = ["eu-west-1", "us-east-1"]',
        "AWSLogs/{}/{}/%Y/%m/%d/%H", "UTC",
    ),
    "any names": (
        'layout = "{shop}/{yyyy}/{MM}/{dd}/{HH}"\n'
        '[landing.folders]\nshop = ["ü + 5%2F b  corp@1", "ü + 5%2F b  corp@2"]',
        "ü + 5%%2F b  corp@{}/%Y/%m/%d/%H", "UTC",
    ),
}  # fmt: skip


def land(it: Rig, folder: str, zone: str) -> None:
    for number, (moment, lines) in enumerate(ARRIVALS.items()):
        local = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
        place = folder.format(1 + number % 2, ["eu-west-1", "us-east-1"][number // 2 % 2])
        it.land(f"raw/{local.strftime(place)}/{number}.gz", *lines)


def tables(it: Rig) -> Tables:
    """The rows of each table, without what says how they arrived."""
    return {
        name: Counter(
            str([values if name != "quarantine" else "", sorted(_told(row).items())])
            for values, row in it.rows(name)
        )
        for name in ("events", "quarantine", "traffic")
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The row, and of a detail that names an arrival hour what stands before it."""
    detail = row.get("reject_detail")
    told = {"reject_detail": detail.split(", more")[0]} if detail else {}
    gone = ("arrival_hour", "source_path")
    return {name: value for name, value in (row | told).items() if name not in gone}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    with Rig(tmp_path_factory.mktemp("usual"), {"LandingPrefix": "raw/"}) as it:
        land(it, "%Y/%m/%d/%H", "UTC")
        it.landing = it.landing / "raw"
        it.run()
        found = tables(it)
    assert found["events"].total() == 5
    assert found["quarantine"].total() == 2
    return found


@pytest.mark.parametrize(
    "name", mostly_long(LAYOUTS, "hive", "zone", "daily in a zone", "any names")
)
def test_tables_are_the_same_in_every_layout(
    rig: Bring, declare: Declare, usual: Tables, name: str
) -> None:
    declared, folder, zone = LAYOUTS[name]
    declare(added=f"\n[landing]\n{declared}\n")
    it = rig(LandingPrefix="raw/")
    land(it, folder, zone)
    it.landing = it.landing / "raw"

    it.run()

    assert tables(it) == usual
    account = it.account()
    assert (account.lines, account.outside) == (9, {"objects": 0, "names": []})
    it.run()
    assert it.account() == account


def test_no_line_is_lost_where_clocks_change_a_minute_after_a_full_hour(
    rig: Bring, declare: Declare
) -> None:
    declare(added='\n[landing]\ntime_zone = "America/St_Johns"\n')
    it = rig(StartFrom="2010-01-01T00")
    # From 00:01 to 01:01 in spring, and to 23:01 of the day before in autumn.
    landed = {
        "2010-03-14T03:30:30Z": ("2010/03/14/00", "2010-03-14T03"),
        "2010-03-14T03:31:00Z": ("2010/03/14/01", "2010-03-14T03"),
        "2010-03-14T04:31:00Z": ("2010/03/14/02", "2010-03-14T04"),
        "2010-11-07T02:29:00Z": ("2010/11/06/23", "2010-11-07T01"),
        "2010-11-07T02:30:30Z": ("2010/11/07/00", "2010-11-07T02"),
        "2010-11-07T03:30:00Z": ("2010/11/06/23", "2010-11-07T01"),
        "2010-11-07T03:31:00Z": ("2010/11/07/00", "2010-11-07T02"),
        "2010-11-07T04:31:00Z": ("2010/11/07/01", "2010-11-07T04"),
    }
    for number, (at, (folder, _)) in enumerate(landed.items()):
        it.land(f"{folder}/{number}.gz", event(number, at))

    it.run()

    arrived = [(f"{row['event_time']:%FT%TZ}", row["arrival_hour"]) for _, row in it.rows("events")]
    assert sorted(arrived) == [(at, hour) for at, (_, hour) in landed.items()]


def test_day_that_is_running_is_read_again_where_declared(rig: Bring, declare: Declare) -> None:
    declare(added='\n[landing]\nlayout = "{yyyy}/{MM}/{dd}"\nread_running = true\n')
    it = rig(SettleMinutes="0")
    today = datetime.now(ZoneInfo("UTC"))
    at = today.isoformat()
    it.land(f"{today:%Y/%m/%d}/a.gz", event(1, at))
    it.run()
    assert len(it.events()) == 1
    it.land(f"{today:%Y/%m/%d}/b.gz", event(2, at))
    it.run()
    assert len(it.events()) == 2


def test_run_that_finds_no_object_in_the_layout_fails_and_names_some(
    rig: Bring, declare: Declare
) -> None:
    it = rig()
    it.land("year=2020/month=07/day=13/hour=00/a.gz", event(1))

    failed = it.fail("DataSetError", {"all": True})

    assert "none in the layout {yyyy}/{MM}/{dd}/{HH}/NAME (UTC" in (failed.cause or "")
    assert "must lie in a folder for each hour or day of their arrival" in (failed.cause or "")
    assert "year=2020/month=07/day=13/hour=00/a.gz" in (failed.cause or "")
    # Once the layout is declared, the next run ingests them.
    declare(added='\n[landing]\nlayout = "year={yyyy}/month={MM}/day={dd}/hour={HH}"\n')
    it.run()
    assert it.account().distinct == 1


def test_landing_that_the_stack_s_own_stream_would_not_fill_is_refused(
    rig: Bring, declare: Declare
) -> None:
    it = rig(CreateDeliveryStream="true")
    for name in ("hive", "zone"):
        declare(added=f"\n[landing]\n{LAYOUTS[name][0]}\n")
        ended = it.fail("DataSetError", {"all": True})
        assert "CreateDeliveryStream=true lands lines of JSON in {yyyy}/{MM}" in str(ended.cause)
    findings = Findings(lambda _: None)
    examine(it.settings, findings)
    (found,) = (each for each in findings.all if each.check == "the data set's declaration")
    assert found.state == FAILED and "CreateDeliveryStream" in found.seen

    declare(added=f"\n[landing]\n{LAYOUTS['daily'][0]}\n")
    it.run()


def test_folder_whose_value_is_not_declared_is_named(rig: Bring, declare: Declare) -> None:
    declare(
        added='\n[landing]\nlayout = "{site}/{yyyy}/{MM}/{dd}/{HH}"\nfolders = { site = ["a"] }\n'
    )
    it = rig()
    it.land("a/2020/07/13/00/a.gz", event(1))
    it.land("b/2020/07/13/00/b.gz", event(2))

    it.run()

    account = it.account()
    assert account.distinct == 1
    assert account.outside == {"objects": 1, "names": ["b/2020/07/13/00/b.gz"]}
    found = [
        each.values for each in cloudwatch.measured(it.machine) if "OutsideLayout" in each.values
    ]
    (measured,) = {values["OutsideLayout"] for values in found}
    assert measured == 1
