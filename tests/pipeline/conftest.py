"""What the tests of rebuilds share: a data set with a corrected declaration."""

from pathlib import Path

import pytest
from springtide.dataset.loading import FOLDER

from tests.pipeline.declares import Declares
from tests.pipeline.rebuilds import Declare, ingest
from tests.pipeline.starts import shared

# What `rebuilds.land` lands, ingested under the declaration as it is.
ingested = shared(ingest)


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Has runs from now on use the traffic data set with texts replaced or added, and SQL files."""
    declares, usual = Declares(tmp_path / "datasets", monkeypatch), FOLDER / "traffic"

    def change(*replaced: tuple[str, str], added: str = "", **sql: str) -> None:
        text = (usual / "dataset.toml").read_text()
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        files = {file.stem: file.read_text() for file in usual.glob("*.sql")}
        declares("traffic", text + added, **files | sql)

    return change
