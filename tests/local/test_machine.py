import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from offline.clients import MachineDownError
from offline.machine import Machine
from offline.process import MachineAlreadyUpError
from offline.project import TEMPLATE
from tests.local.stacks import chain, up, write_stack

HANDLERS = {
    "plan": 'def lambda_handler(event, context):\n    return {"chunks": list(range(8))}\n',
    "work": "def lambda_handler(event, context):\n    return event['chunk'] * 2\n",
    "slow": "import time\ndef lambda_handler(event, context):\n    time.sleep(0.5)\n",
}
CHILD = chain(("Work", {"Type": "Task", "Resource": "${work}", "ResultPath": "$.result"}))
CHUNK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution.sync:2",
    "Parameters": {"StateMachineArn": "${child}", "Input": {"chunk.$": "$.chunk"}},
    "OutputPath": "$.Output.result",
    "End": True,
}
MAIN = chain(
    ("Plan", {"Type": "Task", "Resource": "${plan}", "ResultPath": "$.plan"}),
    (
        "Work",
        {
            "Type": "Map",
            "ItemsPath": "$.plan.chunks",
            "ItemSelector": {"chunk.$": "$$.Map.Item.Value"},
            "MaxConcurrency": 8,
            "ItemProcessor": {"StartAt": "Chunk", "States": {"Chunk": CHUNK}},
        },
    ),
)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return write_stack(tmp_path / "app", MAIN, child=CHILD, handlers=HANDLERS)


@pytest.fixture
def machine(tmp_path: Path, template: Path) -> Iterator[Machine]:
    with Machine(tmp_path / "home", template=template) as machine:
        yield machine


def test_two_machines_and_handlers_run_to_the_end(machine: Machine) -> None:
    ended = machine.run({"a": 1})

    assert ended.status == "SUCCEEDED"
    assert ended.input == {"a": 1}
    assert ended.output == [0, 2, 4, 6, 8, 10, 12, 14]
    assert ended.states == ("Plan", "Work", *["Chunk"] * 8)


def test_executions_at_the_same_time_do_not_mix(machine: Machine) -> None:
    arns = [machine.start({"n": n}, name=f"run-{n}") for n in range(5)]

    ended = [machine.wait(arn) for arn in arns]

    assert [one.input["n"] for one in ended] == list(range(5))
    assert {json.dumps(one.output) for one in ended} == {json.dumps([n * 2 for n in range(8)])}
    assert ended[0].arn.endswith(":run-0")


def test_waiting_for_too_long_is_an_error(tmp_path: Path) -> None:
    states = chain(("Wait", {"Type": "Wait", "Seconds": 60}))

    with up(tmp_path / "app", states, wait_scale=1.0) as machine:
        arn = machine.start()
        with pytest.raises(TimeoutError, match="still running"):
            machine.wait(arn, timeout_seconds=0.1)
        machine.stop(arn)
        assert machine.wait(arn, timeout_seconds=5).status == "ABORTED"


def test_everything_that_runs_can_be_aborted(tmp_path: Path) -> None:
    states = chain(("Wait", {"Type": "Wait", "Seconds": 60}))

    with up(tmp_path / "app", states, wait_scale=1.0) as machine:
        arns = [machine.start(name=name) for name in ("a", "b")]

        assert machine.abort_everything() == 2

        assert [machine.wait(arn).status for arn in arns] == ["ABORTED", "ABORTED"]
        assert machine.abort_everything() == 0


def test_second_machine_in_the_process_is_refused(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(MachineAlreadyUpError), Machine(tmp_path / "other"):
        pass

    assert machine.run().status == "SUCCEEDED"


def test_machine_that_did_not_come_up_leaves_room_for_the_next(
    tmp_path: Path, template: Path
) -> None:
    broken = write_stack(tmp_path / "broken", resources={"X": {"Type": "AWS::No::Thing"}})
    environment = dict(os.environ)

    with pytest.raises(ValueError, match="AWS::No::Thing"), Machine(tmp_path, template=broken):
        pass

    assert dict(os.environ) == environment
    with Machine(tmp_path / "home", template=template) as machine:
        assert machine.run().status == "SUCCEEDED"


def test_users_aws_settings_are_out_of_the_way_and_come_back(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mine]\nregion = us-west-2\n")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    monkeypatch.setenv("TZ", "America/St_Johns")
    time.tzset()
    before, offset = dict(os.environ), time.timezone

    with Machine(tmp_path / "home", template=template) as machine:
        assert "AWS_PROFILE" not in os.environ
        assert "AWS_ENDPOINT_URL" not in os.environ
        assert "POWERTOOLS_LOG_LEVEL" not in os.environ
        assert time.timezone == 0
        assert machine.client("s3").meta.region_name == "eu-west-1"
        assert boto3.client("sts").meta.region_name == "eu-west-1"
        assert machine.run().status == "SUCCEEDED"

    assert dict(os.environ) == before
    assert time.timezone == offset


def test_client_is_of_no_use_when_the_machine_is_down(tmp_path: Path, template: Path) -> None:
    with Machine(tmp_path / "home", template=template) as machine:
        client = machine.client("s3")
        client.list_buckets()

    with pytest.raises(MachineDownError):
        client.list_buckets()


def test_closing_stops_what_runs_and_leaves_no_thread(tmp_path: Path, template: Path) -> None:
    states = chain(
        ("Slow", {"Type": "Task", "Resource": "${slow}"}), ("Wait", {"Type": "Wait", "Seconds": 60})
    )
    template = write_stack(tmp_path / "other", states, handlers=HANDLERS)
    before = threading.active_count()

    with Machine(tmp_path / "home", template=template, wait_scale=1.0) as machine:
        machine.start()
        machine.start()

    assert threading.active_count() <= before


def test_machine_can_be_brought_up_again(machine: Machine) -> None:
    first = machine.outputs
    machine.objects.put("springtide-local-artifacts", "x", b"")
    machine.close()

    with machine as again:
        assert again.outputs == first
        assert again.run().status == "SUCCEEDED"


def test_parameters_reach_the_stack(tmp_path: Path) -> None:
    parameters = {"LandingPrefix": "raw/", "ScheduleState": "ENABLED"}

    with Machine(tmp_path / "home", parameters=parameters, stack_name="my-stack") as machine:
        functions = machine.client("lambda").list_functions()["Functions"]
        variables = functions[0]["Environment"]["Variables"]
        assert variables["LANDING_PREFIX"] == "raw/"
        assert variables["DATABASE"] == "my_stack"
        schedules = machine.client("scheduler").list_schedules()["Schedules"]
        assert {(s["Name"], s["State"]) for s in schedules} == {
            ("my-stack-run", "ENABLED"),
            ("my-stack-collect", "DISABLED"),
        }


def test_default_template_is_the_one_that_is_deployed() -> None:
    assert TEMPLATE.name == "template.yaml"
    assert (TEMPLATE.parent / "samconfig.toml").exists()
