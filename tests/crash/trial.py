"""Tries points: each is a call of the story and what befalls it."""

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from offline.machine import Machine
from tests.crash.facts import Facts, differences, facts, unjournalled
from tests.crash.faults import KINDS, Address, Addresses, Injected, befalls
from tests.crash.interrupts import Announced
from tests.crash.lake import notices, queries_running, visible
from tests.crash.likeness import likeness
from tests.crash.remembering import RememberingAthena
from tests.crash.scenario import AFTER_A_PERSON, PARAMETERS, PHASES, Phase, Stage, roll_back_all
from tests.crash.world import World, settle
from tests.watchers import watching

# After a crash during these, the following step is tried too: they write what it reads.
GOING_ON = ("AddPartitions", "RecordSlice", "rollback")
# How executions end that must be reported.
BADLY = ("FAILED", "ABORTED", "TIMED_OUT")


class Point(NamedTuple):
    """A fault of a kind at a call of a phase."""

    phase: str
    kind: str
    address: Address

    def __str__(self) -> str:
        return f"{self.phase}/{self.kind}/{self.address}"


Moment = tuple[World, frozenset[str]]


class Result(NamedTuple):
    """What came of a point: how the disturbed part ended, and what is wrong in the end, if any."""

    point: str
    ended: str
    wrong: list[str]


@dataclass
class Story:
    """The undisturbed story: where each phase begins, its calls, and what it leads to."""

    stage: Stage
    phases: tuple[Phase, ...] = PHASES
    begins: dict[str, Moment] = field(default_factory=dict)
    calls: dict[str, list[Address]] = field(default_factory=dict)
    outcomes: dict[str, Facts] = field(default_factory=dict)
    # What readers have seen of each partition at any moment of the phase; None is nothing.
    seen: dict[str, dict[str, set[tuple[int, str] | None]]] = field(default_factory=dict)
    # What a rollback of everything leads to after a phase, and then a run.
    undone: dict[str, list[Facts]] = field(default_factory=dict)
    _recovered: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _gone_on: dict[tuple[str, str], list[str]] = field(default_factory=dict)

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
        ends: dict[str | None, Moment] = {}
        for phase in self.phases:
            if phase.after is not None:
                self.stage.restore(ends[phase.after])
            phase.before(self.stage)
            self.begins[phase.name] = self.stage.capture()
            watcher, told = _Onlooker(self.stage.machine), notices()
            ended = self._acted(phase, watcher)
            assert ended == "SUCCEEDED", f"{phase.name} undisturbed ended as {ended}"
            assert (notices() > told) == (phase.notices != (0, 0)), f"notices of {phase.name}"
            self.calls[phase.name] = [call for call in watcher.seen if phase.disturbed(call)]
            assert self.calls[phase.name], f"{phase.name} makes none of the calls to disturb"
            self.seen[phase.name] = watcher.readers
            self.outcomes[phase.name] = self._facts()
            ends[phase.name] = self.stage.capture()
            if phase.goes_on:
                self.undone[phase.name] = list(self._undo_and_redo())
                self.stage.restore(ends[phase.name])

    def attempt(self, point: Point) -> Result:
        """Has the fault happen, then recovers from it and compares the result."""
        phase = next(phase for phase in self.phases if phase.name == point.phase)
        self.stage.restore(self.begins[phase.name])
        torn: list[str] = []
        look = partial(self._look, phase, torn)
        fault = Injected(point.address, point.kind, self.stage.athena, look)
        told = notices()
        ended = self._acted(phase, fault)
        wrong = [] if fault.fired else ["the call was not made, so nothing was tried"]
        if point.kind == "throttled" and ended != "SUCCEEDED":
            wrong.append(f"throttled calls made it end as {ended}")
        wrong += self._notices(phase, notices() - told, ended)
        running = queries_running(self.stage.machine)
        if running and not self._may_run_on(phase, point):
            wrong.append(f"queries {running} run on after the run has ended")
        look()
        wrong += torn
        wrong += [
            f"{name} points where the journal does not know"
            for name in unjournalled(self.stage.machine, self.stage.settings)
        ]
        alike = self._likeness()
        goes_on = point.kind == "killed" and point.address.actor in GOING_ON
        known = self._gone_on if goes_on and phase.goes_on else self._recovered
        if any((phase.name + way, alike) not in known for way in phase.recoveries):
            left = self.stage.capture()
            for way, recover in phase.recoveries.items():
                found = self._recover(phase, left, way, recover)
                self._recovered[phase.name + way, alike] = found
                if known is self._gone_on:
                    known[phase.name + way, alike] = self._after(way)
        for way in phase.recoveries:
            wrong += self._recovered[phase.name + way, alike]
            wrong += self._gone_on.get((phase.name + way, alike), [])
        return Result(str(point), ended, wrong)

    def _notices(self, phase: Phase, told: int, ended: str) -> list[str]:
        least, most = (bound + (ended in BADLY) for bound in phase.notices)
        if least <= told <= most:
            return []
        return [f"{told} notices of a run that ended as {ended}"]

    def _may_run_on(self, phase: Phase, point: Point) -> bool:
        """Whether a query may have been started after the run had ended, or is left to the next."""
        taking_over = "TakeLease" in point.address.actor or "Take Lease" in point.address.caller
        return point.address.caller.startswith("Run Query") or (
            taking_over and phase.notices != (0, 0)
        )

    def _likeness(self) -> str:
        return likeness(self.stage.machine, self.stage.announced.slices)

    def _undo_and_redo(self) -> Iterator[Facts]:
        """Undoes every slice, then ingests all again; what there is after either."""
        for act in (roll_back_all, Stage.run):
            self.stage.machine.advance(AFTER_A_PERSON)
            ended = act(self.stage)
            settle(self.stage.machine)
            yield {**self._facts(), "ended as": ended}

    def _after(self, way: str) -> list[str]:
        """What is wrong once all is undone and ingested again after a recovered fault."""
        if way not in self.undone:
            return []
        try:
            found = list(self._undo_and_redo())
        except Exception as err:  # whatever it is that a rollback or a run ends with
            return [f"then a rollback of everything: {type(err).__name__}: {err}"]
        names = ("a rollback of everything", "a rollback and a run")
        return [
            f"then {name}: {each}"
            for name, wanted, there in zip(names, self.undone[way], found, strict=True)
            for each in differences(wanted, there)
        ]

    def _acted(self, phase: Phase, watcher: Addresses) -> str:
        with watching(self.stage.machine, watcher):
            try:
                return phase.act(self.stage)
            except Exception as err:  # whatever a command ends with, it has ended
                return f"{type(err).__name__}: {err}"
            finally:
                settle(self.stage.machine)

    def _look(self, phase: Phase, torn: list[str]) -> None:
        """Notes partitions that show what no moment of the undisturbed phase has shown."""
        now, allowed = visible(self.stage.machine), self.seen[phase.name]
        torn += [
            f"readers see {now.get(name)} in {name}, which was never published"
            for name in sorted(now.keys() | allowed.keys())
            if now.get(name) not in allowed.get(name, {None})
        ]

    def _recover(
        self, phase: Phase, left: Moment, way: str, recover: Callable[[Stage], str]
    ) -> list[str]:
        self.stage.restore(left)
        self.stage.machine.advance(phase.pause)
        ended = recover(self.stage)
        settle(self.stage.machine)
        wrong = [] if ended == "SUCCEEDED" else [f"what follows ended as {ended}"]
        may_differ = phase.may_differ if way != phase.name else ()
        wanted = {n: fact for n, fact in self.outcomes[way].items() if n not in may_differ}
        return [f"after {way}: {each}" for each in wrong + differences(wanted, self._facts())]

    def _facts(self) -> Facts:
        return facts(self.stage.machine, self.stage.settings, self.stage.announced.slices)


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
def told_story(phases: tuple[Phase, ...] = PHASES) -> Iterator[Story]:
    """A machine of its own, with the undisturbed story gone through, or some phases of it."""
    with (
        tempfile.TemporaryDirectory(prefix="springtide-crash-") as folder,
        Machine(Path(folder), parameters=PARAMETERS) as machine,
    ):
        athena, announced = RememberingAthena(machine), Announced()
        machine.calls.watchers.append(announced)
        try:
            settings = machine.settings("CollectGarbageFunction")  # which is told most
            story = Story(Stage(machine, settings, athena, announced), phases)
            story.tell()
            # All of it stays, so it need not be searched for garbage again and again.
            gc.collect()
            gc.freeze()
            yield story
        finally:
            gc.unfreeze()
            athena.close()
