import pytest

from tests.functions.conftest import EXECUTION, NOW
from tests.pipeline.rig import Bring, FunctionError


def test_schedule_s_event_starts_an_ordinary_run(rig: Bring) -> None:
    event = {"input": {"scheduled_time": NOW}, "execution": EXECUTION, "now": NOW}
    assert rig().invoke("check_input", event) == {
        "execution": EXECUTION,
        "slice": {"turn": 0, "cursor": None},
    }


def test_bad_input_fails_with_the_field_s_name(rig: Bring) -> None:
    event = {"input": {"from": "yesterday"}, "execution": EXECUTION, "now": NOW}
    with pytest.raises(FunctionError, match="to: is missing") as caught:
        rig().invoke("check_input", event)
    assert caught.value.name == "InvalidInputError"
