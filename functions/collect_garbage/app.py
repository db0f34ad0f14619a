"""Condemns versions that are no longer needed, and tags their objects for expiry."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws import clock
from springtide.aws.handler import handler
from springtide.aws.observability import emit, logger
from springtide.model.errors import LeaseHeldError
from springtide.model.settings import Settings
from springtide.undo import garbage


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Collects garbage, unless another writer holds the lease; returns what it did."""
    settings = Settings.from_env()
    try:
        done = garbage.collect(settings, f"collect:{context.aws_request_id}", clock.now())
    except LeaseHeldError as err:
        logger.info("collection skipped", extra={"reason": str(err)})
        return {"skipped": True, "condemned": 0, "tagged": 0, "more": True}
    emit(settings, {"PrefixesCondemned": len(done.condemned), "ObjectsTagged": done.tagged})
    logger.info("garbage collected", extra={"condemned": done.condemned, "tagged": done.tagged})
    counted = {"condemned": len(done.condemned), "tagged": done.tagged, "more": done.more}
    return {"skipped": False, **counted}
