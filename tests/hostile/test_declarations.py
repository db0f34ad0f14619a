"""A dataset.toml that is wrong, or that means harm: refused with its file and the place in it."""

import tomllib
from pathlib import Path

import pytest
from springtide.dataset import declaration, loading
from springtide.model.errors import DataSetError

from tests.hostile.values import LONG, SQL, TEXTS
from tests.springtide import declared
from tests.springtide.declared import GOOD

DERIVED = """
[[derived]]
table = "per_id"
key = ["id", "event_time"]
reach_minutes = 0
[[derived.columns]]
name = "id"
type = "bigint"
[[derived.columns]]
name = "event_time"
type = "timestamp"
"""
BUILT = "SELECT id, event_time, event_date, event_hour FROM events WHERE {built_hours}"


def load(folder: Path, text: str, **files: str) -> declaration.DataSet:
    usual = {"per_id": BUILT + " AND {read_hours}", "per_id_keys": BUILT}
    return declared.load(folder, text, **usual | files)


def quoted(text: str) -> str:
    """The text as TOML has it."""
    escaped = "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text)
    assert tomllib.loads(f'x = "{escaped}"')["x"] == text
    return f'"{escaped}"'


NO_NAMES = [
    *(text for name, text in TEXTS.items() if name != "long"),
    LONG,
    SQL,
    "",
    "Upper",
    "a.b",
    "1st",
    "_hidden",
    "a-b",
    "ž",
    "a\n",
    "\uff41",  # a wide a
    "a" * 129,
]


# What may be a member's name in a document all the same.
MEMBERS = {"Upper", "a.b", "_hidden", "a-b", "NULL", "a" * 129}


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ('name = "os"', "field"),
        ('field = "at"', "event_time.field"),
        ('fields = ["id"', "key.fields"),
        ('field = "changed"', "revision.field"),
        ('type = "varchar"', "field 'os'.*type"),
        ('path = "device.os"', "field 'os'.*path"),
        ('reason = "no_os"', "rules.*reason"),
        ('table = "per_id"', "derived table"),
        ('name = "event_time"', "derived table 'per_id'.columns"),
        ('key = ["id"', "derived table 'per_id'.*key"),
    ],
)
def test_text_that_is_not_a_name_is_refused_wherever_a_name_is_expected(
    tmp_path: Path, old: str, place: str
) -> None:
    good = GOOD + DERIVED
    assert good.count(old) == 1
    for number, name in enumerate(NO_NAMES):
        if "path" in old and name in MEMBERS:
            continue
        folder = tmp_path / str(number)
        bad = good.replace(old, old[: old.index('"')] + quoted(name))
        with pytest.raises(DataSetError, match=place) as caught:
            load(folder, bad)
        assert str(folder / "d" / "dataset.toml") in str(caught.value)
        assert len(str(caught.value)) < 2_000


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('description = "a data set"', "description = 1", "description"),
        ('fields = ["id"]', "fields = [1]", "key.fields"),
        ('fields = ["id"]', 'fields = [["id"]]', "key.fields"),
        ('fields = ["id"]', 'fields = ["id", "id"]', "key.fields.*twice"),
        ('fields = ["id"]', 'fields = "id"', "key.fields"),
        ('fields = ["id"]', "fields = 5", "key.fields"),
        ('name = "os"', f'name = "{"a" * 129}"', "field .*128 at most"),
        ('name = "event_time"', f'name = "{"a" * 129}"', "per_id.*columns.*128 at most"),
        ('table = "per_id"', f'table = "{"a" * 129}"', "derived table .*128 at most"),
        ('reason = "no_os"', f'reason = "{"a" * 65}"', "rules.*64 at most"),
        ('fields = ["id"]', "fields = {id = 1}", "key.fields"),
        ('fields = ["id"]', 'fields = ["id", "changed"]', "revision.field"),
        ('field = "at"', "field = 1979-05-27", "event_time.field"),
        ('field = "at"\n', 'field = "at"\nzone = "CET"\n', "event_time.*zone"),
        ("too_old_hours = 24", "too_old_hours = 24.0", "too_old_hours"),
        ("too_old_hours = 24", 'too_old_hours = "24"', "too_old_hours"),
        ("too_old_hours = 24", "too_old_hours = 9223372036854775807", "too_old_hours"),
        ("in_future_hours = 1", "in_future_hours = inf", "in_future_hours"),
        ("[lateness]", "[lateness.x]", "lateness.*x"),
        ("[lateness]", "[late]", "late"),
        ('formats = ["epoch_ms"]', 'formats = "epoch_ms"', "formats"),
        ('formats = ["epoch_ms"]', "formats = [1]", "formats"),
        ('formats = ["epoch_ms"]', 'formats = ["epoch_ms", "epoch_ms"]', "formats.*twice"),
        ('path = "device.os"', "path = 5", "path"),
        ('path = "device.os"', 'path = "device..os"', "path"),
        ('path = "device.os"', 'path = ""', "path"),
        ('path = "device.os"', 'path = "$[0]"', "path"),
        ('path = "device.os"', 'description = ["x"]', "description"),
        ('reject_when = "os IS NULL"', 'reject_when = ""', "reject_when.*empty"),
        ('reject_when = "os IS NULL"', 'reject_when = "1=1) THEN 1 WHEN (1=1"', "bracket"),
        ('reject_when = "os IS NULL"', 'reject_when = "(os IS NULL"', "bracket"),
        ('reject_when = "os IS NULL"', 'reject_when = "os = \'x"', "reject_when"),
        ('reject_when = "os IS NULL"', 'reject_when = "os IS NULL -- x"', "reject_when"),
        ('reject_when = "os IS NULL"', "reject_when = true", "reject_when"),
        ('reason = "no_os"', 'reason = "malformed"', "reason"),
        ('reason = "no_os"', 'why = "no_os"', "why"),
        ("reach_minutes = 0", "reach_minutes = -1", "reach_minutes"),
        ("reach_minutes = 0", "reach_minutes = 10000000", "reach_minutes"),
        ("reach_minutes = 0", "reach_minutes = true", "reach_minutes"),
        ("reach_minutes = 0", "", "reach_minutes.*missing"),
        ('table = "per_id"', 'table = "events"', "derived table 'events'"),
        ('table = "per_id"', 'table = "quarantine_versions"', "derived table"),
        ('table = "per_id"', 'table = "candidate_x"', "derived table 'candidate_x'"),
        ('table = "per_id"', 'table = "other"', r"derived table 'other'.*other\.sql is missing"),
        ('key = ["id", "event_time"]', 'key = ["ids", "event_time"]', "key"),
        ('key = ["id", "event_time"]', "key = []", "key"),
        ("reach_minutes = 0", "reach_minutes = 0\nreach_after_minutes = -1", "reach_after_minutes"),
        ("reach_minutes = 0", 'reach_minutes = 0\ngrain = "week"', "per_id'.grain.*week.*day"),
        ("[event_time]", 'grain = "minute"\n[event_time]', "grain.*minute.*hour"),
        ("[event_time]", "grain = 24\n[event_time]", "grain"),
        ('key = ["id", "event_time"]', "key = 1", "key"),
        ('key = ["id", "event_time"]', 'key = ["id", "id", "event_time"]', "key.*twice"),
        ('name = "event_time"', 'name = "id"', "columns.*twice"),
        ('name = "event_time"', 'name = "event_date"', "columns.*event_date"),
        ('[[derived.columns]]\nname = "id"', '[derived.columns]\nname = "id"', "columns|dataset"),
    ],
)
def test_wrong_value_is_refused_with_the_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    good = GOOD + DERIVED
    assert old in good
    with pytest.raises(DataSetError, match=place) as caught:
        load(tmp_path, good.replace(old, new, 1))
    assert "dataset.toml" in str(caught.value)


@pytest.mark.parametrize("name", ["fields", "rules", "derived"])
@pytest.mark.parametrize("value", ["1", '"x"', "[1]", '["name"]', "[[]]", "{}"])
def test_list_of_tables_that_is_something_else_is_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    start = GOOD.partition("[[fields]]")[0] if name == "fields" else GOOD.partition("[[rules]]")[0]
    with pytest.raises(DataSetError, match=name) as caught:
        load(tmp_path, f"{name} = {value}\n{start}")
    assert "dataset.toml" in str(caught.value)


@pytest.mark.parametrize("name", sorted(declaration.RESERVED))
def test_name_of_a_column_that_springtide_adds_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataSetError, match=f"field '{name}'.*adds a column"):
        load(tmp_path, GOOD.replace('name = "os"', f'name = "{name}"'))


def test_derived_tables_of_the_same_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"derived.*per_id"):
        load(tmp_path, GOOD + DERIVED + DERIVED)
    versions = DERIVED.replace("per_id", "per_id_versions")
    with pytest.raises(DataSetError, match="per_id_versions"):
        load(
            tmp_path / "x",
            GOOD + DERIVED + versions,
            per_id_versions=BUILT + " AND {read_hours}",
            per_id_versions_keys=BUILT,
        )


@pytest.mark.parametrize(
    "sql", ["SELECT 1", BUILT, BUILT + "{read_hours}{x}", BUILT + "{read_hours}{}"]
)
def test_derived_sql_with_other_parameters_is_refused(tmp_path: Path, sql: str) -> None:
    with pytest.raises(DataSetError, match=r"per_id\.sql must use"):
        load(tmp_path, GOOD + DERIVED, per_id=sql)


def test_keys_of_a_derived_table_may_depend_on_what_it_reads(tmp_path: Path) -> None:
    sql = BUILT + " AND {read_hours}"
    assert load(tmp_path, GOOD + DERIVED, per_id_keys=sql).derived[0].keys_sql == sql


@pytest.mark.parametrize("sql", ["SELECT 1", "{read_hours}", BUILT + "{x}"])
def test_keys_sql_with_other_parameters_is_refused(tmp_path: Path, sql: str) -> None:
    with pytest.raises(DataSetError, match=r"per_id_keys\.sql must use \['built_hours'\], may use"):
        load(tmp_path, GOOD + DERIVED, per_id_keys=sql)


def test_hourly_table_of_daily_events_is_refused(tmp_path: Path) -> None:
    text = 'grain = "day"\n' + GOOD + DERIVED.replace("key =", 'grain = "hour"\nkey =')
    with pytest.raises(DataSetError, match="by hour cannot be made of events by day"):
        load(tmp_path, text)


def test_derived_table_has_the_grain_of_events_unless_declared(tmp_path: Path) -> None:
    daily = load(tmp_path, 'grain = "day"\n' + GOOD + DERIVED)
    assert [daily.grain, daily.derived[0].grain] == ["day", "day"]
    mixed = load(tmp_path / "x", GOOD + DERIVED.replace("key =", 'grain = "day"\nkey ='))
    assert [mixed.grain, mixed.derived[0].grain] == ["hour", "day"]


@pytest.mark.parametrize("name", ["../d", "d/../d", "", ".", "/etc", "D", "d\x00", "d" * 41, LONG])
def test_data_set_s_name_that_is_a_path_is_refused(tmp_path: Path, name: str) -> None:
    load(tmp_path, GOOD)
    with pytest.raises(DataSetError, match="is not a data set name"):
        loading.load(name, tmp_path)


def test_rule_may_have_marks_within_a_text(tmp_path: Path) -> None:
    condition = "os IN ('a;b', '--', 'it''s (', '/*') OR (os = ')')"
    found = load(tmp_path, GOOD.replace('"os IS NULL"', quoted(condition)))
    assert found.rules[0].reject_when == condition
