"""Runs that are cut off while a state waits, and queries that do not come to an end in time."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from moto.glue.models import glue_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from springtide.ledger import open_hours
from springtide.ledger.lease import ENDED_SECONDS
from springtide.steps import run_query

from offline.athena.service.runs import TERMINAL, QueryRun
from offline.clients import ACCOUNT, REGION
from offline.machine import Execution, Machine
from offline.stepfunctions import waits
from tests.athena_faults import Fault
from tests.crash.endings import end
from tests.crash.world import runs, settle
from tests.failures.conftest import Scene
from tests.failures.observed import reason
from tests.failures.querying import Hook, at, check_published, fails, run, step_of
from tests.variants import mostly_long

ENDED = {"aborted": "ABORTED", "timed out": "TIMED_OUT"}


def never_ends(query: QueryRun) -> Fault | None:
    """Has an extract run until it is stopped."""
    return Fault.requeued(0.01) if step_of(query) == "extract" else None


# What has a run come to each state in which it waits, and the state as people are told.
WAITING: dict[str, tuple[Callable[[], list[Hook]], str]] = {
    "Wait For Crawler": (list, "Wait For Crawler"),
    "Wait For Query": (lambda: [never_ends], "Extract"),
    "Wait Before Next Attempt": (lambda: [at("extract", fails(Fault.transient()))], "Extract"),
}


class CutsOff(waits.Clock):
    """Ends the run, or what waits, the first time that an execution waits in a state."""

    def __init__(self, machine: Machine, state: str, how: str, *, run: bool = True) -> None:
        super().__init__(machine.wait_scale, machine.busy_with)
        self._machine, self._state, self._how, self._run = machine, state, how, run
        self.reached = False

    def wait(self, seconds: float, running: Callable[[], bool]) -> None:
        waiting = [each for each in _running() if _newest_state(each) == self._state]
        if waiting and not self.reached:
            self.reached = True
            end(runs(self._machine)[-1] if self._run else waiting[0], self._how)
        super().wait(seconds, running)


def _running() -> list[Any]:
    machines = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    return [e for each in machines for e in each.executions if e.status == "RUNNING"]


def _newest_state(execution: Any) -> str:
    """The state that was entered last, none yet of an execution that another thread begins."""
    if execution.exec_worker is None or execution.exec_worker.env is None:
        return ""
    history = execution.exec_worker.env.event_manager.get_event_history()
    entered = [e["stateEnteredEventDetails"] for e in history if "stateEnteredEventDetails" in e]
    return str(entered[-1]["name"]) if entered else ""


@pytest.fixture
def scene(scene: Scene) -> Iterator[Scene]:
    """With a crawl that is due, and time as usual afterwards."""
    for crawl in glue_backends[ACCOUNT][REGION].crawlers[scene.it.settings.crawler].crawls:
        crawl.start_time -= timedelta(days=8)  # more than CrawlEveryHours
    yield scene
    machine = scene.it.machine
    waits.set_clock(waits.Clock(machine.wait_scale, machine.busy_with))


def check_taken_over(scene: Scene, notice: str) -> None:
    """No query is left, the end was told once, and the next run puts all right."""
    settle(scene.it.machine)
    assert [q.state for q in scene.queries() if q.state not in TERMINAL] == []
    (message,) = scene.told
    assert notice in message
    scene.it.machine.athena.faults.clear()
    scene.it.machine.advance(ENDED_SECONDS + 1)
    scene.it.run({})
    assert not open_hours.read(scene.it.ledger)
    check_published(scene)


@pytest.mark.parametrize(
    ("state", "how"),
    mostly_long(
        product(WAITING, ENDED),
        ("Wait For Query", "timed out"),
        ("Wait For Query", "aborted"),
        ("Wait For Crawler", "timed out"),
    ),
)
def test_run_that_is_cut_off_while_it_waits_is_taken_over(
    scene: Scene, state: str, how: str
) -> None:
    hooks, told = WAITING[state]
    cuts = CutsOff(scene.it.machine, state, how)
    waits.set_clock(cuts)

    cut = run(scene, *hooks())

    assert cuts.reached
    assert cut.status == ENDED[how]
    check_taken_over(scene, f"State:      {told}")


# ------------------------------------------------------------------ queries without an end


def check_failed(scene: Scene, failed: Execution, error: str, words: str) -> None:
    assert (failed.status, failed.error) == ("FAILED", error)
    assert words in reason(failed)
    assert [each["state"] for each in scene.slices] == ["failed"]
    check_taken_over(scene, error)


def test_query_that_outlasts_its_machine_is_stopped_and_the_run_fails(scene: Scene) -> None:
    cuts = CutsOff(scene.it.machine, "Wait For Query", "timed out", run=False)
    waits.set_clock(cuts)

    failed = run(scene, never_ends)

    assert cuts.reached
    check_failed(scene, failed, "States.TIMED_OUT", "ended as TIMED_OUT")


def test_query_that_never_ends_is_stopped_and_the_run_fails(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        # For this run only: the one that takes over may have to poll as often as it likes.
        patched.setattr(run_query, "MAX_POLLS", 3)
        patched.setattr(waits, "STAND_BY_SHARE", 0)
        failed = run(scene, never_ends)

    check_failed(scene, failed, "SpringtideError", "still runs after 3 polls")
