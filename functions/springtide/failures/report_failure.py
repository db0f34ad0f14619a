"""Follows up a run that ended badly: stops its queries, and reports and measures it once."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from springtide.aws import clients, executions
from springtide.aws.observability import emit
from springtide.failures import notices
from springtide.ledger import attempts, completeness, failure_reports, lease, slices
from springtide.ledger.journal import flips
from springtide.ledger.lease import ENDED_SECONDS
from springtide.ledger.running_queries import stop_queries
from springtide.ledger.table import Ledger
from springtide.model.errors import SettingsError
from springtide.model.settings import Settings

# How many of the newest slices are searched for the execution's. A run plans at most its turns
# (plan_slice.py), and only a few can have been planned since it ended.
_SLICES = 50


def report_failure(settings: Settings, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Stops the queries that an ended execution left running, and publishes one notice of it.

    `detail` is that of the event "Step Functions Execution Status Change". The lease stays: a
    function of the execution may still be writing, and the next holder waits for that. Events are
    delivered at least once; each end is reported once (an execution can be redriven), and
    `published` says whether it was now.
    """
    if settings.alarm_topic is None:
        raise SettingsError("environment variable ALARM_TOPIC is not set")
    ledger = Ledger(settings.ledger_table, settings.data_set)
    arn = detail["executionArn"]
    stopped_at = datetime.fromtimestamp(detail["stopDate"] / 1000, UTC)
    # A query belongs to the execution that planned its slice. A run that has taken over plans
    # slices of its own, so its queries are not touched.
    newest_slices = slices.newest_first(ledger, _SLICES)
    planned = [item for item in newest_slices if item["execution"] == arn]
    stops = [stop_queries(ledger, item["sk"]) for item in planned]
    # The notice names the queries that could not be stopped, and must not be lost because of them.
    stopped = [query for each in stops for query in each.stopped]
    running = [query for each in stops for query in each.running]
    sort = f"{detail['name']}#{notices.moment(stopped_at)}"
    if failure_reports.is_sent(ledger, sort):
        return {"published": False, "stopped": stopped}
    ended = executions.ended(arn, detail["status"], stopped_at)
    newest = planned[0] if planned else None
    flipped = [] if newest is None else flips(ledger, newest["sk"])
    upto = completeness.upto(ledger, settings.start_from).complete
    left = notices.Left(
        slice=newest,
        flips=Counter(flip.table for flip in flipped),
        stopped=stopped,
        running=running,
        lease=_lease(ledger, arn, stopped_at),
        complete_up_to=None if upto is None else str(upto),
        unnamed=[
            f"{attempt['sk']} of slice {item['sk']}"
            for item in planned
            for attempt in attempts.started(ledger, item["sk"])
            if "query_id" not in attempt
        ],
    )
    notice = notices.failed_run(settings, ended, left)
    clients.sns().publish(
        TopicArn=settings.alarm_topic, Subject=notice.subject, Message=notice.message
    )
    emit(settings, {"RunSeconds": ended.seconds})
    # After publishing: a duplicate notice is better than none.
    failure_reports.sent(ledger, sort, ended.status, ended.error)
    return {"published": True, "stopped": stopped}


def _lease(ledger: Ledger, execution: str, stopped_at: datetime) -> str:
    """Who holds the lease, and from when another run can take it (lease.take)."""
    item = lease.current(ledger)
    holder = item.get("holder")
    if holder is None:
        return "free; the next run can start at once"
    if holder != execution:
        return f"held by {holder}"
    until = min(item["expires_at"], int(stopped_at.timestamp()) + ENDED_SECONDS)
    when = notices.moment(datetime.fromtimestamp(until, UTC))
    return f"still held by this run; runs started before {when} are skipped"
