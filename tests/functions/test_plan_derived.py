from springtide.ledger.documents import Documents

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import Bring, event


def test_hours_of_the_delta_and_what_their_rows_reach_into_are_built(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/05/a.gz", *(event(1, f"2020-07-13T0{h}:50:00Z") for h in (1, 2, 4)))
    slice_id = plan(it)["id"]
    upto(it, slice_id, "record_slice")

    planned = it.invoke("plan_derived", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    # One chunk of `events` came before, and no reject.
    derive = {"step": "derive", "audit": "audit_derived", "chunks": [0], "slice_chunks": 2}
    assert planned == derive
    (chunk,) = Documents(it.settings.lake_bucket, slice_id).chunks("derive")["chunks"]
    assert chunk["table"] == "traffic"
    # 03 and 05 are reached into, but have no events.
    assert chunk["partitions"] == [["2020-07-13", "01"], ["2020-07-13", "02"], ["2020-07-13", "04"]]
    assert chunk["events_rows"] == [1, 1, 1]
