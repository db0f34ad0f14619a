"""Checks what the run was asked for, and keeps a backfill's request until it is done."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import requests
from springtide.arrival import parse_moment
from springtide.ledger import Ledger
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution's input; returns the state that the run starts with."""
    settings = Settings.from_env()
    request = requests.parse(event["input"], settings.start_from, parse_moment(event["now"]))
    if request is not None:
        requests.keep(Ledger(settings.ledger_table, settings.data_set), event["execution"], request)
    return {"execution": event["execution"], "slice": {"turn": 0, "cursor": None}}
