"""Looks whether the crawl has ended, and reports fields that are new or have vanished."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import crawling
from springtide.arrival import parse_moment
from springtide.observability import logger, metrics
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the crawl's state; returns it as it is now, with the drift at its end."""
    crawl = crawling.poll(Settings.from_env(), event["crawl"], parse_moment(event["now"]))
    if any(crawl.get("drift", {}).values()):
        logger.warning("landed fields differ from the declared ones", extra=crawl["drift"])
    for change, fields in crawl.get("drift", {}).items():
        metrics.add_metric(name=f"SchemaDrift{change.title()}", unit="Count", value=len(fields))
    return crawl
