from pathlib import Path

import pytest
from springtide.dataset import declaration, loading
from springtide.dataset.paths import Entry, Step
from springtide.model.errors import DataSetError

from tests.springtide.declared import GOOD, load


def test_declaration_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD)
    assert found.key_columns == ("id", "event_time")
    assert found.field("os").path == ("device", "os")
    assert found.rules == (declaration.Rule("no_os", "os IS NULL"),)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('name = "d"', 'name = "e"', "name"),
        ('name = "d"', "name = 1", "name"),
        ('field = "at"', 'field = "when"', "event_time.field.*when"),
        ('field = "at"', 'field = "id"', "event_time.field"),
        ('fields = ["id"]', "fields = []", "key.fields"),
        ('fields = ["id"]', 'fields = ["nope"]', "key.fields.*nope"),
        ('fields = ["id"]', 'fields = ["at"]', "key.fields"),
        ('field = "changed"', 'field = "nope"', "revision.field.*nope"),
        ("too_old_hours = 24", "too_old_hours = -1", "too_old_hours"),
        ("too_old_hours = 24", "too_old_hours = true", "too_old_hours"),
        ("too_old_hours = 24", "", "too_old_hours.*missing"),
        ('type = "bigint"', 'type = "int"', "field 'id'.*int"),
        ('name = "os"', 'name = "id"', "twice"),
        ('name = "os"', 'name = "Os"', "Os"),
        ('name = "os"', 'name = "o\\"; DROP"', "DROP"),
        ('name = "os"', 'name = "springtide_misfits"', "springtide_misfits"),
        ('name = "os"', 'name = "event_time"', "the event time, which is"),
        ('path = "device.os"', 'path = "device.o\'s"', "path"),
        ('path = "device.os"', 'formats = ["iso8601"]', "only a timestamp"),
        ('formats = ["epoch_ms"]', "", "formats"),
        ('formats = ["epoch_ms"]', 'formats = ["epoch_ms"]\nzone = "UTC"', "only times in iso8601"),
        ('formats = ["iso8601"]', 'formats = ["iso8601"]\nzone = "here or there"', "time zone"),
        ('formats = ["iso8601"]', 'formats = ["iso8601"]\nzone = "EST"', "time zone"),
        ('type = "bigint"', 'type = "decimal(10,11)"', r"decimal\(10,11\)"),
        ('type = "bigint"', 'type = "bigint"\ntrue_values = ["1"]', "only a boolean"),
        ('type = "bigint"', 'type = "boolean"\ntrue_values = ["false"]', "true and false"),
        ('type = "bigint"', 'type = "bigint"\nmin = 0.5', "whole number"),
        ('type = "bigint"', 'type = "bigint"\nmin = 2\nmax = 1', "larger"),
        ('type = "bigint"', 'type = "double"\nmin = nan', "digits"),
        ('type = "bigint"', 'type = "decimal(5,2)"\nmax = 1000.001', r"decimal\(5,2\)"),
        ('type = "bigint"', 'type = "varchar"\nmax = 1', "only a number"),
        ('path = "device.os"', "path = [0, 1]", "path"),
        ('path = "device.os"', 'path = ["device", -1]', "path"),
        ('path = "device.os"', "path = ['a\"b']", "quote"),
        ('path = "device.os"', "path = [{ key = 'a' }]", "path"),
        ('path = "device.os"', "path = ['a', { key = 1 }]", "one member and its text"),
        ('path = "device.os"', "path = ['a', {}]", "one member and its text"),
        ('path = "device.os"', "path = ['a', { k = 'x', l = 'y' }]", "one member and its text"),
        ('path = "device.os"', "path = ['a', { 'k\"' = 'x' }]", "quote"),
        (
            'type = "bigint"',
            "type = 'decimal(9,2)'\npath = ['a', { k = 'x' }, 'v']",
            "lose digits",
        ),
        ('path = "device.os"', 'path = "os"\njson_in = "$.x"', "json_in"),
        ('reason = "no_os"', 'reason = "x\'"', "reason"),
        ('reject_when = "os IS NULL"', 'reject_when = "1=1; DROP TABLE x"', "reject_when"),
        ("[[rules]]", "[[rulez]]", "rulez"),
        ("[[rules]]", "[[rules]", "dataset.toml"),
    ],
)
def test_wrong_declaration_is_refused_with_file_and_place(
    tmp_path: Path, old: str, new: str, names: str
) -> None:
    assert old in GOOD
    with pytest.raises(DataSetError, match=names) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert "dataset.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ('"device.os"', ("device", "os")),
        ('["@timestamp"]', ("@timestamp",)),
        ('["event.id"]', ("event.id",)),
        ('["ses:from-domain", "é x"]', ("ses:from-domain", "é x")),
        ('["items", 0, "sku"]', ("items", 0, "sku")),
        ('["tags", { "the key" = "it\'s" }, "v"]', ("tags", Entry("the key", "it's"), "v")),
    ],
)
def test_member_of_any_name_and_place_has_a_path(
    tmp_path: Path, written: str, path: tuple[Step, ...]
) -> None:
    found = load(tmp_path, GOOD.replace('path = "device.os"', f"path = {written}"))
    assert found.field("os").path == path


def test_every_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    wrong = (
        GOOD.replace('type = "bigint"', 'type = "int"')
        .replace("too_old_hours = 24", "too_old_hours = -1")
        .replace('reason = "no_os"', 'reason = "No"')
        .replace('path = "device.os"', 'path = "device os"')
    )
    with pytest.raises(DataSetError) as caught:
        load(tmp_path, wrong)
    lines = str(caught.value).splitlines()
    places = [line.split("dataset.toml:")[1].split(":")[:2] for line in lines]
    texts = wrong.splitlines()
    assert [(texts[int(number) - 1], where) for number, where in places] == [
        ('type = "int"', " field 'id'"),
        ('path = "device os"', " field 'os'"),
        ("too_old_hours = -1", " lateness.too_old_hours"),
        ('reason = "No"', " rules[0]"),
    ]


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert load(tmp_path, f"\ufeff{GOOD}").key == ("id",)


def test_byte_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("a data set", "donn\u00e9es").encode("latin-1")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "dataset.toml").write_bytes(text)
    with pytest.raises(DataSetError, match=r"dataset.toml:3: byte 0xe9 is not UTF-8: save the"):
        loading.load("d", tmp_path)


def test_lines_are_those_of_the_entry_among_many(tmp_path: Path) -> None:
    added = """
[[derived]]
table = "ok"
description = '''
[[derived]]
reach_minutes = 1
'''
reach_minutes = 1
key = ["event_time"]
columns = [{name = "event_time", type = "timestamp"}]
[[derived]]
table = "other"
reach_minutes = "x"
key = ["event_time"]
[[derived.columns]]
name = "event_time"
type = "timestamp"
"""
    with pytest.raises(DataSetError) as caught:
        load(tmp_path, GOOD + added)
    texts = (GOOD + added).splitlines()
    named = [line.split("dataset.toml:")[1] for line in str(caught.value).splitlines()]
    numbers = [int(line.split(":")[0]) for line in named]
    assert [texts[number - 1] for number in numbers] == ["[[derived]]", 'reach_minutes = "x"']


def test_folder_of_one_s_own_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, GOOD)
    monkeypatch.setenv("SPRINGTIDE_DATASETS", str(tmp_path))
    assert loading.load("d").name == "d"
    with pytest.raises(DataSetError, match=r"no data set 'traffic'.*'d'.*SPRINGTIDE_DATASETS"):
        loading.load("traffic")


def test_unknown_data_set_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"no data set 'nope'.*traffic"):
        loading.load("nope")


PARQUET = (
    GOOD.replace('formats = ["iso8601"]\n', "")
    + """
[landing]
format = "parquet"
[landing.columns]
ID = "bigint"
at = "timestamp"
changed = "timestamp"
device = "struct<OS: string, tags: map<string,array<int>>>"
labels = "array<struct<Key:string,value:string>>"
"""
)


def test_columns_of_parquet_are_found_without_regard_to_case(tmp_path: Path) -> None:
    text = PARQUET.replace('path = "device.os"', 'path = "Device.os"').replace(
        'formats = ["epoch_ms"]\n', ""
    )
    found = load(tmp_path, text)
    assert found.field("os").path == ("device", "os")
    assert found.field("at").formats == found.field("changed").formats == ("iso8601",)
    assert [f"{name} {kind}" for name, kind in found.columns] == [
        "id bigint",
        "at timestamp",
        "changed timestamp",
        "device struct<os:string,tags:map<string,array<int>>>",
        "labels array<struct<key:string,value:string>>",
    ]


def test_entry_of_a_parquet_list_is_found_by_its_key(tmp_path: Path) -> None:
    path = 'path = ["Labels", { KEY = "Os" }, "value"]'
    found = load(tmp_path, PARQUET.replace('path = "device.os"', path))
    assert found.field("os").path == ("labels", Entry("key", "Os"), "value")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ('"$"', r"\$ is a level around the event"),
        ('["a"]', r'such as \["a", "id"\]'),
        ('["a", { key = "x" }]', "a is a level around the event"),
    ],
)
def test_level_around_an_event_is_refused_as_a_whole(tmp_path: Path, path: str, names: str) -> None:
    text = GOOD.replace("[event_time]", '[landing]\nrecords = ["a", "b"]\n[event_time]')
    with pytest.raises(DataSetError, match=names):
        load(tmp_path, text.replace('"device.os"', '["$"]' if path == '"$"' else path))


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('"parquet"', '"orc"', "landing.format.*orc.*json.*parquet"),
        ('format = "parquet"', "", "landing.columns: only a landing of format"),
        ('format = "parquet"', 'format = "parquet"\nrecords = "r"', "landing.records"),
        ('ID = "bigint"', 'ID = "binary"', "landing.columns.ID.*binary.*declare string for UTF-8"),
        ('ID = "bigint"', 'ID = "varchar(3)"', "landing.columns.ID.*declare string"),
        ('ID = "bigint"', 'ID = "bigint"\nid = "int"', "no two that differ only in case"),
        ('ID = "bigint"', 'ID = "bigint"\ndatehour = "int"', "landing.columns.datehour.*partition"),
        ('ID = "bigint"', 'ID = "bigint"\n"a b" = "int"', "'a b' is not the name of a column"),
        ('ID = "bigint"', "ID = 1", "landing.columns.ID: '?1'? is not a text"),
        ("map<string,array<int>>", "map<int,string>", "a map's keys are string"),
        ("map<string,array<int>>", "list<int>", r"is not array<…>, map<string,…>"),
        ("map<string,array<int>>", "decimal(39,1)", "decimal"),
        ("OS: string", "OS-1: string", "'os-1': Athena reads no struct with a member of this name"),
        ("OS: string", "\U0001f600: string", "Athena reads no struct with a member of this name"),
        ("OS: string", "\U00010400: string", "Athena reads no struct with a member of this name"),
        ("OS: string", "OS string", "OS string.*is not|'os string'"),
        ('path = "device.os"', 'path = "device.nope"', "field 'os': path: 'nope' is not in device"),
        ('path = "device.os"', 'path = "nope"', r"path: 'nope' is not in \[landing.columns\]"),
        ('path = "device.os"', 'path = "device"', "device is a column of type struct.*no value"),
        ('path = "device.os"', 'path = ["labels", { no = "a" }]', "'no' is not in"),
        ('path = "device.os"', 'path = ["device", { os = "a" }]', "leads into device, which is"),
        ('path = "device.os"', 'path = "id.x"', "'x' leads into id, which is bigint"),
        ('path = "device.os"', 'path = "x"\njson_in = "id"', "id is a column of type bigint"),
    ],
)
def test_wrong_columns_are_refused_with_file_and_place(
    tmp_path: Path, old: str, new: str, names: str
) -> None:
    assert old in PARQUET
    with pytest.raises(DataSetError, match=names):
        load(tmp_path, PARQUET.replace(old, new, 1))
