"""Records a published slice: its arrival hours are taken."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import recording
from springtide.arrival import parse_moment
from springtide.observability import logger, metrics
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice; returns the account of its lines."""
    account = recording.record_slice(
        Settings.from_env(), event["execution"], event["slice"], parse_moment(event["now"])
    )
    metrics.add_metric(name="Lines", unit="Count", value=account["lines"])
    metrics.add_metric(name="Accepted", unit="Count", value=account["accepted"])
    metrics.add_metric(name="Unread", unit="Count", value=len(account["unread"]))
    for reason, lines in account["rejected"].items():
        metrics.add_metric(name=f"Rejected_{reason}", unit="Count", value=lines)
    logger.info("slice recorded", extra={"slice": event["slice"], "account": account})
    return {**account, "unread": len(account["unread"])}
