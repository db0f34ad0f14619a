"""A landing of Parquet read by Trino and by the embedded engine: the same rows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from springtide.dataset import loading

from tests.pipeline.test_parquet_landing import DECLARATION, HOUR, HOURS, PARQUET, click, write
from tests.trino.conftest import Served


def test_rows_of_parquet_are_the_same_on_both_engines(
    served: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, load = tmp_path / "sets" / "clicks", loading.load
    folder.mkdir(parents=True)
    columns = PARQUET + 'when = "timestamp"\ntimes = "map<string,array<timestamp>>"\nf = "float"\n'
    (folder / "dataset.toml").write_text(DECLARATION.format(landing=columns))
    monkeypatch.setattr(loading, "load", lambda *_: load("clicks", folder.parent))
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
