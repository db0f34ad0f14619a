"""Starts the crawler over the landing if its last crawl is old enough."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps.start_crawler import start_crawler


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the time; returns the crawl's state: NOT_DUE or RUNNING."""
    return start_crawler(Settings.from_env(), parse_moment(event["now"]))
