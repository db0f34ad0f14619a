"""A declaration without mistakes, and how one is read."""

from pathlib import Path

from springtide.dataset import loading
from springtide.dataset.declaration import DataSet

GOOD = """
name = "d"
description = "a data set"
[event_time]
field = "at"
[key]
fields = ["id"]
[revision]
field = "changed"
[lateness]
too_old_hours = 24
in_future_hours = 1
[[fields]]
name = "id"
type = "bigint"
[[fields]]
name = "at"
type = "timestamp"
formats = ["epoch_ms"]
[[fields]]
name = "changed"
type = "timestamp"
formats = ["iso8601"]
[[fields]]
name = "os"
type = "varchar"
path = "device.os"
[[rules]]
reason = "no_os"
reject_when = "os IS NULL"
"""


def load(folder: Path, text: str, **files: str) -> DataSet:
    """The data set `d` of this declaration and these files of SQL."""
    home = folder / "d"
    home.mkdir(parents=True)
    (home / "dataset.toml").write_text(text)
    for name, sql in files.items():
        (home / f"{name}.sql").write_text(sql)
    return loading.load("d", folder)
