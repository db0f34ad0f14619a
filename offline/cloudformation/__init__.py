"""The offline CloudFormation: moto's, with its gaps filled or reported."""

import json
from functools import cache

from moto.cloudformation.models import cloudformation_backends

from offline.clients import ACCOUNT, REGION
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
    # Not by a request: encoding and reading one of this length takes two thirds of the time that
    # the resources take.
    stack = cloudformation_backends[ACCOUNT][REGION].create_stack(
        name, json.dumps(expanded.body), expanded.parameters
    )
    if stack.status != "CREATE_COMPLETE":
        raise StackError(f"{name} is {stack.status}")
    return {each["OutputKey"]: each["OutputValue"] for each in stack.outputs or []}
