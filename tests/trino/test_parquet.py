"""A landing of Parquet read by Trino and by the embedded engine: the same rows."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.parquet import HOUR, HOURS, PARQUET, click, declaring, write
from tests.trino.conftest import Served


def test_rows_of_parquet_are_the_same_on_both_engines(
    served: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = 'when = "timestamp"\ntimes = "map<string,array<timestamp>>"\nf = "float"\n'
    declaring(tmp_path, monkeypatch)(PARQUET + columns)
    it = served(both=True)
    for name, events in HOURS.items():
        write(it.rig.landing / f"{name}.parquet", events)
    odd = {"when": "TIMESTAMP", "times": "MAP(VARCHAR, TIMESTAMP[])", "f": "FLOAT"}
    moment = "2020-07-13T00:10:59.999600"
    # Rejected, so that the text of the whole row is compared.
    no_key = {"id": None, "time": moment}
    write(
        it.rig.landing / HOUR / "odd.parquet",
        [
            click(10, event=no_key, weight="NaN", line="\u0000\ud83d\ude00 \"q\"", when=moment),
            click(11, event=no_key, f=0.1, times={"b": [moment, None], "a": None}),
            click(12, weight=1e-7, when=moment, times={}),
        ],
        {
            "event": "STRUCT(id VARCHAR, time TIMESTAMP)", "version": "INTEGER",
            "price": "DECIMAL(20,4)", "weight": "DOUBLE", "line": "VARCHAR",
            "items": "STRUCT(n INTEGER, sku VARCHAR)[]", **odd,
        },
    )  # fmt: skip

    it.rig.run()

    assert it.rig.account().held == []
    assert it.rig.account().unread == []
    assert it.compared
    differing = [each for each in it.compared if each.differs]
    assert differing == []


# Moments around a half of a millisecond, before and after 1970.
NANOSECONDS = [
    sign * second * 10**9 + part
    for sign in (1, -1)
    for second in (0, 1_594_600_200)
    for part in (499_499, 499_999, 500_000, 500_001, 1_499_999, 999_999_999)
]


def odd_columns() -> dict[str, tuple[pa.Table, dict[str, Any]]]:
    """Files by name: their columns, and how they are written."""
    moments = {
        f"{unit}{zone}": pa.array(NANOSECONDS, pa.timestamp("ns")).cast(
            pa.timestamp(unit, zone or None), safe=False
        )
        for unit in ("ms", "us", "ns")
        for zone in ("", "UTC")
    }
    other = pa.array([{"q": 1}, None], pa.struct([("q", pa.int64())]))
    twice = pa.array([[("b", "1"), ("a", "2"), ("b", "3")]], pa.map_(pa.string(), pa.string()))
    names = pa.array([[("\uff01", "1"), ("\U0001f600", "2")]], pa.map_(pa.string(), pa.string()))
    days = pa.array([date(1, 1, 1), date(1582, 10, 10), date(9999, 12, 31)])
    tables = {name: {"when": column} for name, column in moments.items()}
    tables |= {"other": {"event": other}, "twice": {"props": twice}, "names": {"props": names}}
    files: dict[str, tuple[pa.Table, dict[str, Any]]] = {
        name: (pa.table(columns), {}) for name, columns in tables.items()
    }
    files["int96"] = (files["ns"][0], {"use_deprecated_int96_timestamps": True})
    files["days"] = (pa.table({"day": days}), {"compression": "zstd"})
    return files


def test_odd_columns_are_read_alike_on_both_engines(
    served: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaring(tmp_path, monkeypatch)(PARQUET + 'when = "timestamp"\n')
    it = served(both=True)
    (it.rig.landing / HOUR).mkdir(parents=True)
    files = odd_columns()
    for name, (table, options) in files.items():
        pq.write_table(table, it.rig.landing / HOUR / f"{name}.parquet", **options)

    it.rig.run()

    account = it.rig.account()
    assert (account.held, account.unread) == ([], [])
    # No row has a key, so that the text of each is compared.
    assert account.rejected == {"missing_key": sum(table.num_rows for table, _ in files.values())}
    assert [each for each in it.compared if each.differs] == []


def test_objects_that_trino_cannot_read_are_named_before_it_fails(
    served: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declaring(tmp_path, monkeypatch)(PARQUET)
    it = served().rig
    write(it.landing / HOUR / "good.parquet", [click(1)])
    ids = pa.table({"version": [1, 2]})
    items = pa.array([[{"q": 1}, None], []], pa.list_(pa.struct([("q", pa.int64())])))
    for name, table, codec in (
        ("brotli", ids, "brotli"), ("lz4", ids, "lz4"), ("others", pa.table({"items": items}), None)
    ):  # fmt: skip
        pq.write_table(table, it.landing / HOUR / f"{name}.parquet", compression=codec or "snappy")

    it.run()

    reasons = {Path(each["object"]).stem: each["reason"] for each in it.account().unread}
    assert reasons.keys() == {"brotli", "lz4", "others"}
    assert "compressed with BROTLI" in reasons["brotli"]
    assert "compressed with LZ4_RAW" in reasons["lz4"]
    assert "array<struct<sku:string,n:int>>" in reasons["others"]
    assert [row["id"] for _, row in it.rows("events")] == ["e1"]
