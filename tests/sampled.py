"""The stack with sample data, and what each of its functions answers to its input of events/."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline import sample_stack
from offline.invoke import Answer, handlers, invoke
from offline.machine import Machine
from offline.template import load
from tests.files import ROOT

_SETTLE_SECONDS = 60


@contextmanager
def sample_machine(folder: Path) -> Iterator[Machine]:
    """Bring a machine with the sample data up; its landing files lie in `folder`/landing."""
    sample_stack.land(folder / "landing")
    with Machine(folder / "home", parameters=sample_stack.parameters()) as machine:
        sample_stack.ingest(machine, folder / "landing")
        yield machine


def input_of(name: str) -> Path:
    """The file of events/ that has an input: of a function, or of a run."""
    return ROOT / "events" / f"{name}.json"


def answers(machine: Machine) -> dict[str, Answer]:
    """What each function of the stack answers to its input of events/, by logical id."""
    found = {}
    for logical_id, handler in handlers(load(machine.template)).items():
        found[logical_id] = invoke(machine, logical_id, json.loads(input_of(handler).read_text()))
        settle(machine)
    return found


def settle(machine: Machine) -> None:
    """Wait for the queries and crawls that a function has started, since the next looks at them.

    Raises TimeoutError.
    """
    end = time.monotonic() + _SETTLE_SECONDS
    while machine.busy_with():
        if time.monotonic() > end:
            raise TimeoutError(f"still at work: {', '.join(sorted(machine.busy_with()))}")
        time.sleep(0.02)
