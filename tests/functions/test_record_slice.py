import pytest
from springtide.ledger import open_hours, slices

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.killing import Killer, kill
from tests.pipeline.rig import Bring, FunctionError, event


def test_recorded_hours_are_taken_and_not_planned_again(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(1), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")

    recorded = it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    again = it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    account = {
        "lines": 3,
        "accepted": 2,
        "rejected": {"malformed": 1},
        "late": {},
        "misfits": {},
        "unread": 0,
        "waiting": 0,
    }
    assert recorded == again == account
    assert not plan(it)["planned"]
    assert it.account().lines == 3


@pytest.mark.parametrize(
    ("operation", "nth", "ended"),
    [("UpdateItem", 2, False), ("PutItem", 2, False), ("DeleteItem", 1, True)],
    ids=["it is measured", "the hour is recorded", "the hour is closed"],
)
def test_next_run_records_a_slice_first_whose_recording_was_cut_off(
    leased: Bring, operation: str, nth: int, ended: bool
) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(1), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")
    kill(it, Killer("RecordSliceFunction", operation, nth))
    with pytest.raises(FunctionError, match="killed by a test"):
        it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    planned = plan(it)

    if not ended:
        assert (planned["id"], planned["stage"]["step"]) == (slice_id, "record")
        it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
        planned = plan(it)
    assert not planned["planned"]
    assert slices.unfinished(it.ledger) is None
    assert open_hours.read(it.ledger) == {}
    assert (it.account().lines, it.account().distinct) == (3, 1)
