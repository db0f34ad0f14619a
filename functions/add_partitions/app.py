"""Points a chunk's partitions at their new versions."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps import add_partitions


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice, the step that staged and the chunk; returns what was published."""
    now = parse_moment(event["now"])
    return add_partitions.add_partitions(
        Settings.from_env(), event["execution"], event["slice"], event["step"], event["chunk"], now
    )
