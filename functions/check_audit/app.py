"""Checks a chunk's staged versions before they are published, or stops the slice."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.settings import Settings
from springtide.steps import check_audit


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice, the step that staged and the chunk; returns the partitions that passed."""
    return check_audit.check_audit(
        Settings.from_env(), event["execution"], event["slice"], event["step"], event["chunk"]
    )
