"""Sends an event for every slice that was published and not announced yet."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import announcing
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution; returns how many slices were announced."""
    announced = announcing.announce(Settings.from_env())
    logger.info("slices announced", extra={"by": event["execution"], "announced": announced})
    return {"announced": announced}
