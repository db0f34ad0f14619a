"""Sends an event for every slice that was published and not announced yet."""

from springtide.aws.handler import Document, handler
from springtide.aws.observability import logger
from springtide.model.settings import Settings
from springtide.steps import announce_slices


@handler
def lambda_handler(event: Document) -> Document:
    """Takes the execution; returns how many slices were announced."""
    announced = announce_slices.announce(Settings.from_env())
    logger.info("slices announced", extra={"by": event["execution"], "announced": announced})
    return {"announced": announced}
