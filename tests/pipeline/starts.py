"""A start that tests share: what has landed and run is made once, and found again by each test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from tests.crash.world import World, capture, restore
from tests.pipeline.rig import Rig

Seen = TypeVar("Seen")
Moment = tuple[World, Path]  # and a copy of what had landed


class Start(Generic[Seen]):
    """A machine on which `begin` has landed and run something, and what that returned."""

    def __init__(self, folder: Path, begin: Callable[[Rig], Seen], **parameters: str) -> None:
        self._it = Rig(folder, parameters)
        self._folder = folder
        self._moments: dict[str, Moment] = {}
        self._nothing = self._keep()
        try:
            self.seen = begin(self._it)
        except BaseException:
            self.close()  # or no other machine comes up in this process
            raise
        self._begun = self._keep()

    def again(self) -> Rig:
        """The machine as it was then, whatever a test has done to it since."""
        return self._put_back(self._begun)

    def empty(self) -> Rig:
        """The machine before anything had landed."""
        return self._put_back(self._nothing)

    def after(self, name: str, reach: Callable[[], object]) -> Rig:
        """The machine at a later moment, which the first test that names it has it reach.

        Patches of that test, such as a declaration, are to be made by each test.
        """
        if name not in self._moments:
            reach()
            self._moments[name] = self._keep()
        return self._put_back(self._moments[name])

    def _keep(self) -> Moment:
        landed = Path(tempfile.mkdtemp(dir=self._folder))
        shutil.copytree(self._it.landing, landed, dirs_exist_ok=True)
        return capture(self._it.machine), landed

    def _put_back(self, moment: Moment) -> Rig:
        world, landed = moment
        restore(self._it.machine, world)
        self._it.machine.athena.faults.clear()
        self._it.machine.calls.watchers.clear()
        self._it.machine.runner.observers.clear()
        shutil.rmtree(self._it.landing)
        shutil.copytree(landed, self._it.landing)  # with the times of the files
        self._it.mount()
        return self._it

    def close(self) -> None:
        self._it.close()


def nothing(_: Rig) -> None:
    """Begins with nothing landed, where each test names its own moment."""


def shared(begin: Callable[[Rig], Any] = nothing, **parameters: str) -> Any:
    """The fixture of a start that the tests of one file share; only it can be up meanwhile."""

    @pytest.fixture(scope="module")
    def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Any]]:
        start = Start(tmp_path_factory.mktemp("start"), begin, **parameters)
        yield start
        start.close()

    return start
