"""Adds properties that moto's resource types ignore."""

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import moto.stepfunctions.models as state_machine_models
from moto.awslambda.models import LambdaFunction
from moto.cloudwatch.models import Dashboard
from moto.dynamodb.models.table import Table
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.logs.models import LogGroup
from moto.s3.models import FakeBucket
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.utils import cfn_to_api_tags

from offline.clients import shared_client
from offline.patching import around, replace
from offline.stepfunctions import definitions

# Properties that take effect, or that have no effect on what this machine does. Any other property
# of these types is refused, since ignoring it could change what a run does.
KNOWN_PROPERTIES = {
    "AWS::S3::Bucket": """BucketName BucketEncryption Tags LifecycleConfiguration OwnershipControls
        PublicAccessBlockConfiguration LoggingConfiguration""",
    "AWS::DynamoDB::Table": """TableName KeySchema AttributeDefinitions Tags SSESpecification
        DeletionProtectionEnabled BillingMode PointInTimeRecoverySpecification""",
    "AWS::Lambda::Function": """Code FunctionName Handler Role Runtime Description MemorySize
        Timeout Environment ReservedConcurrentExecutions Architectures Tags TracingConfig
        LoggingConfig EphemeralStorage VpcConfig KmsKeyArn""",
    "AWS::StepFunctions::StateMachine": """StateMachineName DefinitionS3Location RoleArn Tags
        DefinitionSubstitutions LoggingConfiguration TracingConfiguration""",
    "AWS::Events::Rule": """Name Description EventPattern ScheduleExpression State Targets
        EventBusName RoleArn Tags""",
    "AWS::SNS::Topic": "TopicName DisplayName KmsMasterKeyId Subscription Tags TracingConfig",
    "AWS::CloudWatch::Dashboard": "DashboardName DashboardBody",
    "AWS::Logs::LogGroup": "LogGroupName RetentionInDays KmsKeyId Tags LogGroupClass",
}


class UnsupportedPropertyError(ValueError):
    """A template sets a property that would wrongly have no effect here."""


def check_properties(kind: str, properties: dict[str, Any]) -> None:
    """Raise UnsupportedPropertyError for a property that would be ignored."""
    if kind in KNOWN_PROPERTIES:
        lost = sorted(properties.keys() - KNOWN_PROPERTIES[kind].split())
        if lost:
            raise UnsupportedPropertyError(f"{', '.join(lost)} would have no effect offline")


def install() -> None:
    """Complete moto's models."""
    models: dict[type, Callable[[Any, dict[str, Any]], None]] = {
        FakeBucket: _complete_bucket,
        Table: _complete_table,
        LambdaFunction: _complete_function,
        Dashboard: _check_dashboard,
    }
    for model, finish in models.items():
        around(model, create_from_cloudformation_json=partial(_complete, finish))
    replace(FakeBucket, get_permission=_permission)
    # AWS's ARN includes the group's streams, so that a policy may name it.
    replace(LogGroup, get_cfn_attribute=lambda self, name: {"Arn": f"{self.arn}:*"}[name])
    # moto makes state machines in a backend that only records executions.
    replace(state_machine_models, stepfunctions_backends=stepfunctions_parser_backends)
    around(
        state_machine_models.StateMachine,
        create_from_cloudformation_json=_create_state_machine,
        get_cfn_attribute=lambda old, self, name: self.arn if name == "Arn" else old(self, name),
        has_cfn_attr=lambda old, cls, name: name == "Arn" or old(cls, name),
    )


def _permission(bucket: Any, action: str, resource: str) -> PermissionResult:
    """What a bucket's policy says to everybody.

    moto treats a Deny whose Condition it cannot evaluate as a denial, so a policy that requires
    aws:SecureTransport would close the bucket. Statements with a Condition are left out.
    """
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    return _unconditional(bucket.policy).is_action_permitted(action, resource)


@cache
def _unconditional(policy: bytes) -> IAMPolicy:
    statements = [each for each in json.loads(policy)["Statement"] if "Condition" not in each]
    return IAMPolicy(json.dumps({"Statement": statements}))


def _complete(
    finish: Any, create: Any, cls: Any, name: str, body: Any, *args: Any, **kwargs: Any
) -> Any:
    made = create(cls, name, body, *args, **kwargs)
    finish(made, body.get("Properties", {}))
    return made


def _complete_bucket(bucket: Any, properties: dict[str, Any]) -> None:
    s3 = shared_client("s3", bucket.region_name)
    for name, put in (
        ("PublicAccessBlockConfiguration", s3.put_public_access_block),
        ("OwnershipControls", s3.put_bucket_ownership_controls),
    ):
        if name in properties:
            put(Bucket=bucket.name, **{name: properties[name]})
    if "LifecycleConfiguration" in properties:
        rules = [_lifecycle_rule(rule) for rule in properties["LifecycleConfiguration"]["Rules"]]
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket.name, LifecycleConfiguration={"Rules": rules}
        )


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """The rule as the S3 API spells it."""
    rest = dict(rule)
    chosen = {"Prefix": rest.pop("Prefix", ""), "Tags": rest.pop("TagFilters", [])}
    api = {"ID": rest.pop("Id", "rule"), "Status": rest.pop("Status"), "Filter": {"And": chosen}}
    if "ExpirationInDays" in rest:
        api["Expiration"] = {"Days": int(rest.pop("ExpirationInDays"))}
    if lost := sorted(rest.keys() - {"AbortIncompleteMultipartUpload"}):
        raise UnsupportedPropertyError(f"lifecycle {', '.join(lost)} would have no effect offline")
    return api | rest


def _complete_table(table: Any, properties: dict[str, Any]) -> None:
    if "PointInTimeRecoverySpecification" in properties:
        shared_client("dynamodb", table.region_name).update_continuous_backups(
            TableName=table.name,
            PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"],
        )


def _complete_function(function: Any, properties: dict[str, Any]) -> None:
    function.timeout = int(function.timeout)
    function.memory_size = int(function.memory_size)
    function.environment_vars = {k: str(v) for k, v in function.environment_vars.items()}
    if "Architectures" in properties:
        function.architectures = properties["Architectures"]
    if "TracingConfig" in properties:
        function.tracing_config = properties["TracingConfig"]
    if "Tags" in properties:
        function.tags = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}


def _check_dashboard(dashboard: Any, properties: dict[str, Any]) -> None:
    """CloudWatch refuses a body that is not JSON; moto takes anything."""
    try:
        json.loads(properties["DashboardBody"])
    except ValueError as err:
        raise ValueError(f"DashboardBody is not JSON: {err}") from err


def _create_state_machine(
    _: Any, cls: Any, name: str, body: Any, account_id: str, region_name: str, **kwargs: Any
) -> Any:
    properties = body["Properties"]
    return stepfunctions_parser_backends[account_id][region_name].create_state_machine(
        properties.get("StateMachineName", name),
        _definition(properties, region_name),
        properties.get("RoleArn", ""),
        tags=cfn_to_api_tags(properties.get("Tags", [])),
        sm_type="STANDARD",
    )


def _definition(properties: dict[str, Any], region: str) -> str:
    place = properties["DefinitionS3Location"]
    stored = shared_client("s3", region).get_object(Bucket=place["Bucket"], Key=place["Key"])
    text: str = stored["Body"].read().decode()
    return definitions.read(text, properties.get("DefinitionSubstitutions", {}))
