"""The story that is disturbed at every call: two days of one detector, in phases.

Each phase begins where the one before has ended, so a trial of its calls starts there too.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from springtide.lease import ENDED_SECONDS, LEASE_SECONDS
from springtide.ledger import Ledger
from springtide.rollback import roll_back
from springtide.settings import Settings

from local import clock
from local.calls import Principal, acting_as
from local.machine import Machine
from tests.pipeline.rig import event

# So that the two hours of the second phase do not fit into one slice.
PARAMETERS = {"MaxSliceBytes": "700"}
# A run's lease is taken over once a function it called must have ended; one that a person or the
# collection holds has to run out.
AFTER_A_RUN = ENDED_SECONDS + 1
AFTER_A_PERSON = LEASE_SECONDS + 1
DAY = 86_400

Lines = list[Any]


@dataclass(frozen=True)
class Stage:
    """A machine with the stack up, and how its functions are set."""

    machine: Machine
    settings: Settings

    def land(self, path: str, data: bytes) -> None:
        """Puts an object into the landing."""
        self.machine.objects.put(self.settings.landing_bucket, path, data)

    def run(self, input: Mapping[str, Any] | None = None) -> str:
        """Runs once; returns how the execution ended."""
        return self.machine.run(input or {}).status


@dataclass(frozen=True)
class Phase:
    """A part of the story: what happens before, what is disturbed, and how it is made good."""

    name: str
    before: Callable[[Stage], None]
    act: Callable[[Stage], str]
    pause: float
    # What follows a fault, each a way of its own, with the phase whose outcome it must lead to.
    recoveries: Mapping[str, Callable[[Stage], str]]


def lines(*texts: Any) -> bytes:
    """An object as Firehose writes it."""
    each = (text if isinstance(text, str) else json.dumps(text) for text in texts)
    return gzip.compress("".join(f"{text}\n" for text in each).encode(), mtime=0)


# ------------------------------------------------------------------ what lands, and what is done


def _first(stage: Stage) -> None:
    early = event(1, "2020-07-12T22:10:00Z")
    stage.land("2020/07/13/00/a.gz", lines(event(1), early, "broken"))


def _late(stage: Stage) -> None:
    clock.advance(3600)
    revised = event(1, tijd_laatst_gewijzigd="2020-07-13T00:40:00Z", geldig=1)
    stage.land("2020/07/13/00/late.gz", lines(event(1), revised, event(2)))
    stage.land("2020/07/13/01/bad.gz", b"no gzip")
    stage.land("2020/07/13/01/c.gz", lines(event(3), event(2), "broken too"))


def _an_hour_later(stage: Stage) -> None:
    clock.advance(3600)


def _weeks_later(stage: Stage) -> None:
    clock.advance(40 * DAY)


def _days_later(stage: Stage) -> None:
    clock.advance(2 * DAY)


def _run_all(stage: Stage) -> str:
    return stage.run({"all": True})


def _roll_back(stage: Stage) -> str:
    with acting_as(Principal("person", "rollback")):
        roll_back(stage.settings, second_slice(stage), clock.now)
    return "SUCCEEDED"


def _collect(stage: Stage) -> str:
    answer = stage.machine.client("lambda").invoke(
        FunctionName=stage.machine.client("cloudformation").describe_stack_resource(
            StackName="springtide", LogicalResourceId="CollectGarbageFunction"
        )["StackResourceDetail"]["PhysicalResourceId"],
        Payload=json.dumps({"now": clock.now().isoformat()}),
    )
    done = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        return f"{done['errorType']}: {done['errorMessage']}"
    return "skipped" if done["skipped"] else "SUCCEEDED"


def second_slice(stage: Stage) -> str:
    """The first slice of the second phase, which the rollback goes back to."""
    ledger = Ledger(stage.settings.ledger_table, stage.settings.data_set)
    recorded = [item["sk"] for item in ledger.query("slice") if item["state"] == "recorded"]
    return str(recorded[1])


def _run(stage: Stage) -> str:
    return stage.run()


PHASES = (
    Phase("first", _first, _run_all, AFTER_A_RUN, {"first": _run}),
    Phase("late", _late, _run, AFTER_A_RUN, {"late": _run}),
    Phase(
        "rollback", _an_hour_later, _roll_back, AFTER_A_PERSON,
        {"rollback": _roll_back, "late": _run},
    ),
    Phase("again", _an_hour_later, _run, AFTER_A_RUN, {"again": _run}),
    Phase("condemn", _weeks_later, _collect, AFTER_A_PERSON, {"condemn": _collect}),
    Phase("tag", _days_later, _collect, AFTER_A_PERSON, {"tag": _collect}),
)  # fmt: skip
