"""Tries points: each is a call of the story and what befalls it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from springtide.settings import Settings

from local.athena.runs import TERMINAL
from local.machine import Machine
from tests.crash.facts import Facts, differences, facts
from tests.crash.faults import KINDS, Address, Addresses, Injected, befalls
from tests.crash.lake import notices, visible
from tests.crash.likeness import likeness
from tests.crash.remembering import RememberingAthena
from tests.crash.scenario import PARAMETERS, PHASES, Phase, Stage
from tests.crash.world import World, capture, restore, settle

# How executions end that somebody has to hear of.
BADLY = ("FAILED", "ABORTED", "TIMED_OUT")


class Point(NamedTuple):
    """A fault of a kind at a call of a phase."""

    phase: str
    kind: str
    address: Address

    def __str__(self) -> str:
        return f"{self.phase}/{self.kind}/{self.address}"


class Result(NamedTuple):
    """What came of a point: how the disturbed part ended, and what is wrong in the end, if any."""

    point: str
    ended: str
    wrong: list[str]


@dataclass
class Story:
    """The undisturbed story: where each phase begins, its calls, and what it leads to."""

    stage: Stage
    athena: RememberingAthena
    phases: tuple[Phase, ...] = PHASES
    begins: dict[str, World] = field(default_factory=dict)
    calls: dict[str, list[Address]] = field(default_factory=dict)
    outcomes: dict[str, Facts] = field(default_factory=dict)
    # What readers have seen of each partition at any moment of the phase; None is nothing.
    seen: dict[str, dict[str, set[tuple[int, str] | None]]] = field(default_factory=dict)
    _recovered: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @property
    def recoveries(self) -> int:
        """How many states were recovered from; points that lead to like states share one."""
        return len(self._recovered)

    def points(self) -> list[Point]:
        """Every call of every phase with every kind of fault."""
        return [
            Point(phase.name, kind, address)
            for phase in self.phases
            for address in self.calls[phase.name]
            for kind in KINDS
            if befalls(kind, address)
        ]

    def tell(self) -> None:
        """Goes through the phases undisturbed."""
        for phase in self.phases:
            phase.before(self.stage)
            self.begins[phase.name] = capture(self.stage.machine)
            watcher = _Onlooker(self.stage.machine)
            ended = self._acted(phase, watcher)
            assert ended == "SUCCEEDED", f"{phase.name} undisturbed ended as {ended}"
            self.calls[phase.name] = list(watcher.seen)
            self.seen[phase.name] = watcher.readers
            self.outcomes[phase.name] = self._facts()

    def attempt(self, point: Point) -> Result:
        """Has the fault happen, then makes it good and looks what is there in the end."""
        phase = next(phase for phase in self.phases if phase.name == point.phase)
        restore(self.stage.machine, self.begins[phase.name])
        fault = Injected(point.address, point.kind, self.athena)
        told = notices()
        ended = self._acted(phase, fault)
        wrong = [] if fault.fired else ["the call was not made, so nothing was tried"]
        if point.kind == "throttled" and ended != "SUCCEEDED":
            wrong.append(f"throttled calls made it end as {ended}")
        told = notices() - told
        if told != (ended in BADLY):
            wrong.append(f"{told} notices of a run that ended as {ended}")
        running = [run.id for run in self.stage.machine.athena.history if run.state not in TERMINAL]
        if running and not point.address.caller.startswith("Run Query"):
            wrong.append(f"queries {running} run on after the run has ended")
        wrong += self._torn(phase)
        alike = likeness(self.stage.machine)
        if any((phase.name + way, alike) not in self._recovered for way in phase.recoveries):
            left = capture(self.stage.machine)
            for way, recover in phase.recoveries.items():
                self._recovered[phase.name + way, alike] = self._recover(phase, left, way, recover)
        for way in phase.recoveries:
            wrong += self._recovered[phase.name + way, alike]
        return Result(str(point), ended, wrong)

    def _acted(self, phase: Phase, watcher: Addresses) -> str:
        watchers = self.stage.machine.calls.watchers
        watchers.append(watcher)
        try:
            return phase.act(self.stage)
        except Exception as err:  # whatever a command ends with, it has ended
            return f"{type(err).__name__}: {err}"
        finally:
            settle(self.stage.machine)
            watchers.remove(watcher)

    def _torn(self, phase: Phase) -> list[str]:
        """Partitions that show what no moment of the undisturbed phase has shown."""
        now = visible(self.stage.machine)
        allowed = self.seen[phase.name]
        return [
            f"readers see {now.get(name)} in {name}, which was never published"
            for name in sorted(now.keys() | allowed.keys())
            if now.get(name) not in allowed.get(name, {None})
        ]

    def _recover(
        self, phase: Phase, left: World, way: str, recover: Callable[[Stage], str]
    ) -> list[str]:
        restore(self.stage.machine, left)
        self.stage.machine.advance(phase.pause)
        ended = recover(self.stage)
        settle(self.stage.machine)
        wrong = [] if ended == "SUCCEEDED" else [f"what follows ended as {ended}"]
        return [
            f"after {way}: {each}"
            for each in wrong + differences(self.outcomes[way], self._facts())
        ]

    def _facts(self) -> Facts:
        return facts(self.stage.machine, self.stage.settings)


class _Onlooker(Addresses):
    """Notes every call, and what readers see before and after each."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine
        self.readers: dict[str, set[tuple[int, str] | None]] = {}
        self._look()

    def after(self, call: object) -> None:
        if getattr(call, "service", "") == "glue":
            self._look()

    def _look(self) -> None:
        now = visible(self._machine)
        for name in now.keys() - self.readers.keys():
            self.readers[name] = {None}
        for name, views in self.readers.items():
            views.add(now.get(name))


@contextmanager
def told_story() -> Iterator[Story]:
    """A machine of its own, with the undisturbed story gone through."""
    with (
        tempfile.TemporaryDirectory(prefix="springtide-crash-") as folder,
        Machine(Path(folder), parameters=PARAMETERS) as machine,
    ):
        athena = RememberingAthena(machine)
        try:
            story = Story(Stage(machine, _settings(machine)), athena)
            story.tell()
            yield story
        finally:
            athena.close()


def _settings(machine: Machine) -> Settings:
    """The settings as the function that is told most has them."""
    found = machine.client("cloudformation").describe_stack_resource(
        StackName=machine.stack_name, LogicalResourceId="CollectGarbageFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    configuration = machine.client("lambda").get_function_configuration(FunctionName=found)
    return Settings.from_env(configuration["Environment"]["Variables"])
