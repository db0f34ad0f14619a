"""Condemns versions that nothing needs, and tags their objects for expiry."""

from springtide.aws import clock
from springtide.aws.handler import Document, handler
from springtide.aws.observability import emit, logger
from springtide.model.errors import LeaseHeldError
from springtide.model.settings import Settings
from springtide.undo import garbage


@handler
def lambda_handler(event: Document) -> Document:
    """Does one pass, unless another writer holds the lease; returns what it did."""
    settings, now = Settings.from_env(), clock.now()
    try:
        done = garbage.collect(settings, f"collect:{now:%Y-%m-%dT%H:%M:%S.%fZ}", now)
    except LeaseHeldError as err:
        logger.info("collection skipped", extra={"reason": str(err)})
        return {"skipped": True, "condemned": 0, "tagged": 0, "more": True}
    emit(settings, {"PrefixesCondemned": len(done.condemned), "ObjectsTagged": done.tagged})
    logger.info("garbage collected", extra={"condemned": done.condemned, "tagged": done.tagged})
    counted = {"condemned": len(done.condemned), "tagged": done.tagged, "more": done.more}
    return {"skipped": False, **counted}
