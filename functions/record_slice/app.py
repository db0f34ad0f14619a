"""Records a published slice: its arrival hours are taken."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import recording
from springtide.arrival import parse_moment
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice; returns the account of its lines."""
    account = recording.record_slice(
        Settings.from_env(), event["execution"], event["slice"], parse_moment(event["now"])
    )
    logger.info("slice recorded", extra={"slice": event["slice"], "account": account})
    return {**account, "unread": len(account["unread"])}
