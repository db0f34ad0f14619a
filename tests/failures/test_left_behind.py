"""What the runbook says is left of a run after an error, compared with runs that end with it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from springtide.ledger import open_hours
from springtide.model import errors
from springtide.model.arrival import ArrivalHour

from offline.died import FunctionDiedError
from tests.files import ROOT
from tests.pipeline.rig import Rig, event, path_of
from tests.watchers import Fails

PAGE = (ROOT / "docs" / "reliability.md").read_text()
ROWS = re.findall(
    r"^\| `([\w.]+)` \| `([\w ]+)` \| (\w+) \| (\w+) \| ([\w ]+) \|$", PAGE, re.MULTILINE
)
# Far from the others, so that a rebuild of it does not wait for them.
REBUILT = ArrivalHour.parse("2020-12-01T05")


def fails(state: str, error: str) -> Fails:
    """Has the function of a state fail whenever it is called."""
    known: Any = getattr(errors, error, None)
    raised = known("by a test") if known else FunctionDiedError(error, "by a test")
    return Fails(state.replace(" ", ""), raised, once=False)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A machine that has ingested the hour that is rebuilt."""
    with Rig(tmp_path_factory.mktemp("left"), {}) as it:
        it.land(f"{path_of(REBUILT)}/1.gz", event(1, f"{REBUILT}:30:00Z"))
        it.run()
        yield it


def left(it: Rig, failing: Fails, asked: dict[str, Any]) -> str:
    """Whether a run that meets the failure leaves the lease free; it is free afterwards."""
    it.machine.runner.observers[:] = [failing]
    it.mount()
    it.machine.run(asked)
    it.machine.runner.observers.clear()
    holder = (it.ledger.items.get("lease", "lease") or {}).get("holder")
    it.ledger.items.update("lease", "lease", "SET expires_at = :past", {":past": 0})
    return "free" if holder is None else "left"


def test_the_page_has_rows() -> None:
    assert len(ROWS) > 8


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "error", "state", "hour", "lease", "rebuild"),
    [(number, *row) for number, row in enumerate(ROWS)],
    ids=[f"{error} in {state}" for error, state, *_ in ROWS],
)
def test_run_leaves_what_the_runbook_says_after_an_error(
    stack: Rig, number: int, error: str, state: str, hour: str, lease: str, rebuild: str
) -> None:
    arrival = ArrivalHour.parse("2020-07-13T00").plus(number)
    stack.land(f"{path_of(arrival)}/1.gz", event(1, f"{arrival}:30:00Z"))
    failing = fails(state, error)

    assert left(stack, failing, {"from": str(arrival), "to": str(arrival.plus(1))}) == lease
    assert (stack.ledger.items.get("open", str(arrival)) or {}).get("state") == hour
    ahead = {"from": str(REBUILT), "to": str(REBUILT.plus(1))}
    assert left(stack, failing, {"rebuild": ahead}) == lease
    kept = list(stack.ledger.items.query("rebuild"))
    assert ("kept" if kept else "given up") == rebuild
    stack.run({"retry": True})
    assert not list(stack.ledger.items.query("rebuild")) and not open_hours.read(stack.ledger)
    stack.expect()
