"""Meeting a query of a whole run with a failure, and what came of the run."""

import re
from collections.abc import Callable
from typing import Any

from springtide.model.locations import split

from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.failures.conftest import Scene
from tests.failures.observed import attempts, check_prefixes
from tests.pipeline import trafficreference

Hook = Callable[[QueryRun], Fault | None]
EACH = ["audit0", "audit1", "audit_derived0", "count", "derive0", "extract", "merge0", "merge1"]
ONCE = ["succeeded"]
AGAIN = ["failed", "succeeded"]
EXHAUSTED = "Query exhausted resources at this scale factor"
TARGET = re.compile(r"TO 's3://[^']*version=[^'/]*-([a-z]+)\d*-\d+/'")


def at(
    step: str, does: Callable[[QueryRun], Fault | None], *, written: bool = False, times: int = 1
) -> Hook:
    """Has the first statements of a step meet something, before or after they have written."""
    left = list(range(times))

    def hook(run: QueryRun) -> Fault | None:
        if not left or run.written != written or step_of(run) != step:
            return None
        left.pop()
        return does(run)

    return hook


def step_of(run: QueryRun) -> str:
    """The step of a slice that a statement is."""
    if found := TARGET.search(run.sql):
        return found[1]
    if "_versions" not in run.sql:
        return "count"
    return "audit_derived" if "traffic_versions" in run.sql else "audit"


def fails(fault: Fault) -> Callable[[QueryRun], Fault]:
    return lambda run: fault


def run(scene: Scene, *hooks: Hook) -> Any:
    scene.it.machine.athena.faults += hooks
    scene.it.mount()
    return scene.it.machine.run({})


def ended(scene: Scene) -> dict[str, list[str]]:
    """How the attempts at each query of the only slice ended, in order."""
    (only,) = scene.slices
    states: dict[str, list[str]] = {}
    for attempt in attempts(scene.it, str(only["sk"])):
        states.setdefault(attempt.query, []).append(attempt.state)
    return states


def check_published(scene: Scene) -> None:
    """What is published is what the independent references say, and nothing else is seen."""
    scene.it.expect()
    trafficreference.check(scene.it)
    check_prefixes(scene.it)


def files_below(scene: Scene, location: str) -> list[str]:
    bucket, prefix = split(location)
    return [item.key for item in scene.it.machine.objects.list(bucket, prefix)]


def check_held(scene: Scene, execution: Any, words: str) -> None:
    """The hour is held with Athena's words, which were told, and nothing of it is visible."""
    assert execution.status == "SUCCEEDED"
    item = scene.it.ledger.items.get("open", str(scene.hour))
    assert item is not None and item["state"] == "held"
    assert words in item["reason"]
    (message,) = scene.told
    assert str(scene.hour) in message and words in message
    hours = {f"{moment:%Y-%m-%dT%H}" for _, moment in scene.it.events()}
    assert str(scene.hour) not in hours


def put_right(scene: Scene) -> None:
    """Frees what is held, once the cause is gone."""
    scene.it.machine.athena.faults.clear()
    scene.it.run({"retry": True})
    check_published(scene)
