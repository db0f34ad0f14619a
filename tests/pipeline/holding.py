"""Hours that are held, and runs that fail, for the tests of what follows."""

import json
import threading
from typing import Any

from springtide.ledger.attempts import started

from offline.api_calls import PERSON, acting_as
from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.pipeline.rig import Rig, event, path_of
from tests.sampled import input_of
from tests.waiting import until


def asked(name: str) -> dict[str, Any]:
    """The input of a file of events/."""
    document: dict[str, Any] = json.loads(input_of(name).read_text())
    return document


def land_hour(it: Rig, hour: str, detector: int = 1) -> None:
    """One event that happened in the arrival hour `2020-07-01T05`."""
    it.land(f"{path_of(hour)}/a.gz", event(detector, f"{hour}:30:00Z"))


def items(it: Rig, kind: str, **having: str) -> list[str]:
    """Sort keys of the ledger's items of a kind."""
    found = it.ledger.items.query(kind)
    return [item["sk"] for item in found if having.items() <= item.items()]


def complete_up_to(it: Rig) -> set[str | None]:
    """What the published tables say of themselves."""
    tables = ("events", "quarantine", "traffic")
    return {it.table(table)["Parameters"].get("complete_up_to") for table in tables}


def hold(it: Rig, hour: str, also: str) -> Any:
    """Runs over an hour every query about which fails, and one that is fine."""
    land_hour(it, hour)
    land_hour(it, also)
    it.mount()
    fault = FailsExtractOf(hour)
    it.machine.athena.faults.append(fault)
    execution = it.run(asked("schedule"))
    assert execution.output["held"] == 1
    return fault


def started_queries(it: Rig) -> list[Any]:
    """The attempts at queries whose end is not recorded."""
    with acting_as(PERSON):
        kept = it.ledger
        return [each for item in kept.items.query("slice") for each in started(kept, item["sk"])]


def start_and_hold(it: Rig, asked: dict[str, Any]) -> str:
    """Starts a run; comes back when its extract is at work, which ends only if it is stopped."""
    reached = threading.Event()

    def never_ends(run: QueryRun) -> Fault | None:
        if "FROM landing" not in run.sql:
            return None
        reached.set()
        return Fault.requeued(0.01)

    def named() -> int:
        return sum("query_id" in attempt for attempt in started_queries(it))

    before = named()
    it.machine.athena.faults.append(never_ends)
    it.mount()
    arn = it.machine.start(asked)
    assert reached.wait(60)
    until(lambda: named() > before)  # the query runs before its id is written down
    return arn


class FailsExtractOf:
    """An Athena that cannot read an hour, for the hour's own reasons."""

    def __init__(self, hour: str) -> None:
        self._path = path_of(hour)

    def __call__(self, run: Any) -> Any:
        if "FROM landing" in run.sql and self._path in run.sql:
            return Fault.permanent("HIVE_BAD_DATA: something of the hour")
        return None
