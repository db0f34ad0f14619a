"""CloudFormation of the offline machine: moto's, with its gaps filled or reported."""

from functools import cache

from offline.cloudformation import additions, corrections, parsing
from offline.cloudformation.parsing import ResourceError
from offline.cloudformation.stack import StackError, create_stack

__all__ = ["ResourceError", "StackError", "create_stack", "install"]


@cache
def install() -> None:
    """Teach moto what it lacks; once per process, before the first stack."""
    corrections.install()
    additions.install()
    parsing.install()
