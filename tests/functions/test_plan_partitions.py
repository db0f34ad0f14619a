import pytest

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import Bring, FunctionError, event


def test_touched_hours_of_both_tables_are_planned(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T00:00:00Z"), "broken")
    slice_id = plan(it)["id"]
    upto(it, slice_id, "plan_partitions")

    planned = it.invoke("plan_partitions", {"execution": EXECUTION, "slice": slice_id, "now": NOW})

    assert planned == {"step": "merge", "audit": "audit", "chunks": [0, 1], "slice_chunks": 2}


def test_object_that_is_gone_before_it_is_counted_is_not_covered(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    file = it.land("2020/07/13/00/b.gz", event(2))
    slice_id = plan(it)["id"]
    file.unlink()
    it.mount()
    upto(it, slice_id, "plan_partitions")

    with pytest.raises(FunctionError, match=r"b\.gz was listed") as caught:
        it.invoke("plan_partitions", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    assert caught.value.name == "ListingNotCoveredError"
