"""Checks whether the crawl has ended, and reports fields that are new, vanished or changed."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import emit, logger
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps.poll_crawler import poll_crawler


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the crawl's state; returns it as it is now, with the drift at its end."""
    settings = Settings.from_env()
    crawl = poll_crawler(settings, event["crawl"], parse_moment(event["now"]))
    fields = crawl.get("fields", {})
    if any(fields.values()):
        logger.warning("landed fields differ from the declared ones", extra=crawl["drift"])
    if crawl["state"] != "RUNNING":
        drift = {f"SchemaDrift{change.title()}": count for change, count in fields.items()}
        emit(settings, {"CrawlsFailed": int(crawl["state"] != "SUCCEEDED"), **drift})
    return crawl
