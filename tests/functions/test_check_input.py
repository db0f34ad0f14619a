from tests.functions.conftest import EXECUTION, NOW
from tests.pipeline.rig import Bring


def test_schedule_s_event_starts_an_ordinary_run(rig: Bring) -> None:
    event = {"input": {"scheduled_time": NOW}, "execution": EXECUTION, "now": NOW}
    assert rig().invoke("check_input", event) == {
        "execution": EXECUTION,
        "slice": {"turn": 0, "cursor": None},
    }
