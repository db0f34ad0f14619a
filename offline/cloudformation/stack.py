"""Creates a stack from an expanded template."""

import json
from typing import Any

from offline.clients import shared_client
from offline.template import Expanded


class StackError(RuntimeError):
    """When a stack did not come up."""


def create_stack(name: str, expanded: Expanded) -> dict[str, str]:
    """Bring the template's resources up; returns the stack's outputs.

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
