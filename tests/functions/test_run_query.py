from tests.functions.conftest import attempt, plan
from tests.pipeline.rig import Bring, event


def test_same_attempt_started_twice_is_one_query(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id = plan(it)["id"]

    first, second = (it.invoke("run_query", attempt(slice_id, "extract")) for _ in range(2))
    other = it.invoke("run_query", attempt(slice_id, "extract", number=2))

    assert first["query_id"] == second["query_id"] != other["query_id"]
