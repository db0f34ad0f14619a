"""The roles of the stack that is up, as IAM has them."""

import ast
import fnmatch
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.permissions.actions import Need
from tests.pipeline.rig import Rig


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
    """The statements of each role, by the role's logical id."""
    return {name: list(_grants(it, role)) for name, role in roles(it).items()}


def roles(it: Rig) -> dict[str, str]:
    """The names of the stack's roles by logical id."""
    found = it.client("cloudformation").describe_stack_resources(StackName="springtide")
    return {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in found["StackResources"]
        if one["ResourceType"] == "AWS::IAM::Role"
    }


def _grants(it: Rig, role: str) -> Iterator[Grant]:
    iam = it.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in _parsed(document)["Statement"]:
            assert statement["Effect"] == "Allow", statement
            yield Grant(_as_tuple(statement["Action"]), _as_tuple(statement["Resource"]))


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
