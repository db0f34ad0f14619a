"""`make deploy-test`: the SAM CLI builds and deploys the real template to an emulator.

No part of `make test`: it needs a Python 3.13 and two environments of its own. What the emulator
cannot do is in docs/offline.md.
"""

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from offline.clients import REGION
from offline.invoke import Answer, handlers
from offline.template import expand, load
from tests.deploy import sampled
from tests.deploy.emulator import emulator
from tests.deploy.sampled import Sample
from tests.deploy.stacks import TEMPLATE, Deployed, build, clients, deploy, expected
from tests.files import ROOT
from tests.pipeline.rig import event
from tests.sampled import input_of

MINISTACK = Path(os.environ.get("MINISTACK", ROOT / ".venv-deploy" / "bin" / "ministack"))
EMAIL, LANDED_BEFORE = "someone@example.org", "landed-before"
RUN_SECONDS = 300
CRAWL_SECONDS = 60

# Functions that the emulator cannot serve as the offline machine does: whether they fail there,
# what comes back, and why. All others answer their events as they do in the offline machine.
DIFFERENT = {
    # It gives queries ids of its own.
    "RunQueryFunction": (False, r'"state": "RUNNING", "polls": 0, "wait_seconds": 11'),
    # The sample's queries ran elsewhere: it has no UNLOAD to run them with.
    "PollQueryFunction": (True, r"GetQueryExecution operation: Query \S+ not found"),
    "PlanPartitionsFunction": (True, r"GetQueryResults operation: Query \S+ not found"),
    "CheckAuditFunction": (True, r"GetQueryResults operation: Query \S+ not found"),
    # BatchGetPartition calls partitions unprocessed that do not exist.
    "AddPartitionsFunction": (True, r"Glue left \d+ partitions of events unread"),
    "PlanDerivedFunction": (True, r"Glue left \d+ partitions of events unread"),
    # The execution that the event is of was the offline machine's.
    "ReportFailureFunction": (True, r"\(ExecutionDoesNotExist\) when calling the DescribeExec"),
    # Nothing was replaced before it, so less is to be condemned.
    "CollectGarbageFunction": (False, r'"skipped": false, "condemned": \d+, "tagged": 0'),
}


class Stacks(NamedTuple):
    """Three stacks beside each other, so that every condition holds somewhere."""

    plain: Deployed
    keyed: Deployed
    landed: Deployed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sampled.of_the_offline_machine(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stacks]:
    with emulator(MINISTACK, tmp_path_factory.mktemp("emulator")) as reach:
        built = build(reach)
        key = clients(reach, "kms").create_key()["KeyMetadata"]["Arn"]
        clients(reach, "s3").create_bucket(
            Bucket=LANDED_BEFORE, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        streams = {"CreateDeliveryStream": "true"}
        keyed = {"Stage": "keyed", "AlarmEmail": EMAIL, "KmsKeyArn": key, "CreateDashboard": "true"}
        landed = {
            "Stage": "landed",
            "LandingBucketName": LANDED_BEFORE,
            "LandingKmsKeyArn": key,
        }
        yield Stacks(
            deploy(reach, built, "springtide", {}),
            deploy(reach, built, "springtide-keyed", keyed | streams),
            deploy(reach, built, "springtide-landed", landed | streams),
        )


@pytest.fixture(scope="module")
def run(stacks: Stacks) -> tuple[dict[str, Any], list[str]]:
    """One execution over one landed object: how it ended, and the states that it entered."""
    stack = stacks.keyed
    machines = stack.client("stepfunctions")
    for name in ("RunQueryStateMachine", "SpringtideStateMachine"):
        # The emulator reads no YAML; Step Functions does.
        arn = stack.name(name)
        text = machines.describe_state_machine(stateMachineArn=arn)["definition"]
        machines.update_state_machine(
            stateMachineArn=arn, definition=json.dumps(yaml.safe_load(text))
        )
    stack.client("s3").put_object(
        Bucket=stack.outputs["LandingBucketName"],
        Key="2020/07/13/00/one.gz",
        Body=gzip.compress(json.dumps(event()).encode() + b"\n"),
    )
    arn = machines.start_execution(stateMachineArn=stack.outputs["StateMachineArn"], input="{}")[
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


@pytest.fixture(scope="module")
def invoked(made: Sample, stacks: Stacks) -> dict[str, Answer]:
    """What each function of a stack with the sample answers to its event, in a run's order."""
    stack = stacks.plain
    sampled.lay(made, stack)
    answers = {}
    for function, handler in handlers(load(TEMPLATE)).items():
        answers[function] = stack.invoke(function, json.loads(input_of(handler).read_text()))
        _until_crawled(stack)
    return answers


def _until_crawled(stack: Deployed) -> None:
    glue, name = stack.client("glue"), stack.name("LandingCrawler")
    end = time.monotonic() + CRAWL_SECONDS
    while glue.get_crawler(Name=name)["Crawler"]["State"] != "READY":
        assert time.monotonic() < end, "the crawl does not end"
        time.sleep(0.2)


def test_every_resource_whose_condition_holds_is_created(stacks: Stacks) -> None:
    for stack in stacks:
        wanted = expected(stack.parameters, "Resources")

        assert stack.status == "CREATE_COMPLETE", stack.stack
        assert stack.resources.keys() == wanted.keys(), stack.stack
        assert {r["ResourceStatus"] for r in stack.resources.values()} == {"CREATE_COMPLETE"}
        for name, found in stack.resources.items():
            assert found["ResourceType"] == wanted[name]["Type"]


def test_every_resource_of_the_template_is_created_in_some_stack(stacks: Stacks) -> None:
    created = {name for stack in stacks for name in stack.resources}
    # As it is expanded, conditions or not.
    assert created == expand(TEMPLATE, {}).body["Resources"].keys()


def test_stages_beside_each_other_share_nothing(stacks: Stacks) -> None:
    named = Counter(
        (resource["ResourceType"], resource["PhysicalResourceId"])
        for stack in stacks
        for resource in stack.resources.values()
    )
    # Inline policies are named within their roles, and those are each stack's own.
    shared = {kind for (kind, _), times in named.items() if times > 1}
    assert shared <= {"AWS::IAM::Policy"}


def test_every_output_has_a_value(stacks: Stacks) -> None:
    for stack in stacks:
        assert stack.outputs.keys() == expected(stack.parameters, "Outputs").keys()
        assert not [value for value in stack.outputs.values() if "${" in value]


def test_functions_are_deployed_as_they_were_built(stacks: Stacks) -> None:
    for stack in stacks:
        functions = {
            name: stack.client("lambda").get_function_configuration(FunctionName=stack.name(name))
            for name, made in stack.resources.items()
            if made["ResourceType"] == "AWS::Lambda::Function"
        }

        assert functions.keys() == handlers(load(TEMPLATE)).keys()
        for name, function in functions.items():
            assert function["Runtime"] == "python3.13", name
            assert function["CodeSize"] > 1_000_000, name  # with its packages
            variables = function["Environment"]["Variables"]
            assert variables["LEDGER_TABLE"] == stack.outputs["LedgerTableName"], name
            assert variables["LANDING_BUCKET"] == stack.outputs["LandingBucketName"], name
            assert not [value for value in variables.values() if "${" in value], name


def test_nothing_runs_by_itself_before_it_is_switched_on(stacks: Stacks) -> None:
    schedules = stacks.plain.client("scheduler").list_schedules()["Schedules"]

    assert len(schedules) == 2 * len(stacks)
    assert {schedule["State"] for schedule in schedules} == {"DISABLED"}


def test_what_reads_and_holds_the_data_is_there(stacks: Stacks) -> None:
    for stack in stacks:
        outputs = stack.outputs
        glue, athena = stack.client("glue"), stack.client("athena")

        assert glue.get_database(Name=outputs["DatabaseName"])["Database"]["Name"]
        assert glue.get_crawler(Name=stack.name("LandingCrawler"))["Crawler"]["Name"]
        group = athena.get_work_group(WorkGroup=outputs["WorkGroupName"])["WorkGroup"]
        assert group["Name"] == outputs["WorkGroupName"]
        table = stack.client("dynamodb").describe_table(TableName=outputs["LedgerTableName"])
        assert table["Table"]["TableStatus"] == "ACTIVE"
        for bucket in ("LandingBucketName", "LakeBucketName"):
            stack.client("s3").head_bucket(Bucket=outputs[bucket])


def test_optional_resources_are_as_requested(stacks: Stacks) -> None:
    keyed, key = stacks.keyed, stacks.keyed.parameters["KmsKeyArn"]
    for name in ("FunctionLogs", "StateMachineLogs", "DeliveryLogs"):
        logs = keyed.client("logs").describe_log_groups(logGroupNamePrefix=keyed.name(name))
        assert [group["kmsKeyId"] for group in logs["logGroups"]] == [key], name
    topic = keyed.outputs["AlarmTopicArn"]
    found = keyed.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [(each["Protocol"], each["Endpoint"]) for each in found] == [("email", EMAIL)]
    for stack in (stacks.keyed, stacks.landed):
        stream = stack.client("firehose").describe_delivery_stream(
            DeliveryStreamName=stack.outputs["DeliveryStreamName"]
        )["DeliveryStreamDescription"]
        (destination,) = stream["Destinations"]
        bucket = destination["ExtendedS3DestinationDescription"]["BucketARN"]
        assert bucket == f"arn:aws:s3:::{stack.outputs['LandingBucketName']}"
    assert stacks.landed.outputs["LandingBucketName"] == LANDED_BEFORE


def test_every_function_answers_its_event_as_it_does_offline_or_as_is_said_here(
    invoked: dict[str, Answer], made: Sample
) -> None:
    assert invoked.keys() == made.answers.keys()
    for function, answer in invoked.items():
        if function not in DIFFERENT:
            assert answer == made.answers[function], function
            continue
        failed, said = DIFFERENT[function]
        assert answer.failed == failed, (function, answer.payload)
        text = answer.payload["errorMessage"] if failed else json.dumps(answer.payload)
        assert re.search(said, text), (function, answer.payload)


def test_functions_that_the_emulator_serves_have_written_what_they_should(
    invoked: dict[str, Answer], stacks: Stacks
) -> None:
    assert invoked
    ledger = stacks.plain.client("dynamodb").scan(
        TableName=stacks.plain.outputs["LedgerTableName"]
    )["Items"]
    states = {i["sk"]["S"]: i["state"]["S"] for i in ledger if i["pk"]["S"] == "traffic#slice"}
    # Plan Slice has planned the third, and Isolate Failure has given the second up.
    assert states == {
        "000001-20200713T082500": "recorded",
        "000002-20200713T102500": "failed",
        "000003-20200713T113000": "planned",
    }


def test_a_run_of_the_deployed_stack_gets_as_far_as_athena(
    run: tuple[dict[str, Any], list[str]],
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
    stacks: Stacks, run: tuple[dict[str, Any], list[str]]
) -> None:
    stack = stacks.keyed
    database = stack.outputs["DatabaseName"]
    glue = stack.client("glue")
    for table in ("events", "quarantine", "traffic"):
        assert glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"] == []
    items = stack.client("dynamodb").scan(TableName=stack.outputs["LedgerTableName"])["Items"]
    hours = {i["sk"]["S"]: i["state"]["S"] for i in items if i["pk"]["S"] == "traffic#open"}
    assert hours == {"2020-07-13T00": "pending"}
    assert [i for i in items if i["pk"]["S"] == "traffic#lease" and "holder" in i] == []
