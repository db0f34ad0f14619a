from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import Bring, event


def test_touched_hours_of_both_tables_are_planned(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T00:00:00Z"), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "plan_partitions")

    planned = it.invoke("plan_partitions", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    assert planned == {"step": "merge", "audit": "audit", "chunks": [0, 1], "slice_chunks": 2}
