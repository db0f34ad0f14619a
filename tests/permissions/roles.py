"""The roles of the stack that is up, with what they are granted in the end."""

import ast
import fnmatch
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from moto.iam.aws_managed_policies import aws_managed_policies_data

from offline.project import TEMPLATE
from offline.template import expand
from tests.permissions.actions import Need
from tests.pipeline.rig import Rig

# As AWS publishes them (docs.aws.amazon.com/aws-managed-policy/latest/reference), by name.
AWS_POLICIES: dict[str, Any] = json.loads(aws_managed_policies_data)


class Grant(NamedTuple):
    """One statement of a role's policies."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def allows(self, need: Need) -> bool:
        return need.action in self.actions and self.matching(need.resource) is not None

    def matching(self, resource: str) -> str | None:
        """The resource pattern of the statement that the resource falls under."""
        found = (one for one in self.resources if fnmatch.fnmatchcase(resource, one))
        return next(found, None)


def grants(it: Rig) -> dict[str, list[Grant]]:
    """What each role is granted, by its logical id: by its own policies and by AWS's.

    Where the role has a boundary, no more of AWS's policies is there than it leaves, and of the
    role's own everything, or this is an AssertionError.
    """
    # The parameters change no managed policy.
    body = expand(TEMPLATE).body["Resources"]
    return {name: list(_grants(it, role, body[name])) for name, role in roles(it).items()}


def roles(it: Rig) -> dict[str, str]:
    """The names of the stack's roles by logical id."""
    found = it.client("cloudformation").describe_stack_resources(StackName="springtide")
    return {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in found["StackResources"]
        if one["ResourceType"] == "AWS::IAM::Role"
    }


def _grants(it: Rig, role: str, resource: dict[str, Any]) -> Iterator[Grant]:
    iam = it.client("iam")
    limits = _boundary(it, role)
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in _parsed(document)["Statement"]:
            grant = _grant(statement)
            assert all(_left(limits, action) == ["*"] for action in grant.actions), (role, grant)
            yield grant
    # moto attaches no policies that it has not made.
    for arn in resource["Properties"].get("ManagedPolicyArns", []):
        # SAM writes the ARN out, the template leaves the partition open.
        written = arn["Fn::Sub"] if isinstance(arn, dict) else arn
        for statement in AWS_POLICIES[written.rpartition("/")[2]]["Document"]["Statement"]:
            grant = _grant(statement)
            assert grant.resources == ("*",), (arn, grant)
            for action in grant.actions:
                if left := _left(limits, action):
                    yield Grant((action,), tuple(left))


def _grant(statement: dict[str, Any]) -> Grant:
    assert statement["Effect"] == "Allow", statement
    return Grant(_as_tuple(statement["Action"]), _as_tuple(statement["Resource"]))


def _boundary(it: Rig, role: str) -> list[dict[str, Any]] | None:
    """The statements of a role's permissions boundary, None where it has none."""
    iam = it.client("iam")
    found = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary")
    if found is None:
        return None
    arn = found["PermissionsBoundaryArn"]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    policy = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    statements: list[dict[str, Any]] = policy["Document"]["Statement"]
    return statements


def _left(limits: list[dict[str, Any]] | None, action: str) -> list[str]:
    """The resources on which a boundary leaves an action."""
    if limits is None:
        return ["*"]
    left: list[str] = []
    for statement in limits:
        assert statement["Effect"] == "Allow", statement
        named = _as_tuple(statement.get("Action", statement.get("NotAction")))
        if any(fnmatch.fnmatchcase(action, one) for one in named) == ("Action" in statement):
            left += _as_tuple(statement["Resource"])
    return left


def _parsed(document: Any) -> Any:
    """moto keeps a policy that CloudFormation made as the text of a Python dict."""
    if not isinstance(document, str):
        return document
    try:
        return json.loads(document)
    except ValueError:
        return ast.literal_eval(document)


def _as_tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
