"""Waits, retries and time-outs."""

import time
from datetime import UTC, datetime
from pathlib import Path

from offline import clock
from offline.machine import Machine
from tests.local.stacks import chain, up, write_stack
from tests.local.stepfunctions.rig import HANDLERS, caught, run


def test_waits_and_retries_take_no_time(tmp_path: Path) -> None:
    retry = [{"ErrorEquals": ["AthenaBusyError"], "IntervalSeconds": 600, "MaxAttempts": 5}]
    states = chain(
        ("Wait", {"Type": "Wait", "Seconds": 3600}),
        ("Wait As Told", {"Type": "Wait", "SecondsPath": "$.seconds"}),
        ("Task", {"Type": "Task", "Resource": "${flaky}", "Retry": retry}),
    )

    with up(tmp_path, states, handlers=HANDLERS) as machine:
        begun = time.monotonic()
        ended = machine.run({"seconds": 7200, "good": 4})
        assert time.monotonic() - begun < 600  # and not over three hours

    assert ended.output == 4


def test_wait_takes_its_seconds_times_the_scale(tmp_path: Path) -> None:

    with up(tmp_path, chain(("Wait", {"Type": "Wait", "Seconds": 30})), wait_scale=0.01) as machine:
        begun = time.monotonic()
        machine.run()
        assert 0.3 <= time.monotonic() - begun < 30


def test_retries_run_out(tmp_path: Path) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    task = {"Resource": "${flaky}", "Retry": retry}

    ended = run(tmp_path, caught(task), {"good": 9})

    assert ended.output["failure"]["Error"] == "AthenaBusyError"


def test_machine_that_takes_too_long_is_timed_out(tmp_path: Path) -> None:
    states = chain(("Slow", {"Type": "Task", "Resource": "${slow}"}), timeout=1)

    ended = run(tmp_path, states)

    assert (ended.status, ended.output) == ("TIMED_OUT", None)


def test_execution_begins_continues_and_ends_by_the_machine_s_time(tmp_path: Path) -> None:
    template = write_stack(tmp_path, chain(("Pass", {"Type": "Pass"})))
    then = datetime(2020, 7, 13, 8, 25, tzinfo=UTC)

    with Machine(tmp_path / "home", template=template) as machine:
        with clock.standing_still(then):
            arn = machine.run().arn
        client = machine.client("stepfunctions")
        told = client.describe_execution(executionArn=arn)
        events = client.get_execution_history(executionArn=arn)["events"]

    moments = {told["startDate"], told["stopDate"], *(event["timestamp"] for event in events)}
    assert moments == {then}
