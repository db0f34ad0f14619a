from collections import Counter
from collections.abc import Callable

import pytest
from springtide.aws.documents import Store

from offline.api_calls import ApiCall, Watcher
from offline.lambda_.handlers import FunctionDiedError
from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import FunctionError, Rig, event
from tests.pipeline.undo import ledger


def test_recorded_hours_are_taken_and_not_planned_again(leased: Callable[..., Rig]) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(1), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")

    recorded = it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    again = it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    account = {"lines": 3, "accepted": 2, "rejected": {"malformed": 1}, "late": {}, "unread": 0}
    assert recorded == again == account
    assert not plan(it)["planned"]
    assert it.account().lines == 3


class Kills(Watcher):
    """Kills record_slice after so many of its calls of an operation."""

    def __init__(self, operation: str, nth: int) -> None:
        self._wanted = (operation, nth)
        self._seen: Counter[str] = Counter()

    def after(self, call: ApiCall) -> None:
        if "RecordSlice" in call.principal.name:
            self._seen[call.operation] += 1
            if (call.operation, self._seen[call.operation]) == self._wanted:
                raise FunctionDiedError("Runtime.ExitError", "killed")


@pytest.mark.parametrize(
    ("operation", "nth", "again"),
    [("PutItem", 2, True), ("UpdateItem", 2, True), ("DeleteItem", 1, False)],
    ids=["the hour is recorded", "the slice is recorded", "the hour is closed"],
)
def test_no_slice_stays_unrecorded_when_its_recording_is_cut_off(
    leased: Callable[..., Rig], operation: str, nth: int, again: bool
) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(1), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")
    kills = Kills(operation, nth)
    it.machine.calls.watchers.append(kills)
    with pytest.raises(FunctionError, match="killed"):
        it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    it.machine.calls.watchers.remove(kills)

    planned = plan(it)

    assert planned["planned"] is again
    if again:
        upto(it, planned["id"], "record_slice")
        it.invoke("record_slice", {"execution": EXECUTION, "slice": planned["id"], "now": NOW})
    assert ledger(it).unfinished_slice() is None
    assert ledger(it).open_hours() == {}
    assert (it.account().lines, it.account().distinct) == (3, 1)


@pytest.mark.parametrize(
    "nth", [2, 3, 4], ids=["it is measured", "the slice is recorded", "the part is noted"]
)
def test_part_of_an_hour_whose_recording_is_cut_off_is_read_again_or_its_slice_is_recorded(
    leased: Callable[..., Rig], nth: int
) -> None:
    """No part is gone past while its slice, which nobody could go back to, stays planned."""
    it = leased(MaxSliceBytes="1")
    for name in "abc":
        it.land(f"2020/07/13/00/{name}.gz", event(ord(name)), "broken")
    kills = Kills("UpdateItem", nth)
    it.machine.calls.watchers.append(kills)
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")
    with pytest.raises(FunctionError, match="killed"):
        it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    it.machine.calls.watchers.remove(kills)

    turns, recording = 1, {"execution": EXECUTION, "now": NOW}
    while (planned := plan(it))["planned"]:
        turns += 1
        upto(it, planned["id"], "record_slice")
        it.invoke("record_slice", {**recording, "slice": planned["id"]})

    taken = {
        key
        for item in ledger(it).query("slice")
        if item["state"] == "recorded"
        for key, _, _ in Store(it.settings.lake_bucket).read(item["sk"], "plan")["hours"][0][
            "objects"
        ]
    }
    assert len(taken) == 3
    assert turns <= 4
    it.expect()
