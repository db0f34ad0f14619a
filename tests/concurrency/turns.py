"""Two runs that take turns at AWS calls, in an order that a seed decides."""

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from offline.api_calls import ApiCall, Watcher
from offline.machine import Machine
from tests.concurrency.gates import SECONDS, run_of
from tests.watchers import watching


class Turns(Watcher):
    """Lets one of two runs make calls at a time.

    Before each call of the one whose turn it is, the seed says whether the other one continues
    instead; now and then it also says that the one that is left waiting sleeps for `nap` seconds.
    Calls of others pass. `order` says who made which call.
    """

    def __init__(self, machine: Machine, seed: int, runs: tuple[str, str], nap: float) -> None:
        self._machine = machine
        self._turn = machine.runner.turn
        self._random = random.Random(seed)
        self._runs = runs
        self._ended: set[str] = set()
        self._now = self._random.choice(runs)
        self._nap = nap
        # Long stretches and short ones: a chance of 0.5 alone would never let one get far ahead.
        self._chance = self._random.choice((0.02, 0.05, 0.2))
        self._naps = self._random.choice((0, 0, 1, 1, 2))
        self.order: list[str] = []

    def before(self, call: ApiCall) -> None:
        run = run_of(call)
        if run not in self._runs:
            return
        with self._turn:
            assert self._turn.wait_for(lambda: self._now == run, timeout=SECONDS), self.order[-9:]
            if self._random.random() < self._chance:
                self._pass_on(run)
                assert self._turn.wait_for(lambda: self._now == run, timeout=SECONDS)
            self.order.append(f"{self._runs.index(run)} {call.principal.kind} {call.operation}")

    def ended(self, run: str) -> None:
        """A run that has come to its end leaves the turn to the other one."""
        with self._turn:
            self._ended.add(run)
            self._pass_on(run)

    def _pass_on(self, run: str) -> None:
        other = self._runs[1 - self._runs.index(run)]
        if other in self._ended:
            return
        if run not in self._ended and self._naps and self._random.random() < 0.3:
            self._naps -= 1
            self.order.append("nap")
            self._machine.advance(self._nap)
        self._now = other
        self._turn.notify_all()


def take_turns(
    machine: Machine,
    seed: int,
    nap: float,
    first: tuple[str, Callable[[], Any]],
    second: tuple[str, Callable[[], Any]],
) -> tuple[Turns, list[Any]]:
    """Does both, each by the name that its calls are made for; returns what came of each.

    What one raises is returned too.
    """
    turns = Turns(machine, seed, (first[0], second[0]), nap)

    def do(name: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Exception as err:
            return err
        finally:
            turns.ended(name)

    with watching(machine, turns), ThreadPoolExecutor(2) as pool:
        both: list[Future[Any]] = [pool.submit(do, *one) for one in (first, second)]
        return turns, [each.result() for each in both]
