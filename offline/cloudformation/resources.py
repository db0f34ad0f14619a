"""Creates the resource types that moto's CloudFormation lacks, through their services' APIs."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.model import Shape

from offline.clients import shared_client

_ANY = Shape("any", {"type": "any"})


@dataclass(frozen=True)
class Wanted:
    """A resource of a template; `name` is its own or the generated one."""

    name: str
    properties: dict[str, Any]
    region: str
    account: str

    def client(self, service: str) -> Any:
        """A client of the service that creates the resource."""
        return shared_client(service, self.region)

    def rest(self, *without: str) -> dict[str, Any]:
        """The properties except some."""
        return {key: value for key, value in self.properties.items() if key not in without}


@dataclass(frozen=True)
class Made:
    """What the template sees of a resource: its Ref and its attributes."""

    ref: str
    attributes: dict[str, str] = field(default_factory=dict)


Make = Callable[[Wanted], Made]


def _typed(client: Any, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """The input of an operation, such as `PutMetricAlarm`; in a template numbers may be text."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    converted: dict[str, Any] = _convert(shape, given)
    return converted


def _convert(shape: Any, value: Any) -> Any:
    if isinstance(value, dict) and shape.type_name == "structure":
        # A member that the API does not have is left for botocore to refuse.
        return {k: _convert(shape.members.get(k, _ANY), v) for k, v in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [_convert(shape.member, one) for one in value]
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("double", "float"):
        return float(value)
    if shape.type_name == "boolean" and isinstance(value, str):
        return value == "true"
    return value


def _database(wanted: Wanted) -> Made:
    given = {"Name": wanted.name.lower(), **wanted.properties["DatabaseInput"]}
    wanted.client("glue").create_database(DatabaseInput=given)
    return Made(given["Name"])


def _crawler(wanted: Wanted) -> Made:
    wanted.client("glue").create_crawler(Name=wanted.name, **wanted.rest("Name"))
    return Made(wanted.name)


def _work_group(wanted: Wanted) -> Made:
    client, own = wanted.client("athena"), ("WorkGroupConfiguration", "RecursiveDeleteOption")
    given = {"Configuration": wanted.properties["WorkGroupConfiguration"]} | wanted.rest(*own)
    client.create_work_group(**_typed(client, "CreateWorkGroup", given | {"Name": wanted.name}))
    return Made(wanted.name)


def _bucket_policy(wanted: Wanted) -> Made:
    bucket = wanted.properties["Bucket"]
    policy = json.dumps(wanted.properties["PolicyDocument"])
    wanted.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    return Made(bucket)


def _topic_policy(wanted: Wanted) -> Made:
    for topic in wanted.properties["Topics"]:
        wanted.client("sns").set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=json.dumps(wanted.properties["PolicyDocument"]),
        )
    return Made(wanted.name)


def _subscription(wanted: Wanted) -> Made:
    attributes = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in wanted.rest("TopicArn", "Protocol", "Endpoint", "Region").items()
    }
    made = wanted.client("sns").subscribe(
        TopicArn=wanted.properties["TopicArn"],
        Protocol=wanted.properties["Protocol"],
        Endpoint=wanted.properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return Made(made["SubscriptionArn"])


def _queue_policy(wanted: Wanted) -> Made:
    for queue in wanted.properties["Queues"]:
        wanted.client("sqs").set_queue_attributes(
            QueueUrl=queue,
            Attributes={"Policy": json.dumps(wanted.properties["PolicyDocument"])},
        )
    return Made(wanted.name)


def _invoke_config(wanted: Wanted) -> Made:
    # How asynchronous calls are made: see offline/lambda_/async_calls.py.
    wanted.client("lambda").put_function_event_invoke_config(**wanted.rest("Qualifier"))
    return Made(wanted.name)


def _log_stream(wanted: Wanted) -> Made:
    group = wanted.properties["LogGroupName"]
    wanted.client("logs").create_log_stream(logGroupName=group, logStreamName=wanted.name)
    return Made(wanted.name)


def _schedule(wanted: Wanted) -> Made:
    made = wanted.client("scheduler").create_schedule(Name=wanted.name, **wanted.rest("Name"))
    return Made(wanted.name, {"Arn": made["ScheduleArn"]})


def _alarm(wanted: Wanted) -> Made:
    client = wanted.client("cloudwatch")
    given = _typed(client, "PutMetricAlarm", wanted.rest("AlarmName"))
    client.put_metric_alarm(AlarmName=wanted.name, **given)
    arn = f"arn:aws:cloudwatch:{wanted.region}:{wanted.account}:alarm:{wanted.name}"
    return Made(wanted.name, {"Arn": arn})


def _delivery_stream(wanted: Wanted) -> Made:
    made = wanted.client("firehose").create_delivery_stream(
        DeliveryStreamName=wanted.name, **wanted.rest("DeliveryStreamName")
    )["DeliveryStreamARN"]
    return Made(wanted.name, {"Arn": made})


ADDED: dict[str, tuple[str | None, tuple[str, ...], Make]] = {
    "AWS::Glue::Database": (None, (), _database),
    "AWS::Glue::Crawler": ("Name", (), _crawler),
    "AWS::Athena::WorkGroup": ("Name", (), _work_group),
    "AWS::S3::BucketPolicy": (None, (), _bucket_policy),
    "AWS::SNS::TopicPolicy": (None, (), _topic_policy),
    "AWS::SNS::Subscription": (None, (), _subscription),
    "AWS::SQS::QueuePolicy": (None, (), _queue_policy),
    "AWS::Lambda::EventInvokeConfig": (None, (), _invoke_config),
    "AWS::Logs::LogStream": ("LogStreamName", (), _log_stream),
    "AWS::Scheduler::Schedule": ("Name", ("Arn",), _schedule),
    "AWS::CloudWatch::Alarm": ("AlarmName", ("Arn",), _alarm),
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName", ("Arn",), _delivery_stream),
}
