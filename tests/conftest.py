"""What the tests share: a landing folder to write into, and the offline machine over it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pipeline.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Brings up the offline machine over a landing folder; takes template parameters."""
    up: list[Rig] = []

    def bring_up(**parameters: str) -> Rig:
        new = Rig(tmp_path, parameters)
        up.append(new)
        return new

    yield bring_up
    for each in up:
        each.close()
