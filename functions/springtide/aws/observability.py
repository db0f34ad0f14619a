"""Logs and metrics, the same in every function."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

from springtide.model.settings import Settings

NAMESPACE = "Springtide"
# The metrics, which alarms and the dashboard use, with their units; CloudWatch bills each by the
# month. docs/observability.md explains them and the fields.
UNITS = {
    "Lines": "Count",
    "Rejected": "Count",
    "PartitionsPublished": "Count",
    "ScannedBytes": "Bytes",
    "HeldHours": "Count",
    "OldestPendingSeconds": "Seconds",
    "CrawlsFailed": "Count",
}
# Other measured values: fields of a log line, which Logs Insights can sum. `ByReason` and `ByAge`
# have fields of their own below them.
FIELDS = {
    "Accepted",
    "Duplicates",
    "WaitingRows",
    "RejectedByReason",
    "LateEventsByAge",
    "Unread",
    "Slices",
    "SliceSeconds",
    "PendingHours",
    "OutsideLayout",
    "RunSeconds",
    "SchemaDriftNew",
    "SchemaDriftVanished",
    "SchemaDriftChanged",
    "PrefixesCondemned",
    "ObjectsTagged",
}
# The message of the log line that holds them.
MEASURED = "measured"

logger = Logger(service="springtide")


def emit(settings: Settings, values: Mapping[str, float | Mapping[str, float]]) -> None:
    """Logs all values as fields of one line, and emits those that are metrics.

    Metrics are a line of CloudWatch's embedded metric format. Raises KeyError for an unknown name.
    """
    unknown = values.keys() - UNITS.keys() - FIELDS
    if unknown:
        raise KeyError(min(unknown))
    logger.info(MEASURED, extra={MEASURED: dict(values)})
    metrics = {n: value for n, value in values.items() if not isinstance(value, Mapping)}
    line = EphemeralMetrics(namespace=NAMESPACE)
    line.add_dimension("Stack", settings.stack)
    line.add_dimension("DataSet", settings.data_set)
    for name in UNITS.keys() & metrics.keys():
        line.add_metric(name, UNITS[name], metrics[name])
    if line.metric_set:
        line.flush_metrics()
