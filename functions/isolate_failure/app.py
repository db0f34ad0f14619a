"""Skips an object or holds arrival hours that make a slice fail, so that the rest goes on."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import logger
from springtide.failures import isolate_failure
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice, its stage and what failed; returns whether to plan again, and the error."""
    place = event["execution"], event["slice"], event["stage"]
    decided = isolate_failure.isolate_failure(
        Settings.from_env(), *place, event["failure"], parse_moment(event["now"])
    )
    logger.warning("slice failed", extra={"slice": event["slice"], "decided": decided})
    return decided
