"""A data set that `springtide new` guesses from a landing of one hour."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from typer.testing import Result

from tests.commands import springtide
from tests.files import put

HOUR = "2026/03/02/08"


def new(home: Path, data: bytes, name: str = f"{HOUR}/a.json") -> Result:
    """Guesses the data set `d` from a landing, to which an object comes."""
    put(home / "landing" / name, data)
    return guess(home)


def guess(home: Path, name: str = "d") -> Result:
    """Guesses a data set from the landing."""
    return springtide("new", name, "--from", home / "landing", "--datasets", home / "sets")


def guessed(home: Path, name: str = "d") -> DataSet:
    """The data set, as its declaration is now."""
    loading._load.cache_clear()
    return loading.load(name, home / "sets")


def on(home: Path, command: str, *options: object, name: str = "d") -> Result:
    """Runs a command over the data set, as its declaration is now, and the landing."""
    loading._load.cache_clear()
    folders = ("--datasets", home / "sets", "--landing", home / "landing")
    return springtide(command, "--dataset", name, *folders, *options)


def documents(**members: list[Any]) -> bytes:
    """Twelve documents, each with a key, a time and a value of each member."""
    return lines(
        {"id": f"A-{n}", "at": f"2026-03-02T08:{n:02}:00Z"}
        | {name: values[n % len(values)] for name, values in members.items()}
        for n in range(12)
    )


def lines(of: Any) -> bytes:
    """Documents, one a line."""
    return "".join(json.dumps(document) + "\n" for document in of).encode()


def parquet(**columns: Any) -> bytes:
    """Twelve rows, each with a key, a time and a value of each column, which are alike."""
    table = {
        "id": [f"A-{n}" for n in range(12)],
        "at": [f"2026-03-02T08:{n:02}:00Z" for n in range(12)],
        **{name: pa.repeat(value, 12) for name, value in columns.items()},
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink, use_dictionary=False)
    data: bytes = sink.getvalue().to_pybytes()
    return data
