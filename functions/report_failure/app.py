"""Follows up a run that failed, timed out or was aborted: stops its queries and reports it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import logger
from springtide.failures import report_failure
from springtide.model.settings import Settings


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the event of an execution's end; returns what was stopped, and if it was reported."""
    reported = report_failure.report_failure(Settings.from_env(), event["detail"])
    logger.warning("run ended badly", extra={"detail": event["detail"], **reported})
    return reported
