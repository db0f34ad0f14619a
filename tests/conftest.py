"""What the tests share: a landing folder to write into, and the offline machine over it."""

import atexit
import errno
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.pipeline import lists
from tests.pipeline.declares import Declares
from tests.pipeline.orders import Orders
from tests.pipeline.rig import Rig

# The same examples in every run and on every machine, and nothing that depends on its speed.
settings.register_profile(
    "springtide",
    derandomize=True,
    deadline=None,
    max_examples=50,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("springtide")


@atexit.register
def _quiet_end() -> None:
    """Spare the terminal what DuckDB's binding says of its objects when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def pytest_sessionfinish() -> None:
    """Spare pytest's last look for garbage, in five rounds, all that the process has loaded."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: at any time one waits for a file, a process or a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their number: gzip has the time in them, and workers must agree on names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Brings up the offline machine over a landing folder; takes template parameters."""
    with ExitStack() as exits:
        yield lambda **parameters: exits.enter_context(Rig(tmp_path, parameters))


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has every step read a data set of events in lists, by its [landing] and added fields."""
    return partial(lists.declare, Declares(tmp_path / "sets", monkeypatch))


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """The data set `orders`, whose method changes the declaration."""
    return Orders(tmp_path / "orders", monkeypatch)


@pytest.fixture
def close(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Has a path refused as if this process had no right to read it, which root always has."""

    def close(closed: Path) -> None:
        owner: Any
        owner, name = (os, "scandir") if closed.is_dir() else (Path, "open")
        read = getattr(owner, name)

        def refusing(path: Any, *args: Any, **more: Any) -> Any:
            if os.fspath(path) == str(closed):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(closed))
            return read(path, *args, **more)

        monkeypatch.setattr(owner, name, refusing)

    return close
