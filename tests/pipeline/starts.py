"""A start that tests share: what has landed and run is made once, and found again by each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from tests.crash.world import World, capture, restore
from tests.pipeline.rig import Rig

Seen = TypeVar("Seen")


class Start(Generic[Seen]):
    """A machine on which `begin` has landed and run something, and what that returned."""

    def __init__(self, folder: Path, begin: Callable[[Rig], Seen], **parameters: str) -> None:
        self._it = Rig(folder, parameters)
        self._landed = folder / "landed"
        self._nothing = capture(self._it.machine)
        try:
            self.seen = begin(self._it)
        except BaseException:
            self.close()  # or no other machine comes up in this process
            raise
        self._world = capture(self._it.machine)
        shutil.copytree(self._it.landing, self._landed)

    def again(self) -> Rig:
        """The machine as it was then, whatever a test has done to it since."""
        self._put_back(self._world)
        shutil.copytree(self._landed, self._it.landing)  # with the times of the files
        self._it.mount()
        return self._it

    def empty(self) -> Rig:
        """The machine before anything had landed."""
        self._put_back(self._nothing)
        self._it.landing.mkdir()
        return self._it

    def _put_back(self, world: World) -> None:
        restore(self._it.machine, world)
        self._it.machine.athena.faults.clear()
        self._it.machine.calls.watchers.clear()
        self._it.machine.runner.observers.clear()
        shutil.rmtree(self._it.landing)

    def close(self) -> None:
        self._it.close()


def shared(begin: Callable[[Rig], Seen], **parameters: str) -> Any:
    """The fixture of a start that the tests of one file share; only it can be up meanwhile."""

    @pytest.fixture(scope="module")
    def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Seen]]:
        start = Start(tmp_path_factory.mktemp("start"), begin, **parameters)
        yield start
        start.close()

    return start
