"""Plans which hours of the derived tables a slice builds."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.settings import Settings
from springtide.steps import plan_derived


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice; returns the stage that builds its chunks."""
    return plan_derived.plan_derived(Settings.from_env(), event["execution"], event["slice"])
