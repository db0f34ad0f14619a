"""Objects that are freed while their hour is ingested without them are read after all."""

from collections.abc import Callable

import pytest
from springtide.arrivals.landing import Landing
from springtide.ledger import open_hours, skipped_objects
from springtide.requests import retry

from offline.api_calls import ApiCall, Principal, Watcher, acting_as
from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.concurrency.gates import of_function
from tests.pipeline.rig import Bring, Rig, event
from tests.variants import mostly_long

Matches = Callable[[ApiCall], bool]
ASIDE = "2020/07/13/00/b.gz"


class Retries(Watcher):
    """A person who has skipped objects read again: at the first call that matches since.

    Until then Athena cannot read that object.
    """

    def __init__(self, it: Rig, matches: Matches, *, after: bool) -> None:
        self._landing = Landing.of(it.settings)
        self._path = self._landing.uri + ASIDE
        self._ledger = it.ledger
        self._matches = matches
        self._after = after
        self.done: retry.Retried | None = None
        it.machine.calls.watchers.append(self)
        it.machine.athena.faults.append(self._fails)

    def _fails(self, run: QueryRun) -> Fault | None:
        if self.done is not None or "FROM landing" not in run.sql or "NOT IN" in run.sql:
            return None
        return Fault.permanent(f"HIVE_CURSOR_ERROR: Failed to read file: {self._path}")

    def before(self, call: ApiCall) -> None:
        if not self._after:
            self._retry(call)

    def after(self, call: ApiCall) -> None:
        if self._after:
            self._retry(call)

    def _retry(self, call: ApiCall) -> None:
        if self.done is not None or not self._matches(call):
            return
        with acting_as(Principal("person", "retry")):
            if skipped_objects.read(self._ledger):
                self.done = retry.retry(self._ledger, self._landing, unreadable=True)


def recording(operation: str, kind: str) -> Matches:
    """A call of record_slice about the ledger's items of a kind."""
    by_function = of_function("RecordSlice", operation)
    return lambda call: by_function(call) and f"#{kind}'" in str(dict(call.parameters))


MOMENTS: dict[str, tuple[Matches, bool]] = {
    "while it is merged": (of_function("RunQuery", "StartQueryExecution", "merge"), False),
    "when it is planned": (of_function("PlanSlice", "PutItem"), False),
    "before its recording looks": (recording("BatchGetItem", "unreadable"), False),
    "after its recording has looked": (recording("BatchGetItem", "unreadable"), True),
    "after it is closed": (recording("DeleteItem", "open"), True),
}


@pytest.mark.parametrize(
    "moment", mostly_long(MOMENTS, "before its recording looks", "after its recording has looked")
)
def test_object_freed_while_its_hour_is_ingested_is_read(rig: Bring, moment: str) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1), "broken")
    it.land(ASIDE, event(2), event(3), "broken too")
    matches, after = MOMENTS[moment]
    retries = Retries(it, matches, after=after)

    it.run({})
    it.run({})

    assert retries.done is not None and len(retries.done.objects) == 1
    assert open_hours.read(it.ledger) == {}
    it.expect()
