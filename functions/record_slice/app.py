"""Records a published slice: marks its arrival hours as taken."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import logger
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps import record_slice


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice; returns the account of its lines."""
    account = record_slice.record_slice(
        Settings.from_env(), event["execution"], event["slice"], parse_moment(event["now"])
    )
    logger.info("slice recorded", extra={"slice": event["slice"], "account": account})
    return {**account, "unread": len(account["unread"])}
