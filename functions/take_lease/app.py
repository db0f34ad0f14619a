"""Takes the lease, so that no other run writes, and stops queries of a holder that died."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.ledger import lease
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the execution; returns whether the lease was taken."""
    settings = Settings.from_env()
    ledger = Ledger(settings.ledger_table, settings.data_set)
    return lease.take(ledger, event["execution"])
