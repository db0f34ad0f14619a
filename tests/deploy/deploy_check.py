"""`make deploy-test`: the SAM CLI builds and deploys the real template to an emulator.

No part of `make test`: it needs a Python 3.13 and two environments of its own.
"""

import gzip
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from local.template import expand, load
from tests.deploy.emulator import REGION, emulator
from tests.pipeline.rig import event

ROOT = Path(__file__).parents[2]
SAM = Path(os.environ.get("SAM", ROOT / ".venv-sam" / "bin" / "sam"))
MINISTACK = Path(os.environ.get("MINISTACK", ROOT / ".venv-deploy" / "bin" / "ministack"))
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
HOLDER = f"arn:aws:states:{REGION}:000000000000:execution:none:none"
NOW = "2026-01-01T00:00:00Z"
RUN_SECONDS = 300


class Deployed:
    """The stack as the emulator has it."""

    def __init__(self, reach: dict[str, str]) -> None:
        self._session: Any = boto3.Session(
            aws_access_key_id=reach["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=reach["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self._url = reach["AWS_ENDPOINT_URL"]
        found = self.client("cloudformation")
        pages = found.get_paginator("list_stack_resources").paginate(StackName="springtide")
        self.resources = {
            r["LogicalResourceId"]: r for p in pages for r in p["StackResourceSummaries"]
        }
        stack = found.describe_stacks(StackName="springtide")["Stacks"][0]
        self.status: str = stack["StackStatus"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}

    def client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._url)

    def name(self, logical_id: str) -> str:
        found: str = self.resources[logical_id]["PhysicalResourceId"]
        return found

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        answer = self.client("lambda").invoke(
            FunctionName=self.name(function), Payload=json.dumps(event)
        )
        payload = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        return payload


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("emulator")
    with emulator(MINISTACK, folder) as reach:
        _sam(reach, "build")
        _sam(
            reach,
            "deploy",
            *("--template-file", str(without_metric_math(BUILT))),
            *("--config-file", str(ROOT / "samconfig.toml")),
            *("--no-confirm-changeset", "--no-progressbar"),
        )
        yield Deployed(reach)


def _sam(reach: dict[str, str], *command: str) -> None:
    ended = subprocess.run(
        [SAM, *command],
        cwd=ROOT,
        env=os.environ | reach | {"SAM_CLI_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def without_metric_math(built: Path) -> Path:
    """The built template with the first metric of each alarm that has several.

    The emulator refuses alarms on an expression; nothing else of the template is changed.
    """
    body = load(built)
    for resource in body["Resources"].values():
        metrics = resource.get("Properties", {}).pop("Metrics", None)
        if resource["Type"] != "AWS::CloudWatch::Alarm" or metrics is None:
            continue
        stat = next(one["MetricStat"] for one in metrics if "MetricStat" in one)
        resource["Properties"] |= {
            **stat["Metric"],
            "Period": stat["Period"],
            "Statistic": stat["Stat"],
        }
    plain = built.with_name("without-metric-math.json")
    plain.write_text(json.dumps(body))
    return plain


@pytest.fixture(scope="module")
def run(deployed: Deployed) -> tuple[dict[str, Any], list[str]]:
    """One execution over one landed object: how it ended, and the states that it entered."""
    machines = deployed.client("stepfunctions")
    for name in ("RunQueryStateMachine", "SpringtideStateMachine"):
        # The emulator reads no YAML; Step Functions does.
        arn = deployed.name(name)
        text = machines.describe_state_machine(stateMachineArn=arn)["definition"]
        machines.update_state_machine(
            stateMachineArn=arn, definition=json.dumps(yaml.safe_load(text))
        )
    deployed.client("s3").put_object(
        Bucket=deployed.outputs["LandingBucketName"],
        Key="2020/07/13/00/one.gz",
        Body=gzip.compress(json.dumps(event()).encode() + b"\n"),
    )
    arn = machines.start_execution(stateMachineArn=deployed.outputs["StateMachineArn"], input="{}")[
        "executionArn"
    ]
    end = time.monotonic() + RUN_SECONDS
    while (found := machines.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < end, "the execution does not end"
        time.sleep(0.5)
    history = machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [
        e["stateEnteredEventDetails"]["name"] for e in history if "stateEnteredEventDetails" in e
    ]
    return found, entered


def test_every_resource_of_the_template_is_created(deployed: Deployed) -> None:
    body = expand(ROOT / "template.yaml", {}).body
    conditional = {name for name, made in body["Resources"].items() if "Condition" in made}

    assert deployed.status == "CREATE_COMPLETE"
    assert body["Resources"].keys() - conditional - deployed.resources.keys() == set()
    assert {r["ResourceStatus"] for r in deployed.resources.values()} == {"CREATE_COMPLETE"}
    for name, made in deployed.resources.items():
        assert made["ResourceType"] == body["Resources"][name]["Type"]


def test_every_output_has_a_value(deployed: Deployed) -> None:
    outputs = expand(ROOT / "template.yaml", {}).body["Outputs"]

    always = {name for name, output in outputs.items() if "Condition" not in output}
    assert always - deployed.outputs.keys() == set()
    assert not [value for value in deployed.outputs.values() if "${" in value]


def test_functions_are_deployed_as_they_were_built(deployed: Deployed) -> None:
    functions = {
        name: deployed.client("lambda").get_function_configuration(FunctionName=deployed.name(name))
        for name, made in deployed.resources.items()
        if made["ResourceType"] == "AWS::Lambda::Function"
    }

    assert functions
    for name, function in functions.items():
        assert function["Runtime"] == "python3.13", name
        assert function["CodeSize"] > 1_000_000, name  # with its packages
        variables = function["Environment"]["Variables"]
        assert variables["LEDGER_TABLE"] == deployed.outputs["LedgerTableName"], name
        assert not [value for value in variables.values() if "${" in value], name


def test_nothing_runs_by_itself_before_it_is_switched_on(deployed: Deployed) -> None:
    schedules = deployed.client("scheduler").list_schedules()["Schedules"]

    assert len(schedules) == 2
    assert {schedule["State"] for schedule in schedules} == {"DISABLED"}


def test_what_reads_and_holds_the_data_is_there(deployed: Deployed) -> None:
    outputs = deployed.outputs
    glue, athena = deployed.client("glue"), deployed.client("athena")

    assert glue.get_database(Name=outputs["DatabaseName"])["Database"]["Name"]
    assert glue.get_crawler(Name=deployed.name("LandingCrawler"))["Crawler"]["State"] == "READY"
    group = athena.get_work_group(WorkGroup=outputs["WorkGroupName"])["WorkGroup"]
    assert group["Name"] == outputs["WorkGroupName"]
    table = deployed.client("dynamodb").describe_table(TableName=outputs["LedgerTableName"])
    assert table["Table"]["TableStatus"] == "ACTIVE"
    for bucket in ("LandingBucketName", "LakeBucketName"):
        deployed.client("s3").head_bucket(Bucket=outputs[bucket])


def test_the_handlers_that_the_emulator_can_serve_answer(deployed: Deployed) -> None:
    started = deployed.invoke(
        "CheckInputFunction", {"input": {}, "execution": HOLDER, "name": "none", "now": NOW}
    )
    assert started == {"execution": HOLDER, "slice": {"turn": 0, "cursor": None}}
    taken = deployed.invoke("TakeLeaseFunction", {"execution": HOLDER, "now": NOW})
    assert taken == {"taken": True, "fence": 1}
    ledger = deployed.client("dynamodb").scan(TableName=deployed.outputs["LedgerTableName"])
    assert [item["holder"]["S"] for item in ledger["Items"]] == [HOLDER]


def test_a_run_of_the_deployed_stack_gets_as_far_as_athena(
    deployed: Deployed, run: tuple[dict[str, Any], list[str]]
) -> None:
    ended, states = run

    # UNLOAD is more than the emulator's Athena knows.
    assert ended["status"] == "FAILED"
    assert "UNLOAD" in ended["cause"]
    begun = ["Take Lease", "Lease Taken?", "Plan Slice", "Anything Pending?", "Extract"]
    assert [state for state in states if state in begun] == begun
    assert states[states.index("Extract") + 1] == "Isolate Failure"
    assert states[-1] == "Failed"


def test_a_run_that_failed_leaves_its_tables_empty_and_its_hour_pending(
    deployed: Deployed, run: tuple[dict[str, Any], list[str]]
) -> None:
    database = deployed.outputs["DatabaseName"]
    glue = deployed.client("glue")
    for table in ("events", "quarantine", "traffic"):
        assert glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"] == []
    items = deployed.client("dynamodb").scan(TableName=deployed.outputs["LedgerTableName"])["Items"]
    hours = {i["sk"]["S"]: i["state"]["S"] for i in items if i["pk"]["S"] == "traffic#open"}
    assert hours == {"2020-07-13T00": "pending"}
    assert [i for i in items if i["pk"]["S"] == "traffic#lease" and "holder" in i] == []
