"""The deployed template under its parameters: each combination stands up, and a run publishes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offline.cloudformation import create_stack
from offline.machine import Machine
from offline.project import TEMPLATE
from offline.template import TemplateError, expand
from offline.template_rules import UnknownFunctionError, broken, value_of
from tests.pipeline.rig import Bring, event

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f1e"
BOUNDARY = "arn:aws:iam::123456789012:policy/org/boundary"
LANDING_KEY = "arn:aws:kms:eu-west-1:123456789012:key/a2b3"
EXISTING = {"LandingBucketName": "upstream", "LandingPrefix": "in/traffic/"}
# Outputs that two stacks may have in common.
SAME = {"LandingPrefix", "DataSetName"}
COMBINATIONS: dict[str, dict[str, str]] = {
    "new landing": {},
    "new landing, stream": {"CreateDeliveryStream": "true"},
    "new landing, key": {"KmsKeyArn": KEY},
    "new landing, key, stream, dashboard, e-mail": {
        "KmsKeyArn": KEY,
        "AlarmEmail": "someone@example.org",
        "CreateDeliveryStream": "true",
        "CreateDashboard": "true",
    },
    "existing landing": EXISTING,
    "existing landing, stream": {**EXISTING, "CreateDeliveryStream": "true"},
    "existing landing with a key": {**EXISTING, "LandingKmsKeyArn": LANDING_KEY},
    "existing landing, both keys, stream": {
        **EXISTING,
        "KmsKeyArn": KEY,
        "LandingKmsKeyArn": LANDING_KEY,
        "CreateDeliveryStream": "true",
    },
}


def resources(parameters: dict[str, str]) -> dict[str, Any]:
    """The resources that a stack with these parameters has, references and conditions resolved."""
    expanded = expand(TEMPLATE, parameters)

    def holds(name: str) -> bool:
        known = expanded.body["Conditions"]
        return bool(value_of({"Condition": name}, expanded.parameters, known))

    def resolve(term: Any) -> Any:
        if isinstance(term, list):
            return [value for each in term if (value := resolve(each)) is not None]
        if not isinstance(term, dict):
            return term
        match next(iter(term.items()), ("", None)):
            case ("Ref", str(name)):
                return expanded.parameters.get(name, None if name == "AWS::NoValue" else term)
            case ("Fn::If", [name, yes, no]):
                return resolve(yes if holds(name) else no)
        resolved = {key: resolve(value) for key, value in term.items()}
        return {key: value for key, value in resolved.items() if value is not None}

    return {
        name: resolve({key: value for key, value in body.items() if key != "Condition"})
        for name, body in expanded.body["Resources"].items()
        if "Condition" not in body or holds(body["Condition"])
    }


@pytest.fixture(params=COMBINATIONS.values(), ids=[*COMBINATIONS])
def parameters(request: pytest.FixtureRequest) -> dict[str, str]:
    return dict(request.param)


@pytest.fixture
def made(parameters: dict[str, str]) -> dict[str, Any]:
    return resources(parameters)


def statements(all_resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """What a role may do, by policies in it and by those that stand apart."""
    inside = all_resources[role]["Properties"].get("Policies", [])
    apart = [
        body["Properties"]
        for body in all_resources.values()
        if body["Type"] == "AWS::IAM::Policy" and {"Ref": role} in body["Properties"]["Roles"]
    ]
    found = [policy["PolicyDocument"]["Statement"] for policy in [*inside, *apart]]
    return [s for each in found for s in (each if isinstance(each, list) else [each])]


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def may_use(all_resources: dict[str, Any], role: str, key: str) -> set[str]:
    """The KMS actions that a role has on a key."""
    return {
        action
        for statement in statements(all_resources, role)
        if statement["Resource"] == key
        for action in actions(statement)
    }


def test_every_reference_is_to_something_that_the_stack_has(
    parameters: dict[str, str], made: dict[str, Any]
) -> None:
    text = json.dumps(made)

    named = set(re.findall(r'\{"Ref": "(\w+)"\}', text))
    named |= set(re.findall(r'\{"Fn::GetAtt": \["(\w+)"', text))
    named |= set(re.findall(r"\$\{(\w+?)(?:\.\w+)?\}", text))
    # What a Fn::Sub brings itself.
    named -= {"Bucket", "topicName", "stateMachineName", "functionName"}
    named -= expand(TEMPLATE, parameters).parameters.keys()

    assert named - made.keys() == set()


def test_existing_landing_bucket_is_neither_made_nor_given_a_policy(
    parameters: dict[str, str], made: dict[str, Any]
) -> None:
    own = "LandingBucketName" not in parameters
    assert ("LandingBucket" in made) == ("LandingBucketPolicy" in made) == own
    policies = [b for b in made.values() if b["Type"] == "AWS::S3::BucketPolicy"]
    assert "upstream" not in json.dumps(policies)
    environment = made["PlanSliceFunction"]["Properties"]["Environment"]["Variables"]
    assert environment["LANDING_BUCKET"] == ({"Ref": "LandingBucket"} if own else "upstream")


def test_key_encrypts_what_is_kept_and_is_granted_where_it_is_used(
    parameters: dict[str, str], made: dict[str, Any]
) -> None:
    key = parameters.get("KmsKeyArn")
    text = json.dumps(made)
    if key is None:
        assert KEY not in text
        return
    encrypted = [
        name
        for name, body in made.items()
        if body["Type"] not in ("AWS::IAM::Policy", "AWS::IAM::Role") and key in json.dumps(body)
    ]
    kept = {"LakeBucket", "Ledger", "WorkGroup", "AlarmTopic", "FunctionLogs", "StateMachineLogs"}
    assert kept <= set(encrypted)
    assert ("LandingBucket" in encrypted) == ("LandingBucket" in made)
    for name, body in made.items():
        if body["Type"] == "AWS::Lambda::Function":
            assert "kms:Decrypt" in may_use(made, f"{name}Role", key), name
        writes = {"s3:PutObject", "sns:Publish"}
        if body["Type"] == "AWS::IAM::Role" and name != "DeliveryRole":
            granted = {a for s in statements(made, name) for a in actions(s)}
            needs = bool(granted & writes)
            assert ("kms:GenerateDataKey" in may_use(made, name, key)) == needs, name


def test_readers_of_the_landing_may_use_its_key(
    parameters: dict[str, str], made: dict[str, Any]
) -> None:
    own = "LandingBucketName" not in parameters
    key = parameters.get("KmsKeyArn") if own else parameters.get("LandingKmsKeyArn")
    for role in (
        "PlanSliceFunctionRole",
        "RunQueryFunctionRole",
        "PlanPartitionsFunctionRole",
        "CrawlerRole",
    ):
        assert key is None or "kms:Decrypt" in may_use(made, role, key)
    assert ("DeliveryRole" in made) == ("CreateDeliveryStream" in parameters)
    if "DeliveryRole" in made and key is not None:
        assert may_use(made, "DeliveryRole", key) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_role_reaches_only_the_prefix_of_an_existing_landing() -> None:
    made = resources(EXISTING)
    reads = [
        json.dumps(statement["Resource"])
        for statement in statements(made, "RunQueryFunctionRole")
        if actions(statement) == ["s3:GetObject"] and "LakeBucket" not in str(statement["Resource"])
    ]
    assert len(reads) == 1
    assert "${Bucket}/${LandingPrefix}*" in reads[0]
    assert "upstream" in reads[0]


def test_crawl_makes_no_partition_index_that_its_role_may_not_make() -> None:
    made = resources({})
    configuration = json.loads(made["LandingCrawler"]["Properties"]["Configuration"])
    granted = {action for each in statements(made, "CrawlerRole") for action in actions(each)}

    # docs.aws.amazon.com/glue/latest/dg/crawler-configure-partition-indexes.html
    makes = configuration.get("CreatePartitionIndex", True)

    assert makes == ("glue:CreatePartitionIndex" in granted)


# AWS documents it of these; a service that does not could not take a role that demands it.
TELL_THE_ACCOUNT = ("states.amazonaws.com", "scheduler.amazonaws.com")
WILDCARD_ALLOWED = ("logs:CreateLogDelivery", "logs:DescribeLogGroups")


def test_no_role_deletes_objects_or_has_all_actions_or_all_resources(made: dict[str, Any]) -> None:
    for role in (name for name, body in made.items() if body["Type"] == "AWS::IAM::Role"):
        for statement in statements(made, role):
            for action in actions(statement):
                assert "*" not in action, role
                assert not action.startswith(("s3:Delete", "s3:PutLifecycle")), role
            if statement["Resource"] == "*":
                assert set(WILDCARD_ALLOWED) <= set(actions(statement)), role


def test_services_take_roles_for_this_account_only(made: dict[str, Any]) -> None:
    for name, body in made.items():
        if body["Type"] != "AWS::IAM::Role":
            continue
        (trusted,) = body["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        services = str(trusted["Principal"])
        if "lambda" in services:  # IAM lets no role be passed to another account's function
            continue
        telling = any(service in services for service in TELL_THE_ACCOUNT)
        condition = trusted["Condition"]["StringEquals" if telling else "StringEqualsIfExists"]
        assert condition == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}, name


def test_endpoint_of_an_emulator_can_be_set_in_a_stage_named_dev() -> None:
    assert expand(TEMPLATE, {"Stage": "dev", "EndpointUrl": "http://127.0.0.1:5005"})


def test_only_the_stack_s_own_runs_can_be_started_and_looked_at() -> None:
    made = resources({})
    for role in ("SpringtideStateMachineRole", "TakeLeaseFunctionRole"):
        for statement in statements(made, role):
            if any(action.startswith("states:") for action in actions(statement)):
                assert "StateMachine" in json.dumps(statement["Resource"])
                assert not re.search(r"StateMachine-\*|execution:\*", json.dumps(statement))


def test_two_stacks_share_no_name() -> None:
    """Every explicit name of the template contains the stack's, or is a role's inline policy's."""
    found = 0
    for name, body in expand(TEMPLATE).body["Resources"].items():
        for key, value in body["Properties"].items():
            if key in ("Name", "BucketName", "TopicName", "QueueName", "AlarmName", "LogGroupName"):
                text = json.dumps(value)
                assert "AWS::StackName" in text or '"Ref"' in text, (name, key)
                found += 1
    assert found > 6
    database = expand(TEMPLATE).body["Resources"]["Database"]["Properties"]["DatabaseInput"]
    assert "AWS::StackName" in json.dumps(database["Name"])


def test_what_holds_data_outlives_the_stack_but_not_a_creation_that_failed() -> None:
    kept = {
        name
        for name, body in expand(TEMPLATE).body["Resources"].items()
        if body.get("UpdateReplacePolicy") == "Retain"
        # With `Retain` the rest of a failed first deployment would be in the second one's way.
        and body["DeletionPolicy"] == "RetainExceptOnCreate"
    }
    assert kept == {"LandingBucket", "LakeBucket", "Database"}


def test_ledger_outlives_the_stack_and_any_deletion_of_it() -> None:
    ledger = resources({})["Ledger"]
    # `RetainExceptOnCreate` would have CloudFormation try what the protection refuses.
    assert ledger["DeletionPolicy"] == ledger["UpdateReplacePolicy"] == "Retain"
    assert ledger["Properties"]["DeletionProtectionEnabled"] is True


# ------------------------------------------------------------------ up and running


def test_combination_stands_up(tmp_path: Path, parameters: dict[str, str]) -> None:
    with Machine(tmp_path, parameters=parameters) as machine:
        outputs = machine.outputs
        lake = machine.client("s3").get_bucket_encryption(Bucket=outputs["LakeBucketName"])
        policy = machine.client("s3").get_bucket_policy(Bucket=outputs["LakeBucketName"])["Policy"]
        told = machine.client("sns").list_subscriptions_by_topic(TopicArn=outputs["AlarmTopicArn"])
        group = machine.client("athena").get_work_group(WorkGroup=outputs["WorkGroupName"])
        ledger = outputs["LedgerTableName"]
        backups = machine.client("dynamodb").describe_continuous_backups(TableName=ledger)
    addresses = [each["Endpoint"] for each in told["Subscriptions"]]
    assert addresses == [value for name, value in parameters.items() if name == "AlarmEmail"]
    workgroup = group["WorkGroup"]["Configuration"]
    assert workgroup["EnforceWorkGroupConfiguration"]
    assert workgroup["BytesScannedCutoffPerQuery"] == 2**40
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    (rule,) = lake["ServerSideEncryptionConfiguration"]["Rules"]
    default = {"SSEAlgorithm": "AES256"}
    if "KmsKeyArn" in parameters:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert rule["ApplyServerSideEncryptionByDefault"] == default
    assert {s["Sid"] for s in json.loads(policy)["Statement"]} == {"OnlyTls", "NobodyDeletes"}
    assert ("DeliveryStreamName" in outputs) == ("CreateDeliveryStream" in parameters)
    assert ("DashboardUrl" in outputs) == ("CreateDashboard" in parameters)


def test_two_stages_stand_side_by_side_and_do_not_touch_each_other(rig: Bring) -> None:
    it = rig()
    prod = create_stack("springtide-prod", expand(TEMPLATE, {"Stage": "prod"}))
    assert not {v for k, v in prod.items() if k not in SAME} & set(it.machine.outputs.values())
    it.land("2020/07/13/00/a.gz", event(1))
    it.machine.objects.mount(prod["LandingBucketName"], "", it.landing)

    run = it.machine.wait(
        it.machine.start({"all": True}, state_machine_arn=prod["StateMachineArn"])
    )

    assert run.status == "SUCCEEDED", run.cause
    glue = it.client("glue")
    tables = {
        stage: {
            t["Name"] for t in glue.get_tables(DatabaseName=outputs["DatabaseName"])["TableList"]
        }
        for stage, outputs in (("dev", it.machine.outputs), ("prod", prod))
    }
    assert "events" in tables["prod"]
    assert tables["dev"] == set()
    ledger = it.machine.outputs["LedgerTableName"]
    assert it.client("dynamodb").scan(TableName=ledger)["Count"] == 0


def test_stack_on_an_existing_bucket_with_keys_and_a_stream_publishes(rig: Bring) -> None:
    it = rig(**COMBINATIONS["existing landing, both keys, stream"])
    where = {"LocationConstraint": "eu-west-1"}
    it.client("s3").create_bucket(Bucket="upstream", CreateBucketConfiguration=where)
    it.land("2020/07/13/00/a.gz", event(1), "broken")

    it.run()

    assert it.expect().distinct == 1
    assert it.machine.outputs["LandingBucketName"] == "upstream"
    assert "springtide-landing" not in str(it.client("s3").list_buckets()["Buckets"])


def test_events_put_into_the_delivery_stream_are_published(rig: Bring) -> None:
    it = rig(CreateDeliveryStream="true", SettleMinutes="0")
    records = [{"Data": json.dumps(event(n)).encode()} for n in range(3)]
    stream = it.machine.outputs["DeliveryStreamName"]

    answer = it.client("firehose").put_record_batch(DeliveryStreamName=stream, Records=records)

    assert answer["FailedPutCount"] == 0
    bucket = it.machine.outputs["LandingBucketName"]
    (landed,) = it.machine.objects.list(bucket, "")
    assert re.match(r"\d{4}/\d{2}/\d{2}/\d{2}/.*\.gz$", landed.key)
    moved = "2020/07/13/00/" + landed.key.rpartition("/")[2]
    it.client("s3").copy_object(Bucket=bucket, Key=moved, CopySource=f"{bucket}/{landed.key}")
    run = it.machine.run({"from": "2020-07-13T00", "to": "2020-07-13T01"})
    assert run.status == "SUCCEEDED", run.cause
    assert len(it.events()) == 3


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Stage": "Prod"}, "Stage"),
        ({"LandingBucketName": "Upper"}, "must be a bucket's name"),
        ({"LandingPrefix": "in"}, "must be empty or end in a slash"),
        ({"LandingPrefix": "in*/"}, "must be empty or end in a slash"),
        ({"KmsKeyArn": "alias/aws/s3"}, "must be the ARN of a key"),
        ({"ScheduleExpression": "every hour"}, r"must be cron\(...\) or rate\(...\)"),
        ({"AlarmEmail": "someone"}, "must be an e-mail address"),
        ({"StartFrom": "2020-07-01"}, "must be an hour like"),
        ({"StartFrom": "2020-13-01T00"}, "must be an hour like"),
        ({"StartFrom": "2020-00-01T00"}, "must be an hour like"),
        ({"StartFrom": "2020-07-32T00"}, "must be an hour like"),
        ({"StartFrom": "2020-07-01T24"}, "must be an hour like"),
        ({"CreateDeliveryStream": "yes"}, "must be one of true, false"),
        ({"LandingKmsKeyArn": KEY}, "for an existing bucket, LandingBucketName"),
        (
            {"Stage": "prod", "EndpointUrl": "http://127.0.0.1:5005"},
            "EndpointUrl sends every call and its data to another address than AWS",
        ),
    ],
)
def test_wrong_parameter_of_the_template_is_refused(
    parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(TemplateError, match=message):
        expand(TEMPLATE, parameters)


def test_rule_with_a_function_that_is_not_known_is_an_error() -> None:
    rule = {"Assertions": [{"Assert": {"Fn::EachMemberIn": [[], []]}, "AssertDescription": "x"}]}
    with pytest.raises(UnknownFunctionError, match="EachMemberIn"):
        broken({"Odd": rule}, {})


@pytest.mark.parametrize(("left", "said"), [("a", []), ("b", ["left is a or c"]), ("c", [])])
def test_rule_that_does_not_hold_says_so(left: str, said: list[str]) -> None:
    one_of = {"Fn::Or": [{"Fn::Equals": [{"Ref": "Left"}, each]} for each in "ac"]}
    both = {"Fn::And": [one_of, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Left"}, "b"]}]}]}
    rule = {"Assertions": [{"Assert": both, "AssertDescription": "left is a or c"}]}
    assert broken({"Rule": rule}, {"Left": left}) == said


def test_boundary_of_the_organisation_is_on_every_role() -> None:
    made = resources({"PermissionsBoundaryArn": BOUNDARY, "CreateDeliveryStream": "true"})

    roles = {n: r["Properties"] for n, r in made.items() if r["Type"] == "AWS::IAM::Role"}

    assert {"CrawlerRole", "DeliveryRole", "PlanSliceFunctionRole"} <= roles.keys()
    assert [n for n, role in roles.items() if role.get("PermissionsBoundary") != BOUNDARY] == []
