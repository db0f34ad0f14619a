"""Starts the crawler over the landing when the last crawl is old."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import crawling
from springtide.arrival import parse_moment
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the time; returns the crawl's state: NOT_DUE or RUNNING."""
    return crawling.start(Settings.from_env(), parse_moment(event["now"]))
