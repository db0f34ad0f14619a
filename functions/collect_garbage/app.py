"""Condemns versions that nothing needs, and tags their objects for expiry."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.observability import emit, logger
from springtide.model.arrival import parse_moment
from springtide.model.errors import LeaseHeldError
from springtide.model.settings import Settings
from springtide.undo import garbage


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Does one pass, unless another writer holds the lease; returns what it did."""
    # By the clock, since the schedule's own time can be hours old when a call is repeated, and a
    # lease must not be taken for then.
    now = parse_moment(event["now"]) if "now" in event else datetime.now(UTC)
    settings = Settings.from_env()
    try:
        done = garbage.collect(settings, f"collect:{context.aws_request_id}", lambda: now)
    except LeaseHeldError as err:
        logger.info("collection skipped", extra={"reason": str(err)})
        return {"skipped": True, "condemned": 0, "tagged": 0, "more": True}
    emit(settings, {"PrefixesCondemned": len(done.condemned), "ObjectsTagged": done.tagged})
    logger.info("garbage collected", extra={"condemned": done.condemned, "tagged": done.tagged})
    return {
        "skipped": False,
        "condemned": len(done.condemned),
        "tagged": done.tagged,
        "more": done.more,
    }
