"""The offline CloudFormation: moto's, with its gaps filled or reported."""

import json
from functools import cache
from typing import Any

from offline.clients import shared_client
from offline.cloudformation import additions, corrections, parsing
from offline.cloudformation.parsing import ResourceError
from offline.template import Expanded

__all__ = ["ResourceError", "StackError", "create_stack", "install"]


class StackError(RuntimeError):
    """A stack could not be created."""


@cache
def install() -> None:
    """Add what moto lacks; once per process, before the first stack."""
    corrections.install()
    additions.install()
    parsing.install()


def create_stack(name: str, expanded: Expanded) -> dict[str, str]:
    """Create the template's resources; returns the stack's outputs.

    Raises ResourceError and StackError.
    """
    client = shared_client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps(expanded.body, separators=(",", ":")),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in expanded.parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stack: dict[str, Any] = client.describe_stacks(StackName=name)["Stacks"][0]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise StackError(f"{name} is {stack['StackStatus']}: {stack.get('StackStatusReason')}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
