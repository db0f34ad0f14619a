"""What the tests of the command line start from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offline import machine as machine_module
from offline.machine import Machine
from tests.local.outcomes import HOURS, land, measured


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for hour in HOURS:
        land(tmp_path, hour, measured(hour))
    return tmp_path


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Has something done to each machine that a run brings up, while it is entered."""

    @contextmanager
    def meeting(prepare: Callable[[Machine], object]) -> Iterator[None]:
        class Prepared(Machine):
            def __enter__(self) -> "Prepared":
                super().__enter__()
                prepare(self)
                return self

        with monkeypatch.context() as patched:
            patched.setattr(machine_module, "Machine", Prepared)
            yield

    return meeting
