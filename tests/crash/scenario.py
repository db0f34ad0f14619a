"""The story that is disturbed at every call: two days of one detector, in phases.

Each phase begins where the one before has ended, so a trial of its calls starts there too. Some
begin where an earlier one has ended, as branches of the story: what happens seldom.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from springtide.ledger.lease import ENDED_SECONDS, LEASE_SECONDS
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings
from springtide.steps.plan_partitions import MIN_REJECTS_TO_HOLD
from springtide.undo.rollback import roll_back
from springtide.undo.rollback_plan import BEFORE_ALL

from offline import clock
from offline.api_calls import Principal, acting_as
from offline.machine import Machine
from tests.crash.faults import Address
from tests.crash.interrupts import AbortedAtExtract, Announced, RefusedOnce
from tests.crash.remembering import RememberingAthena
from tests.crash.world import World, capture, restore, runs, settle
from tests.pipeline.rig import event
from tests.watchers import watching

# So that the two hours of the second phase do not fit into one slice.
PARAMETERS = {"MaxSliceBytes": "700"}
# A run's lease is taken over once a function it called must have ended; one that a person or the
# collection holds has to expire.
AFTER_A_RUN = ENDED_SECONDS + 1
AFTER_A_PERSON = LEASE_SECONDS + 1
DAY = 86_400


@dataclass(frozen=True)
class Stage:
    """A machine with the stack up, and how its functions are set.

    `announced` knows the slices whose events were sent.
    """

    machine: Machine
    settings: Settings
    athena: RememberingAthena
    announced: Announced

    def land(self, path: str, data: bytes) -> None:
        """Puts an object into the landing."""
        self.machine.objects.put(self.settings.landing_bucket, path, data)

    def run(self, input: Mapping[str, Any] | None = None) -> str:
        """Runs once; returns how the execution ended."""
        return self.machine.run(input or {}).status

    def capture(self) -> tuple[World, frozenset[str]]:
        """Keeps all that there is at this moment."""
        return capture(self.machine), frozenset(self.announced.slices)

    def restore(self, moment: tuple[World, frozenset[str]]) -> None:
        """Has everything be as it was at that moment."""
        restore(self.machine, moment[0])
        self.announced.slices = set(moment[1])


def _every_call(_: Address) -> bool:
    return True


@dataclass(frozen=True)
class Phase:
    """A part of the story: what happens before, what is disturbed, and how that is recovered."""

    name: str
    before: Callable[[Stage], None]
    act: Callable[[Stage], str]
    pause: float
    # What follows a fault, each a way of its own, with the phase whose outcome it must lead to.
    recoveries: Mapping[str, Callable[[Stage], str]]
    # The phase that it follows, if not the one before.
    after: str | None = None
    # Which calls are disturbed: in a branch those that the main story does not make.
    disturbed: Callable[[Address], bool] = _every_call
    # How many notices the act leads to besides one of its own end, at least and at most.
    notices: tuple[int, int] = field(default=(0, 0))
    # Facts that depend on how far the act came, where another way than its own follows.
    may_differ: tuple[str, ...] = ()
    # Whether a rollback of everything, and a run after it, are tried too once it is recovered.
    goes_on: bool = False


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
    stage.land("2020/07/13/01/c.gz", lines(event(3), event(2), "broken too"))


def _bad(stage: Stage) -> None:
    """An object that cannot be read, in an hour that is ingested already."""
    clock.advance(3600)
    stage.land("2020/07/13/01/bad.gz", b"no gzip")
    stage.land("2020/07/13/01/d.gz", lines(event(4), "broken thrice"))


def _wide(stage: Stage) -> None:
    """An hour larger than a slice, with more event hours than DynamoDB writes at once."""
    clock.advance(3600)
    hours = [event(5, f"2020-07-1{1 + n // 24}T{n % 24:02}:10:00Z") for n in range(30)]
    stage.land("2020/07/13/02/a.gz", lines(*hours, "broken a"))
    more = [event(6, f"2020-07-11T{n:02}:20:00Z", lve_nr=n) for n in range(20)]
    stage.land("2020/07/13/02/b.gz", lines(*more, "broken b"))


def _rejects(stage: Stage) -> None:
    clock.advance(3600)
    stage.land("2020/07/13/01/x.gz", lines(*["x"] * (MIN_REJECTS_TO_HOLD + 1)))
    stage.land("2020/07/13/02/y.gz", lines(event(7)))


def _backlog(stage: Stage) -> None:
    """More hours than a run has turns, each more than half a slice."""
    clock.advance(15 * 3600)
    for hour in range(1, 14):
        bulk = "".join(hashlib.sha256(bytes([hour, n])).hexdigest() for n in range(10))
        stage.land(f"2020/07/13/{hour:02}/a.gz", lines(event(hour), bulk))


def _waits(stage: Stage) -> None:
    """A late event of an hour of many, which is not worth rewriting it for."""
    clock.advance(3600)
    many = [event(n, "2020-07-13T05:10:00Z", lve_nr=n) for n in range(30)]
    stage.land("2020/07/13/05/a.gz", lines(*many))
    stage.run()
    clock.advance(3600)
    late = event(40, "2020-07-13T05:40:00Z")
    stage.land("2020/07/13/09/a.gz", lines(event(8, "2020-07-13T09:10:00Z"), late, "broken"))


def _later(seconds: int) -> Callable[[Stage], None]:
    return lambda _: clock.advance(seconds)


def _run_all(stage: Stage) -> str:
    return stage.run({"all": True})


def _roll_back(stage: Stage) -> str:
    with acting_as(Principal("person", "rollback")):
        roll_back(stage.settings, second_slice(stage))
    return "SUCCEEDED"


def roll_back_all(stage: Stage) -> str:
    """Undoes every slice."""
    with acting_as(Principal("person", "rollback")):
        roll_back(stage.settings, BEFORE_ALL)
    return "SUCCEEDED"


def _settle(stage: Stage) -> str:
    return stage.run({"settle": True})


def _rebuild(stage: Stage) -> str:
    return stage.run({"rebuild": {"from": "2020-07-12T22", "to": "2020-07-13T01"}})


def _rejects_with_a_value(stage: Stage) -> None:
    clock.advance(3600)
    stage.land("2020/07/13/01/e.gz", lines(event(1, "2020-07-13T01:10:00Z"), '{"unieke_id": 1,'))
    stage.run()


def _erase(stage: Stage) -> str:
    return stage.run({"erase": {"values": ["1"]}})


def _erase_unless_kept(stage: Stage) -> str:
    """Runs, with the same input if the run before died before it had kept that."""
    ledger = Ledger(stage.settings.ledger_table, stage.settings.data_set)
    return stage.run() if any(ledger.items.query("erase")) else _erase(stage)


def _aborted_then_run(state: str) -> Callable[[Stage], str]:
    """A run that is stopped while its extract is started or polled, and the one that takes over."""

    def act(stage: Stage) -> str:
        with watching(stage.machine, AbortedAtExtract(state, stage.athena)):
            stage.run()
            settle(stage.machine)  # the called function continues after the run's end
        clock.advance(AFTER_A_RUN)
        return stage.run()

    return act


def _failed_then_run(stage: Stage) -> str:
    with watching(stage.machine, RefusedOnce("PlanDerived", "glue")):
        stage.run()
        settle(stage.machine)
    clock.advance(AFTER_A_RUN)
    return stage.run()


def _run_to_the_last_successor(stage: Stage) -> str:
    """Runs; returns how the first execution ended that did not end well, the run or a successor."""
    before = len(runs(stage.machine))
    stage.run()
    settle(stage.machine)
    ended = [str(each.status) for each in runs(stage.machine)[before:]]
    return next((status for status in ended if status != "SUCCEEDED"), "SUCCEEDED")


def _collect(stage: Stage) -> str:
    answer = stage.machine.client("lambda").invoke(
        FunctionName=stage.machine.name("CollectGarbageFunction"),
        Payload="{}",
    )
    done = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        return f"{done['errorType']}: {done['errorMessage']}"
    return "skipped" if done["skipped"] else "SUCCEEDED"


def second_slice(stage: Stage) -> str:
    """The first slice of the second phase, which the rollback goes back to."""
    ledger = Ledger(stage.settings.ledger_table, stage.settings.data_set)
    recorded = [item["sk"] for item in ledger.items.query("slice") if item["state"] == "recorded"]
    return str(recorded[1])


def _run(stage: Stage) -> str:
    return stage.run()


def _of(*names: str) -> Callable[[Address], bool]:
    """Calls of these functions, and of the states with such a name."""

    def disturbed(address: Address) -> bool:
        return address.actor in names or address.caller.partition(" slice=")[0] in names

    return disturbed


# Whose calls depend on what came before; the others make the same ones in every slice.
_GOING_BY_THE_PAST = _of(
    "TakeLease", "PlanSlice", "PlanPartitions", "PlanDerived", "AddPartitions", "RecordSlice",
    "AnnounceSlices",
)  # fmt: skip
_TAKING_OVER = _of("ReportFailure", "TakeLease", "Take Lease")

PHASES = (
    Phase("first", _first, _run_all, AFTER_A_RUN, {"first": _run}),
    Phase("late", _late, _run, AFTER_A_RUN, {"late": _run}, goes_on=True),
    Phase("bad", _bad, _run, AFTER_A_RUN, {"bad": _run}, goes_on=True),
    Phase(
        "rollback", _later(3600), _roll_back, AFTER_A_PERSON,
        {"rollback": _roll_back, "bad": _run}, goes_on=True,
        may_differ=("takings that a rollback uses",),
    ),
    Phase(
        "again", _later(3600), _run, AFTER_A_RUN, {"again": _run}, disturbed=_GOING_BY_THE_PAST
    ),
    Phase("condemn", _later(40 * DAY), _collect, AFTER_A_PERSON, {"condemn": _collect}),
    Phase("tag", _later(2 * DAY), _collect, AFTER_A_PERSON, {"tag": _collect}),
    # Branches: a large hour, a rebuild, a held hour, a successor, and what follows bad ends.
    Phase(
        "large", _wide, _run, AFTER_A_RUN, {"large": _run}, after="again", goes_on=True,
        disturbed=_of("PlanSlice", "PlanPartitions", "AddPartitions", "RecordSlice"),
    ),
    Phase(
        "rebuild", _later(3600), _rebuild, AFTER_A_RUN, {"rebuild": _run}, after="again",
        disturbed=_of("CheckInput", "PlanSlice", "PlanPartitions", "AddPartitions", "RecordSlice"),
    ),
    Phase(
        "erase", _rejects_with_a_value, _erase, AFTER_A_RUN, {"erase": _erase_unless_kept},
        after="first",
        disturbed=_of("CheckInput", "PlanSlice", "PlanPartitions", "AddPartitions", "RecordSlice"),
    ),
    # After a fault the late event may be merged at once, so both ways are compared once it is.
    Phase(
        "waits", _waits, _run, AFTER_A_RUN, {"settled": _settle}, after="first",
        disturbed=_of("PlanSlice", "PlanPartitions", "AddPartitions", "RecordSlice"),
    ),
    Phase(
        "settled", _later(3600), _settle, AFTER_A_RUN, {"settled": _settle},
        disturbed=_of("CheckInput", "PlanSlice", "PlanPartitions", "AddPartitions", "RecordSlice"),
    ),
    Phase(
        "held", _rejects, _run, AFTER_A_RUN, {"held": _run}, after="first", notices=(0, 2),
        disturbed=_of("PlanPartitions", "IsolateFailure", "Isolate Failure", "Notify Held"),
    ),
    Phase(
        "successor", _backlog, _run_to_the_last_successor, AFTER_A_RUN,
        {"successor": _run_to_the_last_successor}, after="first",
        disturbed=_of("Release Lease", "Start Successor"),
    ),
    Phase(
        "aborted starting", _late, _aborted_then_run("Run Query"), AFTER_A_RUN, {"late": _run},
        after="first", notices=(1, 3), disturbed=_TAKING_OVER,
    ),
    Phase(
        "aborted polling", _late, _aborted_then_run("Poll Query"), AFTER_A_RUN, {"late": _run},
        after="first", notices=(1, 3), disturbed=_TAKING_OVER,
    ),
    Phase(
        "failed", _late, _failed_then_run, AFTER_A_RUN, {"late": _run}, after="first",
        notices=(1, 3), disturbed=_of("Release Lease"),
    ),
)  # fmt: skip
