"""A data set that a deployment changes while a run is at work."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from springtide.dataset import loading
from springtide.dataset.declaration import Field
from springtide.failures.isolate_failure import MAX_CHANGES
from springtide.ledger import open_hours

from offline.lambda_.service import Call, Observer
from tests.failures.observed import slices, told
from tests.pipeline.rig import Bring, event
from tests.variants import long

ADDED = Field("added", "varchar", ("added",))


class Deploys(Observer):
    """Has functions use a declaration with one more field from a call on, or now and then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, new: Callable[[Call], bool]) -> None:
        usual = loading.load
        known = usual("traffic")
        self._new = new
        self.deployed = False
        changed = replace(known, fields=(*known.fields, ADDED))
        monkeypatch.setattr(loading, "load", lambda *_: changed if self.deployed else known)

    def before_call(self, call: Call) -> None:
        self.deployed = self._new(call)


def at(step: str) -> Callable[[Call], bool]:
    """From the start of a step's first query on."""
    reached = []

    def new(call: Call) -> bool:
        if call.event.get("step") == step:
            reached.append(call)
        return bool(reached)

    return new


@pytest.mark.parametrize("step", ["extract", "merge", long("count"), long("audit"), long("derive")])
def test_field_that_is_deployed_while_a_slice_is_at_work_holds_nothing_and_is_there(
    rig: Bring, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    it = rig()
    it.machine.runner.observers.append(Deploys(monkeypatch, at(step)))
    it.land("2020/07/13/00/a.gz", event(1, added="here"), event(2), "broken")

    it.run()

    assert [each["state"] for each in slices(it)] == ["failed", "recorded"]
    assert not open_hours.read(it.ledger) and told(it) == []
    it.expect()
    rows = {row["unieke_id"]: row["added"] for _, row in it.rows("events")}
    assert rows == {1: "here", 2: None}


def test_functions_that_never_agree_end_the_run_with_a_notice(
    rig: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = rig()
    half = Deploys(monkeypatch, lambda call: "RunQuery" in call.function_name)
    it.machine.runner.observers.append(half)
    it.land("2020/07/13/00/a.gz", event(1))

    it.fail("DataSetChangedError", {"all": True})

    assert [each["state"] for each in slices(it)] == ["failed"] * (1 + MAX_CHANGES)
    (message,) = told(it)
    assert "a deployment has changed the data set traffic" in message
    assert {item["state"] for item in open_hours.read(it.ledger).values()} == {"pending"}
    # Once it has come to its end.
    it.machine.runner.observers.clear()
    half.deployed = True
    it.run()
    it.expect()
