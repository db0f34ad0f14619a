"""Checks the run's input: keeps a backfill's request, makes retried hours pending."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.arrivals.landing import Landing
from springtide.aws.handler import handler
from springtide.aws.observability import logger
from springtide.dataset import loading
from springtide.ledger.table import Ledger
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.requests import retry, run_input


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution's input; returns the state that the run starts with."""
    settings = Settings.from_env()
    if settings.delivers:
        loading.check_delivered(loading.load(settings.data_set))
    ledger = Ledger(settings.ledger_table, settings.data_set)
    ledger.check_data_set()
    now = parse_moment(event["now"])
    request = run_input.parse(event["input"], settings.start_from, now)
    if isinstance(request, run_input.Retry):
        retried = retry.retry(ledger, Landing.of(settings), request.hours)
        logger.info("hours retried", extra={"retried": retried._asdict()})
    elif request is not None:
        run_input.keep(ledger, loading.load(settings.data_set), event["execution"], request, now)
    return {"execution": event["execution"], "slice": {"turn": 0, "cursor": None}}
