import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from offline.died import FunctionDiedError
from offline.lambda_.service import Call, Observer
from offline.machine import Machine
from tests.local.calling import answer, call, name_of
from tests.local.stacks import up, write_stack

HANDLERS = {
    "echo": """
import os
def lambda_handler(event, context):
    return {"event": event, "name": os.environ["NAME"], "region": os.environ["AWS_REGION"],
            "function": context.function_name, "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb}
""",
    "count": """
calls = []
def lambda_handler(event, context):
    calls.append(event)
    return len(calls)
""",
    "talk": """
from aws_lambda_powertools import Logger
logger = Logger(service="talk")
def lambda_handler(event, context):
    print("plain", event["word"])
    logger.info("structured", extra={"word": event["word"]})
""",
    "fail": """
class NoSuchHourError(Exception):
    pass
def lambda_handler(event, context):
    raise NoSuchHourError(f"hour {event['hour']}")
""",
    "leave": "import sys\ndef lambda_handler(event, context):\n    sys.exit(3)\n",
    "odd": "import decimal\ndef lambda_handler(event, context):\n    return decimal.Decimal(1)\n",
    "broken": "import no_such_module_anywhere\n",
    "empty": "",
}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with up(tmp_path, handlers=HANDLERS) as machine:
        yield machine


def test_handler_has_its_own_environment_and_a_context(machine: Machine) -> None:
    got = answer(machine, "echo", {"a": [1, None]})

    assert got["event"] == {"a": [1, None]}
    assert (got["name"], got["region"]) == ("echo", "eu-west-1")
    assert got["function"] == name_of(machine, "echo")
    assert got["arn"].endswith(f":function:{got['function']}")
    assert 29_000 < got["left"] <= 30_000
    assert "NAME" not in os.environ


def test_module_is_imported_once(machine: Machine) -> None:
    assert [answer(machine, "count", {}) for _ in range(3)] == [1, 2, 3]


def test_raised_error_is_the_answer_with_its_class_name(machine: Machine) -> None:
    response = call(machine, "fail", {"hour": 7})

    assert response["FunctionError"] == "Unhandled"
    payload = json.loads(response["Payload"].read())
    assert payload["errorType"] == "NoSuchHourError"
    assert payload["errorMessage"] == "hour 7"
    assert "lambda_handler" in "".join(payload["stackTrace"])


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("leave", "Runtime.ExitError"),
        ("odd", "Runtime.MarshalError"),
        ("broken", "Runtime.ImportModuleError"),
        ("empty", "Runtime.HandlerNotFound"),
    ],
)
def test_function_that_cannot_answer_fails_by_the_services_name(
    machine: Machine, function: str, error: str
) -> None:
    assert answer(machine, function)["errorType"] == error


def test_output_is_kept_with_its_function_and_not_printed(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(machine, "talk", {"word": "one"})
    answer(machine, "talk", {"word": "two"})

    name = name_of(machine, "talk")
    assert {line.function_name for line in machine.logs} == {name}
    assert [line.text for line in machine.logs if line.text.startswith("plain")] == [
        "plain one",
        "plain two",
    ]
    structured = [json.loads(line.text) for line in machine.logs if line.text.startswith("{")]
    assert [entry["word"] for entry in structured] == ["one", "two"]
    assert len({line.request_id for line in machine.logs}) == 2
    assert capsys.readouterr().out == ""


def test_logger_made_before_the_machine_was_up_is_heard_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    template = write_stack(tmp_path, handlers={"early": HANDLERS["talk"]})
    monkeypatch.syspath_prepend(tmp_path / "functions")
    sys.modules.pop("early", None)
    import early.app  # type: ignore[import-not-found]

    with Machine(tmp_path / "home", template=template) as machine:
        answer(machine, "early", {"word": "x"})
        assert any('"message":"structured"' in line.text for line in machine.logs)

    early.app.logger.info("by hand")
    assert "by hand" in capsys.readouterr().out


def test_same_module_name_in_another_folder_is_another_handler(tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / str(number)
        source = f"def lambda_handler(event, context):\n    return {number}\n"
        with up(folder, handlers={"same": source}) as machine:
            assert answer(machine, "same") == number


def test_import_path_is_restored(tmp_path: Path) -> None:
    before = list(sys.path)

    with up(tmp_path, handlers=HANDLERS) as machine:
        answer(machine, "echo")

    assert sys.path == before


def test_calls_at_once_each_get_their_own_environment(machine: Machine) -> None:
    names = ["echo", "count"] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda name: answer(machine, name, {}), names))

    assert {a["name"] for a in answers if isinstance(a, dict)} == {"echo"}
    assert sorted(a for a in answers if isinstance(a, int)) == list(range(1, 21))


def test_asynchronous_call_has_run_and_answers_nothing(machine: Machine) -> None:
    response = machine.client("lambda").invoke(
        FunctionName=name_of(machine, "talk"),
        InvocationType="Event",
        Payload=json.dumps({"word": "later"}),
    )

    assert (response["StatusCode"], response["Payload"].read()) == (202, b"")
    assert "plain later" in [line.text for line in machine.logs]


class Breaker(Observer):
    """Counts calls and breaks the chosen ones before or after the handler has run."""

    def __init__(self, *, before: int = 0, after: int = 0) -> None:
        self.before, self.after = before, after
        self.calls: list[Call] = []

    def before_call(self, call: Call) -> None:
        self.calls.append(call)
        if call.number == self.before:
            raise FunctionDiedError("Sandbox.Timedout", "Task timed out after 30.00 seconds")

    def after_call(self, call: Call, result: Any) -> None:
        if call.number == self.after:
            raise ConnectionError("the answer got lost")


def test_observer_breaks_a_call_before_the_handler_runs(machine: Machine) -> None:
    breaker = Breaker(before=2)
    machine.runner.observers.append(breaker)

    answers = [answer(machine, "count", {"n": n}) for n in range(3)]

    assert answers[0] == 1
    assert answers[1]["errorType"] == "Sandbox.Timedout"
    assert answers[2] == 2
    assert [call.event for call in breaker.calls] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_observer_loses_an_answer_after_the_handler_has_run(machine: Machine) -> None:
    machine.runner.observers.append(Breaker(after=1))

    answers = [answer(machine, "count", {}) for _ in range(2)]

    assert answers[0]["errorType"] == "ConnectionError"
    assert answers[1] == 2
