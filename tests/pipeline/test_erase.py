"""A key is erased: its rows are in no table, and do not come back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from springtide.ledger import taken_hours
from springtide.model.errors import RollbackRefusedError
from springtide.requests import erasures
from springtide.sql.erase import LINES_SOURCE
from springtide.steps import plan_partitions
from springtide.undo import garbage

from cli.tables import account_table
from offline.athena.service.runs import QueryRun
from offline.clock import now
from tests.athena_faults import Fault
from tests.commands import STACK, done, shown
from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Rig
from tests.pipeline.starts import Start
from tests.pipeline.undo import back, recorded
from tests.trinosql import assert_is_trino_sql

RULE = '[[rules]]\nreason = "free"\nreject_when = "amount = 0"\n'


def land(it: Rig) -> None:
    """Events of three keys in three hours, a late one and a duplicate, and rejects of a and b."""
    it.land(
        "2026/03/01/10/a",
        order("a", "10:00:00", amount=1),
        order("b", "10:10:00", amount=1),
        order("a", "10:20:00", amount=0, note="free of a"),
        order("ab", "10:20:00", amount=0, note='like "a"', paid="a"),
        '{"id": "a", "at": "2026-03-01T10:30:00Z", "amount": 1',
        '{"id": "b", "at": "2026-03-01T10:30:00Z", "amount": 1',
    )
    it.land(
        "2026/03/01/12/b",
        order("a", "12:00:00", amount=3),
        order("a", "10:00:00", amount=1),
        order("c", "12:30:00", amount=3),
    )
    it.land("2026/03/01/13/c", order("a", "13:00:00", amount=4))


def everywhere(it: Rig) -> list[dict[str, Any]]:
    """All rows of all published tables."""
    return [row for table in ("events", "quarantine", "counts") for _, row in it.rows(table)]


def ids(it: Rig) -> list[str]:
    return sorted(row["id"] for _, row in it.rows("events"))


def points(it: Rig) -> set[str]:
    """Where the published tables point."""
    tables = ("events", "quarantine", "counts")
    return {location for table in tables for location in it.partitions(table).values()}


def held_by(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that have anything of the key a."""
    return [row for row in rows if row.get("id") == "a" or '"id": "a"' in str(row.get("line"))]


def whole(it: Rig) -> Any:
    account = it.account()
    rejected = sum(account.rejected.values())
    assert account.lines == account.distinct + account.duplicates + rejected + account.waiting
    assert account.kept == 0
    return account


class Before(NamedTuple):
    """What there was before the erasure: the account, the rows, and where the tables pointed."""

    account: Any
    rows: list[dict[str, Any]]
    points: set[str]


Erased = Start[Before]


def erase(it: Rig) -> Before:
    """Ingests those events and erases a."""
    land(it)
    it.run()
    before = Before(whole(it), everywhere(it), points(it))
    it.run({"erase": {"values": ["a"]}})
    return before


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erased]:
    """A stack on which a was erased; its declaration is there for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        Orders(tmp_path_factory.mktemp("declared"), patch).declare(RULE, COUNTS)
        start = Start(tmp_path_factory.mktemp("erased"), erase, DataSet="orders")
        yield start
        start.close()


def test_key_is_erased_from_every_table_and_counted(erased: Erased) -> None:
    it, before = erased.again(), erased.seen
    assert before.account.rejected == {"free": 2, "malformed": 2}
    assert len(held_by(before.rows)) == 5

    assert held_by(everywhere(it)) == []
    assert ids(it) == ["b", "c"]
    counts = {hour: row["orders"] for (_, hour), row in it.rows("counts")}
    assert counts == {"10": 1, "12": 1}
    kept = [row["line"] for _, row in it.rows("quarantine") if row["line"]]
    assert len(kept) == 2 and len(it.rows("quarantine")) == 4
    account = whole(it)
    assert account.lines == before.account.lines
    assert account.rejected == {"erased": 5, "free": 1, "malformed": 1}
    told = list(account_table(account).columns[0].cells)
    assert "erased" in told and "quarantined: free" in told  # 3 of the 5 have no row there
    (shown,) = erasures.shown_all(it.ledger)
    assert (shown["state"], shown["event_rows"], shown["rejects"]) == ("done", 3, 2)
    assert [uri.rpartition("/")[2] for uri in shown["objects"]] == ["a", "b", "c"]
    assert_is_trino_sql(*it.statements)


def test_erased_lines_do_not_come_back_when_they_are_read_again(
    erased: Erased, orders: Orders
) -> None:
    it = erased.again()
    rows = sorted(repr(row) for row in everywhere(it) if row.get("reject_reason") != "erased")

    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T14"}})
    it.run({"retry": ["2026-03-01T10", "2026-03-01T12", "2026-03-01T13"]})

    found = [row for row in everywhere(it) if row.get("reject_reason") != "erased"]
    assert sorted(map(repr, found)) == rows
    account = whole(it)
    assert account.rejected == {"erased": 6, "free": 1, "malformed": 1}
    orders.declare(without=("id",), key="number", number='type = "varchar"\npath = "id"')

    ended = it.fail("DataSetError")

    assert "values of the field id were erased" in str(ended.cause)


def test_erased_lines_are_late_ones_no_longer(erased: Erased) -> None:
    it = erased.empty()
    hours = {"a": ("10:00:00", "13:00:00", "14:00:00"), "b": ("12:00:00", "14:00:00")}
    orders = [order(name, at) for name, times in hours.items() for at in times]
    it.land("2026/03/01/14/d", *orders)
    it.run()
    assert [hour["late"] for hour in taken_hours.read(it.ledger)] == [{"1h": 1, "6h": 2}]

    it.run({"erase": {"values": ["a"]}})

    (hour,) = taken_hours.read(it.ledger)
    assert (hour["late"], hour["accepted"], hour["rejected"]) == ({"6h": 1}, 2, {"erased": 3})


def test_kept_row_that_is_erased_counts_until_its_hour_is_read_again(erased: Erased) -> None:
    it = erased.empty()
    for name in ("d", "e"):  # the second replaces the first
        it.land("2026/03/01/14/d", order(name, "14:00:00", amount=1))
        it.run()

    it.run({"erase": {"values": ["d"]}})
    assert ids(it) == ["e"]
    account = it.account()
    assert (account.lines, account.kept, account.rejected) == (1, 1, {"erased": 1})

    it.run({"retry": ["2026-03-01T14"]})
    assert (whole(it).lines, whole(it).rejected) == (1, {})


def test_collection_takes_what_was_replaced_at_once(erased: Erased) -> None:
    it, old = erased.again(), erased.seen.points
    new = points(it)
    collector = it.machine.settings("CollectGarbageFunction")

    done = garbage.collect(collector, "test", now())

    assert old - new <= set(done.condemned)
    assert not new & set(done.condemned)
    assert [location for location in done.condemned if "/delta/" in location]
    garbage.collect(collector, "test", now() + timedelta(days=1, minutes=1))
    items = list(it.ledger.items.query("condemned"))
    assert {item["sk"] for item in items if item["state"] == "tagged"} >= old - new
    assert ids(it) == ["b", "c"]


def test_rollback_does_not_go_back_before_an_erasure(erased: Erased) -> None:
    it = erased.again()
    it.land("2026/03/01/14/d", order("d", "14:00:00"))
    it.run()
    slices = recorded(it)

    back(it, slices[1])
    assert ids(it) == ["b", "c"]

    with pytest.raises(RollbackRefusedError, match="has erased rows"):
        back(it, slices[0])
    with pytest.raises(RollbackRefusedError, match="has erased rows"):
        back(it, "none")


def test_rollback_of_a_rebuild_leaves_erased_lines_counted_as_erased(erased: Erased) -> None:
    it = erased.again()
    erasure, account, rows = recorded(it)[-1], whole(it), sorted(map(repr, everywhere(it)))
    it.run({"rebuild": {"from": "2026-03-01T10", "to": "2026-03-01T14"}})
    assert whole(it) != account

    back(it, erasure)
    it.run()

    assert whole(it) == account
    assert sorted(map(repr, everywhere(it))) == rows


def test_run_that_died_while_it_erased_is_ended_by_the_next(
    erased: Erased, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = erased.empty()
    land(it)
    it.run()
    it.mount()

    def die(*_: Any) -> None:
        raise ConnectionError("cut off")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("springtide.steps.plan_derived.plan_derived", die)
        ended = it.machine.wait(it.machine.start({"erase": {"field": "id", "values": ["a"]}}))
    assert ended.status == "FAILED"
    monkeypatch.setattr(erasures, "MAX_PARTITIONS", 1)

    it.run({})

    assert held_by(everywhere(it)) == []
    assert whole(it).rejected == {"erased": 5, "free": 1, "malformed": 1}
    assert [each["state"] for each in erasures.shown_all(it.ledger)] == ["done"]


def test_erasure_that_fails_is_reported_and_tried_again_after_what_landed(erased: Erased) -> None:
    it = erased.empty()
    land(it)
    it.run()

    def no_right(run: QueryRun) -> Fault | None:
        return Fault.permanent("no right") if f"'{LINES_SOURCE}'" in run.sql else None

    it.machine.athena.faults.append(no_right)
    it.fail("QueryFailedError", {"erase": {"values": ["a"]}})
    it.land("2026/03/01/14/d", order("d", "14:00:00"))

    it.fail("QueryFailedError", {"all": True})

    assert ids(it) == ["a", "a", "a", "b", "c", "d"]
    assert "Values to be erased: 1 of id, requested at " in done("status", *STACK)
    told = " ".join(it.notices[-1][1].split())
    assert "Hours: none, it erases values" in told
    assert "Published: nothing of the slice; the next run tries it again" in told
    it.machine.athena.faults.clear()
    it.run({})
    assert held_by(everywhere(it)) == []
    assert shown("status", *STACK)["erasures"] == []


def test_values_of_a_number_in_many_partitions_are_erased(
    erased: Erased, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "MAX_PARTITIONS", 1)
    orders.declare(customer='type = "bigint"\npath = "meta.customer"')
    it = erased.empty()
    for hour in ("10", "11", "12"):
        lines = [order(f"o{n}", f"{hour}:00:0{n}", meta={"customer": n}) for n in range(3)]
        it.land(f"2026/03/01/{hour}/a", *lines, f'{{"meta": {{"customer": "{hour}"}}, "id": 1')
    it.run()

    it.run({"erase": {"field": "customer", "values": ["01", 2, "10"]}})

    assert {row["customer"] for _, row in it.rows("events")} == {0}
    emptied = [hour for (hour,), row in it.rows("quarantine") if row["line"] is None]
    assert emptied == ["2026-03-01T10"]
    assert whole(it).rejected == {"erased": 7, "malformed": 2}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"values": []}, "erase.values: [] is not a list of 1 to 100 values"),
        ({"values": [1.5]}, "erase.values: 1.5 is neither a text nor a whole number"),
        ({"values": ["a"], "field": "amount"}, "is not a field of type varchar or bigint"),
        ({"values": ["a"], "field": "nothing"}, "there are id, note"),
        ({"key": "a"}, "'erase.key' is not known"),
    ],
)
def test_wrong_erasures_are_refused(
    erased: Erased, orders: Orders, asked: dict[str, Any], message: str
) -> None:
    orders.declare()
    it = erased.empty()

    ended = it.fail("InvalidInputError", {"erase": asked})

    assert message in str(ended.cause)
    assert list(it.ledger.items.query("erase")) == []


def test_hour_of_erased_lines_is_not_held_for_the_rejects_of_another(
    erased: Erased, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = erased.empty()
    monkeypatch.setattr(plan_partitions, "MIN_REJECTS_TO_HOLD", 2)
    it.land("2026/03/01/10/a", *[order("a", "10:00:00", amount=n) for n in range(1, 4)])
    it.run()
    it.run({"erase": {"values": ["a"]}})
    it.land("2026/03/01/10/b", order("b", "10:00:00"))
    it.land("2026/03/01/11/c", *["broken"] * 9)

    it.run()

    assert [each["arrival_hour"] for each in it.account().held] == ["2026-03-01T11"]
    assert ids(it) == ["b"]
