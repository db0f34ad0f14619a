"""Functions called in a process of their own, by the runtime interface client that Lambda uses."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.samlocal.runtime_api import Function, NoAnswerError, call

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="awslambdaric is there for Linux only"
)
CLIENT = (sys.executable, "-m", "awslambdaric")
CODE = """
import os, sys, time

def echo(event, context):
    return {"event": event, "variable": os.environ["OWN"], "home": os.environ.get("HOME"),
            "seconds": round(context.get_remaining_time_in_millis() / 1000)}

def dying(event, context):
    print("last words", flush=True)
    os._exit(3)

def slow(event, context):
    time.sleep(60)
"""


@pytest.fixture
def invoke(tmp_path: Path) -> Any:
    (tmp_path / "app.py").write_text(CODE)

    def call_it(name: str, event: Any = None, seconds: float = 60) -> Any:
        return call(CLIENT, Function(tmp_path, f"app.{name}", {"OWN": "x"}, seconds), event)

    return call_it


def test_function_gets_its_event_and_only_its_own_environment(invoke: Any) -> None:
    answer = invoke("echo", {"hours": [1, "é"]})

    assert not answer.failed
    assert answer.payload["event"] == {"hours": [1, "é"]}
    assert (answer.payload["variable"], answer.payload["home"]) == ("x", None)
    assert 0 < answer.payload["seconds"] <= 60


def test_handler_that_cannot_be_found_is_an_error(invoke: Any) -> None:
    answer = invoke("absent")

    assert answer.failed
    assert answer.payload["errorType"] == "Runtime.HandlerNotFound"


def test_function_that_dies_or_takes_too_long_gives_no_answer(invoke: Any) -> None:
    with pytest.raises(NoAnswerError, match=r"ended with 3, without an answer:\s+last words"):
        invoke("dying")
    with pytest.raises(NoAnswerError, match=r"took 1 s, without an answer"):
        invoke("slow", seconds=1)
