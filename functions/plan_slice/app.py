"""Plans the next slice of arrivals, and marks its hours as pending."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.aws.observability import emit
from springtide.ledger import backlog
from springtide.ledger.table import Ledger
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps import plan_slice


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the turn before; returns the slice, or whether to search on or hand over."""
    settings = Settings.from_env()
    started, now = parse_moment(event["started"]), parse_moment(event["now"])
    slice_ = plan_slice.plan_slice(settings, event["execution"], event["turn"], started, now)
    measured = backlog.gauges(Ledger(settings.ledger_table, settings.data_set), now)
    if not (slice_["planned"] or slice_["more"] or slice_["hand_over"]):
        # The run ends here. Even a run without anything to do emits these, so that alarms see it.
        measured |= {
            "RunSeconds": (now - started).total_seconds(),
            "Slices": 0,
            "PartitionsPublished": 0,
        }
    emit(settings, measured)
    return slice_
