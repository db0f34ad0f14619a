"""Checks what the run was asked for; keeps a backfill's request, makes retried hours pending."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import requests, retrying
from springtide.arrival import parse_moment
from springtide.ledger import Ledger
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution's input; returns the state that the run starts with."""
    settings = Settings.from_env()
    ledger = Ledger(settings.ledger_table, settings.data_set)
    asked = requests.parse(event["input"], settings.start_from, parse_moment(event["now"]))
    if isinstance(asked, requests.Retry):
        retried = retrying.retry(ledger, settings.landing_prefix, asked.hours)
        logger.info("hours retried", extra={"retried": retried._asdict()})
    elif asked is not None:
        requests.keep(ledger, event["execution"], asked)
    return {"execution": event["execution"], "slice": {"turn": 0, "cursor": None}}
