"""Numbers beyond a field's declared bounds are NULL and counted, and stop nothing after them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from springtide.dataset import loading

from tests.pipeline.rig import Rig

DECLARATION = """
name = "bounded"
[event_time]
field = "at"
[key]
fields = ["id"]
[lateness]
too_old_hours = 840
in_future_hours = 1
[[fields]]
name = "id"
type = "bigint"
[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]
"""
FIELD = """
[[fields]]
name = "{name}"
type = "{type}"
{bounds}
"""
FIELDS = {
    "cars": ("bigint", "min = 0\nmax = 500"),
    "speed": ("integer", "min = -5"),
    "share": ("double", "min = 0.1\nmax = 0.9"),
    "level": ("real", "max = 0.1"),
    "price": ("decimal(5,2)", "min = -1.5\nmax = 999"),
}
INSIDE = {"cars": 500, "speed": -5, "share": 0.1, "level": 0.1, "price": "-1.50"}
OUTSIDE = {"cars": 2**63 - 1, "speed": -6, "share": 0.91, "level": 0.11, "price": "999.01"}


def test_number_beyond_its_bounds_is_null_and_counted(
    rig: Callable[..., Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = loading.load
    folder = tmp_path / "sets" / "bounded"
    folder.mkdir(parents=True)
    fields = (FIELD.format(name=n, type=t, bounds=b) for n, (t, b) in FIELDS.items())
    (folder / "dataset.toml").write_text(DECLARATION + "".join(fields))
    monkeypatch.setattr(loading, "load", lambda *_: load("bounded", tmp_path / "sets"))
    it = rig()
    at = {"at": "2020-07-13T00:30:00Z"}
    it.land("2020/07/13/00/a.gz", {"id": 1, **at, **INSIDE}, {"id": 2, **at, **OUTSIDE})

    it.run()

    one, two = sorted((row for _, row in it.rows("events")), key=lambda row: row["id"])
    assert {name: one[name] for name in FIELDS} == {
        **INSIDE,
        "level": pytest.approx(0.1),
        "price": Decimal("-1.50"),
    }
    assert {name: two[name] for name in FIELDS} == dict.fromkeys(FIELDS)
    assert it.account().misfits == dict.fromkeys(sorted(FIELDS), 1)
