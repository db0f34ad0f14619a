"""A declaration that changes between runs: what it means is known before, and nothing is lost."""

from typing import Any

import pytest
from springtide.aws import catalog
from springtide.dataset.declaration import DataSet
from springtide.model.errors import DataSetError

from offline.clients import ACCOUNT
from tests.pipeline.changed import Stack, changes, counted, ingested, values
from tests.pipeline.orders import Orders, order
from tests.pipeline.starts import shared
from tests.trinosql import assert_is_trino_sql

stack = shared(DataSet="orders")
NO_KEYS = {"StorageDescriptor": {"Columns": [{"Name": "id", "Type": "string"}]}}


def test_removed_column_keeps_its_values_in_merged_hours(stack: Stack, orders: Orders) -> None:
    it = ingested(stack, orders)
    orders.declare(without=("note",))
    it.land(
        "2026/03/01/11/b",
        order("d", "10:30:00", note="of d"),
        order("a", "10:00:00", note="of a", amount=1),  # a copy of what is there
        order("b", "10:00:00", amount=5, note="newer"),
    )

    it.run()

    found = values(it, "note", "amount")
    # A copy changes nothing; a newer event has no value for what is not declared.
    assert found == {
        "a": ("of a", 1.0), "b": (None, 5.0), "c": ("of c", 1.0), "d": (None, None),
    }  # fmt: skip
    again = orders.declare()
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})
    assert values(it, "note")["d"] == ("of d",)
    assert not changes(it, again)
    assert_is_trino_sql(*it.statements)


def test_tables_of_others_in_the_database_do_not_matter(stack: Stack, orders: Orders) -> None:
    it = ingested(stack, orders)
    place = {"DatabaseName": "elsewhere", "Name": "customers", "CatalogId": ACCOUNT}
    for theirs in ({"Name": "link", "TargetTable": place}, {"Name": "iceberg", **NO_KEYS}):
        it.client("glue").create_table(DatabaseName=it.database, TableInput=theirs)
    now = orders.declare(without=("note",))

    (change,) = changes(it, now)
    it.run()

    assert change.what == "column note is not declared any more"
    assert values(it, "note") == {each: (f"of {each}",) for each in "abc"}


def test_renamed_columns_take_the_values_of_the_old_ones(stack: Stack, orders: Orders) -> None:
    it = ingested(stack, orders)
    orders.declare(
        without=("id", "note"),
        key="number",
        number='type = "varchar"\npath = "id"\nwas = "id"',
        remark='type = "varchar"\npath = "note"\nwas = "note"',
    )
    it.land("2026/03/01/11/b", order("a", "10:00:00", amount=2), order("d", "10:30:00", note="x"))

    it.run()

    found = {
        row["number"]: (row["remark"], row["note"], row["amount"]) for _, row in it.rows("events")
    }
    assert found == {
        "a": (None, None, 2.0),
        "b": ("of b", "of b", 1.0),
        "c": ("of c", "of c", 1.0),
        "d": ("x", None, None),
    }
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})
    assert {row["number"]: row["remark"] for _, row in it.rows("events")} == {
        "a": None, "b": "of b", "c": "of c", "d": "x",
    }  # fmt: skip
    assert_is_trino_sql(*it.statements)


def test_second_rename_is_refused_until_the_first_is_done(stack: Stack, orders: Orders) -> None:
    def declare(name: str, was: str) -> DataSet:
        more: Any = {name: f'type = "varchar"\npath = "note"\nwas = "{was}"'}
        return orders.declare(without=("note",), **more)

    it = ingested(stack, orders)
    declare("remark", "note")
    it.run()
    now = declare("words", "remark")

    (change,) = changes(it, now)
    ended = it.fail("DataSetError", {"all": True})

    assert change.what == "column remark is now words"
    told = "field words: its column remark was note before"
    assert told in change.means and told in str(ended.cause)
    assert values(it, "note") == {each: (f"of {each}",) for each in "abc"}

    declare("remark", "note")
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})
    orders.declare(without=("note",), remark='type = "varchar"\npath = "note"')
    it.run()
    declare("words", "remark")
    it.land("2026/03/01/11/d", order("d", "10:30:00", note="of d"))
    it.run()
    assert values(it, "words") == {each: (f"of {each}",) for each in "abcd"}


def test_rename_to_another_type_changes_nothing(stack: Stack, orders: Orders) -> None:
    it = ingested(stack, orders)
    before = catalog.table(it.database, "events")
    now = orders.declare(without=("note",), number='type = "bigint"\npath = "note"\nwas = "note"')
    (change,) = changes(it, now)
    assert change.what == "column note is now number, bigint and was varchar"
    assert "a run ends with CatalogError and changes nothing" in change.means

    ended = it.fail("CatalogError")

    assert "the column note that it was is varchar: a rename does not change" in str(ended.cause)
    assert catalog.table(it.database, "events") == before


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"remark": 'type = "varchar"\nwas = "note"'}, "was 'note' is a declared field itself"),
        ({"remark": 'type = "varchar"\nwas = "No te"'}, "is not the name that its column had"),
        (
            {
                "remark": 'type = "varchar"\nwas = "text"',
                "words": 'type = "varchar"\nwas = "text"',
            },
            "was 'text' is the former name of two fields",
        ),
    ],
)
def test_wrong_former_names_are_refused(orders: Orders, fields: Any, message: str) -> None:
    with pytest.raises(DataSetError, match=message):
        orders.declare(**fields)


def test_new_key_that_is_null_in_rows_of_before_asks_for_a_rebuild(
    stack: Stack, orders: Orders
) -> None:
    orders.declare(without=("note",))
    it = stack.empty()
    it.land("2026/03/01/10/a", *(order(i, "10:00:00", note="x") for i in "ab"))
    it.run()
    changed = orders.declare(key="note")
    (_, key) = changes(it, changed)
    assert "Rows in which a new key field is NULL stop the merge of their hour" in key.means
    it.land("2026/03/01/11/b", order("c", "10:30:00", note="y"))

    ended = it.fail("AuditFailedError")

    assert "events event_date=2026-03-01/event_hour=10/" in str(ended.cause)
    assert "rows of before may have NULL in it: rebuild this hour" in str(ended.cause)
    assert set(values(it)) == {"a", "b"}
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T11"}})
    assert {note for (note,) in values(it, "note").values()} == {"x", "y"}


def test_former_name_that_only_an_earlier_declaration_had_is_a_rename(
    stack: Stack, orders: Orders
) -> None:
    it = ingested(stack, orders)
    orders.declare(without=("note",))
    it.run()
    now = orders.declare(without=("note",), remark='type = "varchar"\npath = "note"\nwas = "note"')
    assert [change.what for change in changes(it, now)] == ["column note is now remark"]
    it.land("2026/03/01/11/b", order("a", "10:00:00", note="with more", amount=1))

    it.run()

    assert values(it, "remark") == {
        "a": ("with more",), "b": ("of b",), "c": ("of c",),
    }  # fmt: skip
    (change,) = changes(
        it, orders.declare(without=("note",), remark='type = "varchar"\npath = "note"')
    )
    assert change.what == 'column remark has no was = "note" any more'


@pytest.mark.parametrize("kind", ["double", "varchar"])
def test_column_declared_again_is_compared_with_the_one_there_is(
    stack: Stack, orders: Orders, kind: str
) -> None:
    it = ingested(stack, orders)
    orders.declare(without=("amount",))
    it.run()

    (change,) = changes(it, orders.declare(without=("amount",), amount=f'type = "{kind}"'))

    it.mount()
    ended = it.machine.run({"all": True})
    if kind == "double":
        assert change.what == "column amount, double, is declared again"
        assert "event hours written with it keep their values" in change.means
        assert ended.status == "SUCCEEDED"
    else:
        assert change.what == "column amount is declared as varchar and is double"
        assert "give it another name, or the type double again" in change.means
        assert ended.error == "CatalogError"
        assert "Declare another name for the new type, or the former type again" in str(ended.cause)
    assert values(it, "amount") == {"a": (1.0,), "b": (1.0,), "c": (1.0,)}


def test_hours_held_for_a_mistake_are_tried_when_it_is_mended(stack: Stack, orders: Orders) -> None:
    orders.declare('[[rules]]\nreason = "free"\nreject_when = "amout = 0"\n')
    it = stack.empty()
    it.land("2026/03/01/10/a", order("a", "10:00:00", amount=0), order("b", "10:30:00", amount=1))
    it.run()
    assert [hour["arrival_hour"] for hour in it.account().held] == ["2026-03-01T10"]
    known = len(it.statements)
    it.run({})
    assert it.statements[known:] == []  # nothing has changed that would help

    orders.declare('[[rules]]\nreason = "free"\nreject_when = "amount = 0"\n')
    it.run({})

    assert it.account().held == []
    assert it.account().rejected == {"free": 1}
    assert set(values(it)) == {"b"}


def test_what_a_change_means_is_known_before_the_run(stack: Stack, orders: Orders) -> None:
    it = counted(stack, orders)
    rule = '[[rules]]\nreason = "free"\nreject_when = "amount = 0"\n'
    now = orders.declare(
        rule,
        without=("amount", "note"),
        key="id shop",
        shop='type = "varchar"',
        amount='type = "bigint"',
        remark='type = "varchar"\npath = "note"\nwas = "note"',
    )

    found = changes(it, now)

    assert sorted(change.what for change in found) == [
        "column amount is declared as bigint and is double",
        "column note is now remark",
        "derived table counts is not declared any more",
        "new column shop, varchar",
        "new rule free",
        "the key is now id, shop and was id",
    ]
    means = {change.what: change.means for change in found}
    assert "coalesce(remark, note)" in means["column note is now remark"]
    assert "CatalogError" in means["column amount is declared as bigint and is double"]
    assert "a rebuild fills it" in means["new column shop, varchar"]
