"""What the tests of rebuilds share: a data set with a corrected declaration."""

import shutil
from pathlib import Path

import pytest
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from springtide.dataset.loading import FOLDER

from tests.pipeline.orders import Orders
from tests.pipeline.rebuilds import Declare, ingest
from tests.pipeline.starts import shared

# What `rebuilds.land` lands, ingested under the declaration as it is.
ingested = shared(ingest)


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Has runs from now on use the traffic data set with texts replaced or added, and SQL files."""
    folder, load, number = tmp_path / "datasets", loading.load, [0]

    def change(*replaced: tuple[str, str], added: str = "", **sql: str) -> None:
        number[0] += 1
        copy = folder / str(number[0])
        shutil.copytree(FOLDER / "traffic", copy / "traffic")
        file = copy / "traffic" / "dataset.toml"
        text = file.read_text()
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        file.write_text(text + added)
        for name, statement in sql.items():
            (copy / "traffic" / f"{name}.sql").write_text(statement)

        def changed(name: str, within: Path = copy) -> DataSet:
            return load(name, within)

        monkeypatch.setattr(loading, "load", changed)

    return change


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """The data set `orders`, whose method changes the declaration."""
    return Orders(tmp_path / "orders", monkeypatch)
