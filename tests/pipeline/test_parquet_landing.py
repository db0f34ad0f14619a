"""A landing of Parquet gives the tables that the same events as JSON lines give."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.pricing.estimate import estimate
from tests.commands import STACK, done
from tests.pipeline.parquet import HOUR, HOURS, PARQUET, TYPES, click, declaring, write
from tests.pipeline.rig import Rig
from tests.pipeline.undo import back

Declare = Callable[[str], object]


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    return declaring(tmp_path, monkeypatch)


@pytest.fixture
def it(tmp_path: Path, declare: Declare) -> Iterator[Rig]:
    """A stack on a Parquet landing."""
    declare(PARQUET)
    with Rig(tmp_path, {}) as it:
        yield it


def rows(it: Rig, table: str) -> Counter[str]:
    """The rows without the object that they came from."""
    return Counter(
        str([values, sorted((n, v) for n, v in row.items() if n not in ("source_path", "line"))])
        for values, row in it.rows(table)
    )


def test_same_events_give_the_same_tables_as_json_and_as_parquet(
    tmp_path: Path, declare: Declare, it: Rig
) -> None:
    for name, events in HOURS.items():
        write(it.landing / f"{name}.parquet", events)
    it.run()
    tables, account = {name: rows(it, name) for name in ("events", "quarantine")}, it.account()
    it.close()
    assert not account.held, "\n".join(each["reason"] for each in account.held)

    declare("")
    (tmp_path / "json").mkdir()
    with Rig(tmp_path / "json", {}) as lines:
        for name, events in HOURS.items():
            spelled = [_with_offset(event) for event in events]
            lines.land(f"{name}.gz", *spelled)
        lines.run()
        assert tables == {name: rows(lines, name) for name in ("events", "quarantine")}
        told = lines.account()
    assert tables["events"].total() == 4
    assert account.rejected == {"heavy": 1, "too_old": 1, "missing_key": 2}
    assert (account.lines, account.distinct, account.duplicates) == (10, 4, 2)
    assert (account.lines, account.rejected) == (told.lines, told.rejected)


def _with_offset(event: dict[str, Any]) -> dict[str, Any]:
    """The event as a producer of JSON writes it: names as the declaration has them, UTC with Z."""
    found = {name.lower(): value for name, value in event.items()}
    if event["event"]:
        found["event"] = {**event["event"], "time": event["event"]["time"] + "Z"}
    return found


# ------------------------------------------------------------------ odd objects, all of one run

UNFIT, HEAVY, NAMED, ODD, CORRUPT = (f"2020/07/13/0{number}/" for number in range(5))


class Landed(NamedTuple):
    """What a run over these hours has left; what is read of objects by their names."""

    account: Any
    events: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]

    def published(self, hour: str) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.events if f"/{hour}" in row["source_path"]}

    def unread(self, hour: str) -> dict[str, str]:
        return {
            each["object"].removeprefix(hour): each["reason"]
            for each in self.account.unread
            if each["object"].startswith(hour)
        }


def land_odd(it: Rig) -> None:
    write(it.landing / UNFIT / "good.parquet", [click(1)])
    write(it.landing / UNFIT / "type.parquet", [click(2)], TYPES | {"weight": "VARCHAR"})
    write(it.landing / UNFIT / "wide.parquet", [click(2)], TYPES | {"version": "UBIGINT"})
    write(it.landing / UNFIT / "digits.parquet", [click(2)], TYPES | {"Price": "DECIMAL(38,2)"})
    nested = TYPES | {"event": "STRUCT(id BIGINT, time TIMESTAMP)"}
    write(it.landing / UNFIT / "nested.parquet", [click(2, event=None)], nested)
    listed = TYPES | {"items": "STRUCT(sku VARCHAR, n INTEGER)"}
    write(it.landing / UNFIT / "list.parquet", [click(2, items=None)], listed)
    whole = (it.landing / UNFIT / "good.parquet").read_bytes()
    it.land_bytes(UNFIT + "cut.parquet", whole[:-30])
    it.land(UNFIT + "lines.json", {"id": 1})
    it.land(UNFIT + "lines.gz", {"id": 1})
    it.land_bytes(UNFIT + "nothing.parquet", b"")

    write(it.landing / HEAVY / "a.parquet", [click(11, weight=1001.0)])

    write(it.landing / NAMED / "none.parquet", [])
    write(it.landing / NAMED / "stream-1", [click(21)])
    write(it.landing / NAMED / "b.json", [click(22)])
    write(it.landing / NAMED / "_hidden.parquet", [click(23)])

    events = [click(31, weight="NaN"), click(32, weight="Infinity"), click(33, payload="no JSON")]
    write(it.landing / ODD / "a.parquet", events)

    write(it.landing / CORRUPT / "good.parquet", [click(41)])
    whole = write(it.landing / CORRUPT / "corrupt.parquet", [click(42)]).read_bytes()
    it.land_bytes(CORRUPT + "corrupt.parquet", whole[:4] + b"U" * 40 + whole[44:])


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = tmp_path_factory.mktemp("landed")
    with pytest.MonkeyPatch.context() as patch:
        declaring(folder, patch)(PARQUET)
        with Rig(folder, {}) as it:
            land_odd(it)
            it.run()
            tables = ([row for _, row in it.rows(name)] for name in ("events", "quarantine"))
            return Landed(it.account(), *tables)


def test_rejects_show_the_row_as_json_text(landed: Landed) -> None:
    (kept,) = landed.quarantine
    assert kept["source_path"].endswith("/2020/07/13/01/a.parquet")
    assert kept["reject_reason"] == "heavy"
    assert json.loads(kept["line"]) == {
        "day": "2020-07-13",
        "event": {"id": "e11", "time": "2020-07-13T00:10:00.250Z"},
        "items": [{"n": 1, "sku": 'a,\u00e9\u4e2d "q"'}, None],
        "line": None,
        "ok": True,
        "payload": '{"n": 7}',
        "price": "19.900000000000000000",
        "props": {"B": None, "Colour": "red"},
        "version": 1,
        "weight": 1001.0,
    }
    assert kept["line_bytes"] is None


def test_bytes_that_are_not_utf8_are_replaced_wherever_a_column_is_plain_bytes(it: Rig) -> None:
    file = write(it.landing / HOUR / "a.parquet", [click(1, weight=1001.0), click(2)])
    landed = pq.ParquetFile(file).read()
    for name, kind, value in (
        ("payload", pa.binary(), b"x\xff"),
        ("items", pa.list_(pa.struct({"sku": pa.binary()})), [{"sku": b"\xe9"}]),
        ("props", pa.map_(pa.string(), pa.binary()), [("Colour", b"\xc3\x28")]),
    ):
        at = landed.schema.get_field_index(name)
        landed = landed.set_column(at, name, pa.array([value, None], kind))
    pq.write_table(landed, file)

    it.run()

    assert it.account().held == []
    ((_, kept),) = it.rows("quarantine")
    line = json.loads(kept["line"])
    assert (line["payload"], line["items"][0]["sku"]) == ("x\ufffd", "\ufffd")
    assert line["props"] == {"Colour": "\ufffd("}
    assert [row["id"] for _, row in it.rows("events")] == ["e2"]


def test_objects_that_do_not_fit_are_skipped_by_name_and_the_rest_published(
    landed: Landed,
) -> None:
    told = {
        "type.parquet": "column weight is BYTE_ARRAY STRING in the object and double in",
        "wide.parquet": "column version is INT64 UINT_64 in the object and bigint in",
        "digits.parquet": "DECIMAL(38,2) in the object and decimal(38,18) in",
        "nested.parquet": "column event.id is INT64 INT_64 in the object and string in",
        "list.parquet": "column items is group in the object and array<struct<sku:string,n:int>>",
        "cut.parquet": "Parquet by its first bytes: it does not end with PAR1",
        "lines.json": "text by its first bytes: it does not end with PAR1, and [landing] declares",
        "lines.gz": "gzip by its first bytes: it does not end with PAR1, and [landing] declares",
    }
    reasons = landed.unread(UNFIT)
    assert reasons.keys() == told.keys()
    for name, part in told.items():
        assert part in reasons[name]
    assert landed.published(UNFIT).keys() == {"e1"}
    account = landed.account
    assert (account.lines, account.distinct, account.held) == (8, 7, [])


def test_object_with_corrupt_pages_is_skipped_by_name_and_the_rest_published(
    landed: Landed,
) -> None:
    ((name, reason),) = landed.unread(CORRUPT).items()
    assert name == "corrupt.parquet"
    assert "Failed to read Parquet file" in reason
    assert landed.published(CORRUPT).keys() == {"e41"}


def test_object_without_rows_holds_nothing_and_names_need_no_ending(landed: Landed) -> None:
    assert landed.published(NAMED).keys() == {"e21", "e22"}
    ((name, reason),) = landed.unread(NAMED).items()
    assert name == "_hidden.parquet" and reason.startswith("hidden:")


def test_values_that_no_field_takes_are_counted(landed: Landed) -> None:
    found = landed.published(ODD)
    assert found.keys() == {"e31", "e32", "e33"}
    assert [found[name]["weight"] for name in ("e31", "e32")] == [None, None]
    assert landed.account.misfits == {"weight": 2}


# ------------------------------------------------------------------ declared otherwise later


def test_skipped_objects_are_read_once_other_columns_are_declared(
    declare: Declare, it: Rig
) -> None:
    types = TYPES | {"weight": "FLOAT", "version": "BIGINT"}
    write(it.landing / HOUR / "a.parquet", [click(1)], types)
    declare(PARQUET.replace('version = "bigint"', 'version = "int"'))
    it.run()
    assert it.account().lines == 0
    declare(PARQUET.replace('weight = "double"', 'weight = "float"'))

    plan = estimate(it.settings, None, datetime.now(UTC))
    it.run({})

    assert (plan.pending, plan.objects, plan.unread) == (1, 1, 0)
    (change,) = plan.changes
    assert change.what == "the landing's columns are declared otherwise"
    assert "those that were skipped since they did not fit" in change.means
    account = it.account()
    assert (account.lines, account.distinct, account.unread) == (1, 1, [])
    ((_, row),) = it.rows("events")
    assert row["weight"] == pytest.approx(0.1)


@pytest.mark.parametrize("unreadable", [True, False])
def test_hour_that_a_rollback_holds_waits_for_resume_whatever_columns_are_declared(
    declare: Declare, it: Rig, unreadable: bool
) -> None:
    """Nor does `springtide retry --unreadable` free it."""
    declare(PARQUET.replace('version = "bigint"', 'version = "int"'))
    write(it.landing / HOUR / "a.parquet", [click(1)])
    write(it.landing / HOUR / "b.parquet", [click(2)], TYPES | {"version": "BIGINT"})
    it.run()
    back(it, "none", hold=True)
    if unreadable:
        done("retry", "--unreadable", *STACK)
    else:
        declare(PARQUET)

    it.run()

    assert not it.rows("events")
    assert [each["arrival_hour"] for each in it.account().held] == ["2020-07-13T00"]
    declare(PARQUET)
    done("resume", *STACK)
    it.run()
    assert sorted(row["id"] for _, row in it.rows("events")) == ["e1", "e2"]


def test_column_may_be_called_as_anything_in_a_row(declare: Declare, it: Rig) -> None:
    declare(PARQUET + 'x1 = "string"\nx = "string"\nk = "string"\n')
    write(it.landing / HOUR / "a.parquet", [click(1)])
    it.run()
    assert [row["id"] for _, row in it.rows("events")] == ["e1"]


def test_rebuild_reads_parquet_again_under_a_corrected_declaration(
    declare: Declare, it: Rig
) -> None:
    write(it.landing / HOUR / "a.parquet", [click(1), click(2, weight=2000.0)])
    it.run()
    assert [row["id"] for _, row in it.rows("events")] == ["e1"]
    declare(PARQUET.replace('weight = "double"\n', 'weight = "double"\nother = "bigint"\n'))
    it.run({"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T01"}})

    assert [row["id"] for _, row in it.rows("events")] == ["e1"]
    assert it.account().rejected == {"heavy": 1}
