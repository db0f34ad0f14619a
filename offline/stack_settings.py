"""The names of a stack's resources and the settings of its functions, on AWS or offline."""

from typing import Any

from springtide.model.errors import SettingsError
from springtide.model.settings import Settings

STATE_MACHINE = "SpringtideStateMachine"  # the logical id of the run's state machine


def physical_name(cloudformation: Any, stack: str, logical_id: str) -> str:
    """Return the name or ARN of a stack's resource."""
    found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    name: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return name


def settings_of(cloudformation: Any, functions: Any, stack: str, function: str) -> Settings:
    """Return the settings of a function of the stack, by its logical id.

    Raises SettingsError for parameters that no function accepts, and if Lambda may not decrypt.
    """
    name = physical_name(cloudformation, stack, function)
    environment = functions.get_function_configuration(FunctionName=name)["Environment"]
    if "Error" in environment:  # for a stack with a KmsKeyArn that the caller has no right to
        why = environment["Error"]["Message"]
        raise SettingsError(f"{name}: its environment cannot be read, allow kms:Decrypt: {why}")
    return Settings.from_env(environment["Variables"])
