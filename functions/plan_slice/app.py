"""Plans the next slice of arrivals, and marks what it will take in as pending."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import planning
from springtide.arrival import parse_moment
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the turn before; returns the slice, or `planned` false if nothing is pending."""
    return planning.plan_slice(
        Settings.from_env(), event["execution"], event["turn"], parse_moment(event["now"])
    )
