"""Sends an event for every slice that was published and not announced yet."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import logger
from springtide.model.settings import Settings
from springtide.steps import announce_slices


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution; returns how many slices were announced."""
    announced = announce_slices.announce(Settings.from_env())
    logger.info("slices announced", extra={"by": event["execution"], "announced": announced})
    return {"announced": announced}
