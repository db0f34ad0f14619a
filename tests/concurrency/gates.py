"""Holds one of two runs at an AWS call, for as long as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from offline.api_calls import ApiCall, Watcher
from offline.machine import Machine
from tests.throttling import throttled
from tests.watchers import watching

SECONDS = 300


def run_of(call: ApiCall) -> str:
    """The execution that a call is made for, or who else makes it."""
    event: Any = call.principal.event
    if call.principal.kind == "function":
        return str((event or {}).get("execution", call.principal.name))
    if call.principal.kind == "state machine":
        return str(event["Input"].get("execution") or event["Id"])
    return call.principal.name


def invoked(call: ApiCall) -> str:
    """The function that a state machine is about to call, as `AddPartitions`; else nothing."""
    if call.operation != "Invoke" or call.principal.kind != "state machine":
        return ""
    return (
        str(call.parameters["FunctionName"]).split(":")[-1].split("-")[1].removesuffix("Function")
    )


class Gate(Watcher):
    """Holds the first call that matches until it is opened, and with it the execution `run`.

    With `late` that is at the call's second sending: the first one was throttled.
    """

    def __init__(
        self,
        machine: Machine,
        matches: Callable[[ApiCall], bool],
        *,
        run: str | None = None,
        late: bool = False,
    ) -> None:
        self._turn = machine.runner.turn
        self._matches = matches
        self._run = run
        self._late = late
        self._reached = threading.Event()
        self._open = False
        self.held: ApiCall | None = None

    def before(self, call: ApiCall) -> None:
        if self._run is not None and not run_of(call).endswith(f":{self._run}"):
            return
        if self._run is not None and self._reached.is_set():
            self._hold()  # what else the run is at, in the other branches of a Map
        elif self.held is None and self._matches(call):
            self.held = call
            if not self._late:
                self._hold()

    def sending(self, call: ApiCall, attempt: int) -> None:
        if self._late and call is self.held:
            if attempt == 1:
                raise throttled(call.service)
            self._hold()

    def _hold(self) -> None:
        self._reached.set()
        with self._turn:
            assert self._turn.wait_for(lambda: self._open, timeout=SECONDS)

    def reached(self) -> None:
        """Waits until the call is held."""
        assert self._reached.wait(SECONDS), "no call has come to the gate"

    def open(self) -> None:
        self._open = True
        with self._turn:
            self._turn.notify_all()


@contextmanager
def gate(
    machine: Machine,
    matches: Callable[[ApiCall], bool],
    *,
    run: str | None = None,
    late: bool = False,
) -> Iterator[Gate]:
    """A gate, open at the end whatever happens."""
    new = Gate(machine, matches, run=run, late=late)
    with watching(machine, new):
        try:
            yield new
        finally:
            new.open()


def of_function(name: str, operation: str, step: str = "") -> Callable[[ApiCall], bool]:
    """Matches a call of an AWS API by a function, for a step of the turn."""

    def matches(call: ApiCall) -> bool:
        by = call.principal
        return (
            by.kind == "function"
            and f"-{name}Function-" in by.name
            and call.operation == operation
            and (not step or by.event["step"] == step)
        )

    return matches
