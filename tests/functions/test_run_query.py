from tests.functions.conftest import EXECUTION, NOW, plan
from tests.pipeline.rig import Bring, event


def test_same_attempt_started_twice_is_one_query(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    call = {
        "execution": EXECUTION,
        "slice": plan(it)["id"],
        "step": "extract",
        "chunk": 0,
        "attempt": 1,
        "now": NOW,
    }

    first, second = (it.invoke("run_query", call) for _ in range(2))
    other = it.invoke("run_query", {**call, "attempt": 2})

    assert first["query_id"] == second["query_id"] != other["query_id"]
