import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from springtide.arrivals.landing import Landing
from springtide.dataset.landing import read_layout
from springtide.dataset.layout import Layout
from springtide.dataset.toml_tables import Reader
from springtide.model.errors import DataSetError

HIVE = Layout("year={yyyy}/month={MM}/day={dd}/hour={HH}")
DAILY = Layout("dt={yyyy}-{MM}-{dd}")
TRAIL = Layout(
    "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}",
    (("account", ("1", "2")), ("region", ("eu-west-1", "us-east-1"))),
)
ZONES = ["UTC", "Europe/Brussels", "Asia/Kolkata", "Australia/Adelaide", "America/St_Johns"]
LAYOUTS = st.builds(
    Layout,
    st.sampled_from([Layout().template, HIVE.template, "{yyyy}{MM}{dd}{HH}", DAILY.template]),
    time_zone=st.sampled_from(ZONES),
)
MOMENTS = st.datetimes(datetime(2000, 1, 3), datetime(2090, 1, 1), timezones=st.just(UTC))
DIGITS = st.text(st.characters(categories=["Nd"]), min_size=1, max_size=5)


def hour(layout: Layout, key: str) -> str | None:
    found = Landing("landing", "raw/", layout).hour_of(f"raw/{key}")
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("layout", "key", "arrived"),
    [
        (Layout(), "2020/07/01/05/a.gz", "2020-07-01T05"),
        (Layout(), "2020/07/01/05/sub/a.gz", "2020-07-01T05"),
        (HIVE, "year=2020/month=07/day=01/hour=05/a", "2020-07-01T05"),
        (Layout("dt={yyyy}-{MM}-{dd}/hour={HH}"), "dt=2020-07-01/hour=05/a", "2020-07-01T05"),
        (DAILY, "dt=2020-07-01/a", "2020-07-01T00"),
        (DAILY, "dt=2020-07-01/hour=05/a", "2020-07-01T00"),
        (TRAIL, "AWSLogs/2/CloudTrail/us-east-1/2020/07/01/a", "2020-07-01T00"),
        (Layout(time_zone="Europe/Brussels"), "2020/07/01/05/a", "2020-07-01T03"),
        (Layout(DAILY.template, time_zone="Europe/Brussels"), "dt=2020-07-01/a", "2020-06-30T22"),
        (Layout(time_zone="Asia/Kolkata"), "2020/07/01/05/a", "2020-06-30T23"),
        # The hour that clocks show twice is one folder, from its first beginning on.
        (Layout(time_zone="Europe/Brussels"), "2020/10/25/02/a", "2020-10-25T00"),
        # Clocks go from 02:45 to 03:45.
        (Layout(time_zone="Pacific/Chatham"), "2024/09/29/03/a", "2024-09-28T14"),
    ],
)
def test_key_of_the_layout_has_its_arrival_hour(layout: Layout, key: str, arrived: str) -> None:
    assert hour(layout, key) == arrived


@pytest.mark.parametrize(
    ("layout", "folder", "first", "number"),
    [
        (Layout(), "2020/07/01/05/", "2020-07-01T05", 1),
        (Layout("{yyyy}/{MM}/{dd}"), "2020/07/01/05/", "2020-07-01T00", 1),
        (Layout(), "2020/07/01/", "2020-07-01T00", 24),
        (Layout("dt={yyyy}-{MM}-{dd}/hour={HH}"), "dt=2020-07-01/", "2020-07-01T00", 24),
        # A day on which clocks go forward.
        (Layout(time_zone="Europe/Brussels"), "2020/03/29/", "2020-03-28T23", 23),
    ],
)
def test_folder_has_the_hours_of_all_that_may_lie_in_it(
    layout: Layout, folder: str, first: str, number: int
) -> None:
    found = layout.hours_below(folder)
    assert (str(min(found)), len(found)) == (first, number)


def test_folder_of_another_layout_has_no_hour() -> None:
    assert HIVE.hours_below("2020/07/01/05/") == set()
    assert TRAIL.hours_below("AWSLogs/3/CloudTrail/us-east-1/2020/07/01/") == set()


@pytest.mark.parametrize(
    ("layout", "key"),
    [
        (Layout(), "2020/13/01/00/a"),
        (Layout(), "2020/07/01/a"),
        (Layout(), "x/2020/07/01/00/a"),
        (Layout(), "2020/07/01/00"),
        (Layout(), "2020/02/30/00/a"),
        (HIVE, "2020/07/01/05/a"),
        (DAILY, "dt=2020-07-01-old/a"),
        (TRAIL, "AWSLogs/3/CloudTrail/us-east-1/2020/07/01/a"),
        # Clocks go from 02:00 to 03:00.
        (Layout(time_zone="Europe/Brussels"), "2020/03/29/02/a"),
    ],
)
def test_key_outside_the_layout_has_no_hour(layout: Layout, key: str) -> None:
    assert hour(layout, key) is None


@given(LAYOUTS, MOMENTS)
@example(Layout(time_zone="Pacific/Chatham"), datetime(2024, 9, 28, 14, 5, tzinfo=UTC))
@example(Layout(time_zone="America/St_Johns"), datetime(2010, 3, 14, 4, tzinfo=UTC))
@example(Layout(DAILY.template, (), "America/St_Johns"), datetime(2010, 11, 7, 4, tzinfo=UTC))
def test_folder_of_a_moment_is_read_as_its_unit(layout: Layout, moment: datetime) -> None:
    found = layout.match(f"{layout.leads[0]}{layout.datehour(moment)}/a")
    assert found is not None
    unit, name = found
    assert name == "a"
    assert unit.start <= moment < unit.start + timedelta(hours=layout.longest_hours)
    assert layout.datehour(moment) in layout.units(unit)
    spelled = unit.plus(layout.hours_ahead(layout.datehour(moment)))
    assert f"{spelled.start:%Y%m%d}" == "".join(filter(str.isdigit, layout.datehour(moment)))[:8]


@given(LAYOUTS, MOMENTS, MOMENTS)
def test_folders_sort_as_time_does(layout: Layout, one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    assert layout.datehour(earlier) <= layout.datehour(later) or _clocks_went_back(earlier, later)


def _clocks_went_back(earlier: datetime, later: datetime) -> bool:
    return later - earlier < timedelta(hours=2)


@given(LAYOUTS, MOMENTS)
@example(Layout(time_zone="Pacific/Chatham"), datetime(2024, 9, 28, 14, 5, tzinfo=UTC))
def test_unit_is_read_once_it_is_over(layout: Layout, moment: datetime) -> None:
    running = layout.match(f"{layout.leads[0]}{layout.datehour(moment)}/a")
    assert running is not None
    assert layout.newest(moment) == running[0].plus(-1)
    eager = Layout(layout.template, time_zone=layout.time_zone, reads_running=True)
    assert eager.newest(moment) == running[0]


@given(DIGITS, DIGITS, DIGITS, DIGITS, st.sampled_from(["/", "-", "T", "\\", "%2F", ":"]))
def test_key_has_an_hour_only_below_that_hour_s_own_folder(
    year: str, month: str, day: str, of_day: str, separator: str
) -> None:
    for key in (f"{year}/{month}/{day}{separator}{of_day}/x", f"{year}/07/13/0{of_day}/x"):
        found = Layout().match(key)
        assert found is None or key == f"{Layout().at_end(found[0])}/{found[1]}"


def test_projection_spells_folders_as_the_layout_does() -> None:
    assert HIVE.projection("s3://b/raw/") == {
        "projection.enabled": "true",
        "projection.datehour.type": "date",
        "projection.datehour.format": "yyyy'/month='MM'/day='dd'/hour='HH",
        "projection.datehour.interval": "1",
        "projection.datehour.interval.unit": "HOURS",
        "projection.datehour.range": "2000/month=01/day=01/hour=00,NOW+1DAYS",
        "storage.location.template": "s3://b/raw/year=${datehour}/",
    }
    trail = TRAIL.projection("s3://b/")
    assert trail["projection.datehour.interval.unit"] == "DAYS"
    assert trail["projection.region.values"] == "eu-west-1,us-east-1"
    assert trail["storage.location.template"] == (
        "s3://b/AWSLogs/${account}/CloudTrail/${region}/${datehour}/"
    )


def read(text: str) -> Layout:
    document: dict[str, Any] = tomllib.loads(text)
    return read_layout(Reader("dataset.toml"), document)


def test_default_layout_is_firehose_s_own() -> None:
    assert read("") == Layout("{yyyy}/{MM}/{dd}/{HH}", (), "UTC", False)


def test_declared_layout_is_read_whole() -> None:
    found = read(
        '[landing]\nlayout = "{site}/{yyyy}/{MM}/{dd}"\ntime_zone = "Europe/Brussels"\n'
        'read_running = true\n[landing.folders]\nsite = ["a", "b"]\n'
    )
    assert found == Layout(
        "{site}/{yyyy}/{MM}/{dd}", (("site", ("a", "b")),), "Europe/Brussels", True
    )


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('layout = "{yyyy}/{dd}/{MM}"', "once each and in this order"),
        ('layout = "{yyyy}/{MM}"', "once each and in this order"),
        ('layout = "{yyyy}/{MM}/{dd}/{site}/{HH}"', "folders that vary stand before it"),
        ('layout = "{yyyy}/{MM}/{dd}/{HH}/raw"', "something behind the time"),
        ('layout = "/{yyyy}/{MM}/{dd}/{HH}"', "none at the ends"),
        ('layout = "a b/{yyyy}/{MM}/{dd}/{HH}"', "must be folders of letters"),
        ('layout = "{Site}/{yyyy}/{MM}/{dd}/{HH}"', "lower-case name of its own"),
        ('layout = "{line}/{yyyy}/{MM}/{dd}/{HH}"', "lower-case name of its own"),
        ('layout = "{site}/{yyyy}/{MM}/{dd}/{HH}"', "the layout has folders ['site']"),
        ('folders = { site = ["a"] }', "the layout has folders []"),
        ('layout = "{s}/{yyyy}/{MM}/{dd}"\nfolders = { s = ["a/b"] }', "landing.folders.s"),
        *(
            (
                f'layout = "{{s}}/{{yyyy}}/{{MM}}/{{dd}}"\nfolders = {{ s = ["{value}"] }}',
                "any script",
            )
            for value in ("a,b", " a", "a ", "$a", "{a}", "a\\\\b", "a\\tb", "\u2003")
        ),
        ('layout = "{s}/{yyyy}/{MM}/{dd}"\nfolders = { s = [] }', "landing.folders.s"),
        ('time_zone = "Mars/Base"', "not a time zone"),
        ('read_running = "yes"', "not a truth value"),
        ("prefix = 1", "unknown ['prefix']"),
    ],
)
def test_layout_that_cannot_be_used_is_refused(declared: str, said: str) -> None:
    with pytest.raises(DataSetError) as refused:
        read(f"[landing]\n{declared}\n")
    assert said in str(refused.value)
