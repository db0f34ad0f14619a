import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from offline.api_calls import ApiCall, Watcher
from offline.machine import Machine
from tests.local.calling import answer, call
from tests.local.stacks import up
from tests.throttling import throttled

LIST = """
import os
import boto3
def lambda_handler(event, context):
    before = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    print("begins")
    boto3.client("s3").list_buckets()
    print("ends")
    left = context.get_remaining_time_in_millis()
    return {"before": before, "after": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "left": left}
"""
PUT = """
import boto3
def lambda_handler(event, context):
    boto3.client("s3").put_object(Bucket="notes", Key=event["key"], Body=b"1")
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with up(tmp_path, handlers={"one": LIST, "two": LIST, "put": PUT}) as machine:
        machine.client("s3").create_bucket(
            Bucket="notes", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield machine


class Holds(Watcher):
    """Holds the first call that a function makes until it is let go."""

    def __init__(self, machine: Machine) -> None:
        self.turn = machine.runner.turn
        self.holding = threading.Event()
        self.held = self.gone = False

    def before(self, call: ApiCall) -> None:
        if call.principal.kind != "function" or self.held:
            return
        self.held = True
        self.holding.set()
        with self.turn:
            assert self.turn.wait_for(lambda: self.gone, timeout=60)

    def let_go(self) -> None:
        with self.turn:
            self.gone = True
            self.turn.notify_all()


class HoldsAtTheSecondSending(Holds):
    def before(self, call: ApiCall) -> None:
        pass

    def sending(self, call: ApiCall, attempt: int) -> None:
        if attempt == 1 and call.principal.kind == "function":
            raise throttled(call.service)
        super().before(call)


def while_held(
    holds: Holds, machine: Machine, meanwhile: Callable[[], object], *called: Any
) -> Any:
    """Calls a function, and has something happen while it is held; returns its answer."""
    machine.calls.watchers.append(holds)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer, machine, *called)
        assert holds.holding.wait(60)
        meanwhile()
        assert not first.done()
        holds.let_go()
        return first.result(60)


def test_another_function_is_called_while_a_watcher_holds_the_first(machine: Machine) -> None:
    others: list[Any] = []

    got = while_held(Holds(machine), machine, lambda: others.append(answer(machine, "two")), "one")

    (second,) = others
    assert "OneFunction" in got["before"]
    assert got["after"] == got["before"]
    assert "TwoFunction" in second["before"]
    assert second["after"] == second["before"]
    assert "AWS_LAMBDA_FUNCTION_NAME" not in os.environ
    said = [(line.function_name, line.text) for line in machine.logs]
    assert {(got["before"], "begins"), (got["before"], "ends")} <= set(said)
    assert (second["before"], "ends") in said


def test_time_that_is_let_pass_is_gone_for_a_function_that_runs(machine: Machine) -> None:
    got = while_held(Holds(machine), machine, lambda: machine.advance(20), "one")

    assert 0 < got["left"] <= 10_000
    assert answer(machine, "two")["left"] > 20_000


@pytest.mark.parametrize("kind", [Holds, HoldsAtTheSecondSending])
def test_function_past_its_time_out_has_no_effect(machine: Machine, kind: type[Holds]) -> None:
    late = ("put", {"key": "late"})

    payload = while_held(kind(machine), machine, lambda: machine.advance(30), *late)

    assert payload["errorType"] == "Sandbox.Timedout"
    assert machine.objects.list("notes", "") == []
    machine.calls.watchers.clear()
    call(machine, "put", {"key": "in time"})
    assert [item.key for item in machine.objects.list("notes", "")] == ["in time"]
