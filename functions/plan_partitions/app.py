"""Plans which partitions a slice merges, after comparing its delta with the listing."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.settings import Settings
from springtide.steps import plan_partitions


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice; returns the stage that merges its chunks."""
    return plan_partitions.plan_partitions(Settings.from_env(), event["execution"], event["slice"])
