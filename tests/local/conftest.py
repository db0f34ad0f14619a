"""What the tests of the command line start from."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from offline import machine as machine_module
from offline.machine import Machine
from tests.files import put
from tests.local.outcomes import land_hours, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a landing of two hours."""
    return land_hours(tmp_path)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A landing of one line."""
    return put(tmp_path / "landing/2020/07/13/05/a", "{}\n").parents[4]


@pytest.fixture(scope="module")
def ran_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder whose hours a run has ingested; no test changes it."""
    folder = land_hours(tmp_path_factory.mktemp("ran"))
    ended = run(folder)
    assert ended.exit_code == 0, ended.output
    return folder


@pytest.fixture
def ran(ran_once: Path, tmp_path: Path) -> Path:
    """A copy of it, for a test that does."""
    return shutil.copytree(ran_once, tmp_path / "ran")


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
