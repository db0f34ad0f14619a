from collections.abc import Callable

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import Rig, event


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
