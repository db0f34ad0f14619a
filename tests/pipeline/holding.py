"""Hours that are held, and runs that fail, for the tests of what follows."""

import json
from typing import Any

from springtide.model.errors import AuditFailedError

from offline.athena.service.runs import Fault
from offline.lambda_.service import Observer
from tests.files import ROOT
from tests.pipeline.rig import Rig, event
from tests.pipeline.undo import ledger

EVENTS = ROOT / "events"


def asked(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return document


def land_hour(it: Rig, hour: str, detector: int = 1) -> None:
    """One event that happened in the arrival hour `2020-07-01T05`."""
    path = hour.replace("-", "/").replace("T", "/")
    it.land(f"{path}/a.gz", event(detector, f"{hour}:30:00Z"))


def items(it: Rig, kind: str, **having: str) -> list[str]:
    """Sort keys of the ledger's items of a kind."""
    found = ledger(it).items.query(kind)
    return [item["sk"] for item in found if having.items() <= item.items()]


def complete_up_to(it: Rig) -> set[str | None]:
    """What the published tables say of themselves."""
    database = it.machine.outputs["DatabaseName"]
    return {
        it.client("glue")
        .get_table(DatabaseName=database, Name=table)["Table"]["Parameters"]
        .get("complete_up_to")
        for table in ("events", "quarantine", "traffic")
    }


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


class FailsExtractOf:
    """An Athena that cannot read an hour, for the hour's own reasons."""

    def __init__(self, hour: str) -> None:
        self._path = hour.replace("-", "/").replace("T", "/")

    def __call__(self, run: Any) -> Any:
        if "FROM landing" in run.sql and self._path in run.sql:
            return Fault.permanent("HIVE_BAD_DATA: something of the hour")
        return None


class FailsOnce(Observer):
    """A function of the stack that fails once, after it was called so often."""

    def __init__(self, function: str, after: int) -> None:
        self._function = function
        self._left = after

    def before_call(self, call: Any) -> None:
        if self._function in call.function_name:
            self._left -= 1
            if self._left == -1:
                raise AuditFailedError("as the test wants it")
