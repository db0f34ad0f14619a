import pytest
from springtide.dataset.declaration import DataSet, Field
from springtide.dataset.drift import drift
from springtide.dataset.paths import Entry
from springtide.dataset.physical import parse

FIELDS = (
    Field("id", "bigint", ("id",)),
    Field("name", "varchar", ("Name",)),
    Field("amount", "double", ("amount",)),
    Field("paid", "boolean", ("paid",)),
    Field("at", "timestamp", ("at",), ("epoch_s",)),
    Field("said", "timestamp", ("said",), ("iso8601",)),
    Field("city", "varchar", ("place", "city")),
    Field("host", "varchar", ("tags", Entry("key", "host"), "value")),
)
SAME = {
    "id": {"int"},
    "name": {"string"},
    "amount": {"double"},
    "paid": {"boolean"},
    "at": {"bigint"},
    "said": {"string"},
    "place": {"struct<city:string>"},
    "tags": {"array<struct<key:string,value:string>>"},
}


def compared(**types: str) -> dict[str, list[str]]:
    data_set = DataSet("d", "", FIELDS, "at", ("id",), None, 1, 1)
    return drift(data_set, SAME | {name: {type_} for name, type_ in types.items()})


def test_fields_as_they_are_declared_are_no_drift() -> None:
    assert compared() == {"new": [], "vanished": [], "changed": []}


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("id", "string"),
        ("id", "double"),
        ("name", "boolean"),
        ("amount", "int"),
        ("amount", "decimal(10,2)"),
        ("at", "string"),
        ("at", "double"),
        ("paid", "string"),
        ("place", "string"),
        ("place", "map<string,string>"),
        ("id", "a_type_of_tomorrow"),
    ],
)
def test_type_that_may_hold_what_is_declared_is_no_drift(name: str, type_: str) -> None:
    assert compared(**{name: type_})["changed"] == []


@pytest.mark.parametrize(
    ("name", "type_", "said"),
    [
        ("id", "boolean", "id: boolean where id is declared bigint"),
        ("id", "array<int>", "id: array where id is declared bigint"),
        ("tags", "map<string,string>", "tags: map where host is declared varchar"),
        ("name", "struct<first:string>", "name: struct where name is declared varchar"),
        ("amount", "boolean", "amount: boolean where amount is declared double"),
        ("paid", "int", "paid: int where paid is declared boolean"),
        ("at", "boolean", "at: boolean where at is declared timestamp"),
        ("said", "bigint", "said: bigint where said is declared timestamp"),
        ("place", "int", "place: int where city is declared varchar"),
        ("place", "array<string>", "place: array where city is declared varchar"),
    ],
)
def test_type_that_becomes_null_is_changed(name: str, type_: str, said: str) -> None:
    assert compared(**{name: type_}) == {"new": [], "vanished": [], "changed": [said]}


def test_one_table_with_another_type_is_enough() -> None:
    data_set = DataSet("d", "", FIELDS, "at", ("id",), None, 1, 1)
    seen = SAME | {"id": {"int", "boolean"}}
    assert drift(data_set, seen)["changed"] == ["id: boolean where id is declared bigint"]


def test_columns_of_parquet_are_compared_with_the_declared_ones() -> None:
    columns = tuple(
        (n, parse(t)) for n, t in {"id": "bigint", "x": "double", "at": "timestamp"}.items()
    )
    data_set = DataSet("d", "", FIELDS, "at", ("id",), None, 1, 1, columns=columns)

    found = drift(data_set, {"id": {"int"}, "x": {"string"}, "other": {"struct<a:int>"}})

    assert found == {
        "new": ["other"],
        "vanished": ["at"],
        "changed": ["x: string where double is declared"],
    }
