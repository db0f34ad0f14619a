"""Says which IAM actions on which resources a recorded call needs."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from offline.api_calls import ApiCall
from offline.clients import ACCOUNT, REGION

Parameters = Mapping[str, Any]


class Need(NamedTuple):
    """One action on one resource."""

    action: str
    resource: str


class UnknownCallError(LookupError):
    """When a call is made of which nothing here knows what it needs."""


def needs(call: ApiCall, workgroup: str) -> list[Need]:
    """What a call needs, after the Service Authorization Reference's table of its service.

    Athena's calls by query id need the query's workgroup, which is not among their parameters.
    Raises UnknownCallError.
    """
    if call.service not in _RESOURCES:
        raise UnknownCallError(f"{call.service} {call.operation} by {call.principal}")
    given = {"WorkGroup": workgroup, **call.parameters}
    action = _ACTIONS.get((call.service, call.operation))
    if action is None:
        action = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    return [Need(action, resource) for resource in _RESOURCES[call.service](action, given)]


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def _s3(action: str, given: Parameters) -> list[str]:
    bucket = f"arn:aws:s3:::{given['Bucket']}"
    return [bucket if action == "s3:ListBucket" else f"{bucket}/{given['Key']}"]


def _dynamodb(action: str, given: Parameters) -> list[str]:
    tables = given["RequestItems"] if "RequestItems" in given else [given["TableName"]]
    return [_arn("dynamodb", f"table/{table}") for table in tables]


def _glue(action: str, given: Parameters) -> list[str]:
    if "Crawler" in action:
        return [_arn("glue", f"crawler/{given['Name']}")]
    database = given["DatabaseName"]
    named = given.get("TableName") or given.get("TableInput", {}).get("Name") or given.get("Name")
    return [
        _arn("glue", "catalog"),
        _arn("glue", f"database/{database}"),
        _arn("glue", f"table/{database}/{named or 'any_table'}"),
    ]


def _states(action: str, given: Parameters) -> list[str]:
    arn: str = given.get("stateMachineArn") or given["executionArn"]
    return [arn]


def _lambda(action: str, given: Parameters) -> list[str]:
    name: str = given["FunctionName"]
    return [name if name.startswith("arn:") else _arn("lambda", f"function:{name}")]


_PREFIXES = {"stepfunctions": "states"}
_ACTIONS = {
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("lambda", "Invoke"): "lambda:InvokeFunction",
}
_RESOURCES: dict[str, Callable[[str, Parameters], list[str]]] = {
    "athena": lambda _, given: [_arn("athena", f"workgroup/{given['WorkGroup']}")],
    "dynamodb": _dynamodb,
    "events": lambda _, given: [
        _arn("events", f"event-bus/{entry.get('EventBusName', 'default')}")
        for entry in given["Entries"]
    ],
    "glue": _glue,
    "lambda": _lambda,
    "s3": _s3,
    "sqs": lambda _, given: [_arn("sqs", given["QueueUrl"].rpartition("/")[2])],
    "sns": lambda _, given: [given["TopicArn"]],
    "stepfunctions": _states,
}
