"""Logs and metrics, the same in every function."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics

from springtide.model.settings import Settings

NAMESPACE = "Springtide"
# Every metric that functions emit, with its unit; docs/observability.md says what each one means.
UNITS = {
    "Lines": "Count",
    "Accepted": "Count",
    "Duplicates": "Count",
    "Rejected": "Count",
    "LateEvents": "Count",
    "Unread": "Count",
    "Slices": "Count",
    "PartitionsPublished": "Count",
    "SliceSeconds": "Seconds",
    "ScannedBytes": "Bytes",
    "PendingHours": "Count",
    "HeldHours": "Count",
    "OldestPendingSeconds": "Seconds",
    "OutsideLayout": "Count",
    "RunSeconds": "Seconds",
    "CrawlsFailed": "Count",
    "SchemaDriftNew": "Count",
    "SchemaDriftVanished": "Count",
    "SchemaDriftChanged": "Count",
    "PrefixesCondemned": "Count",
    "ObjectsTagged": "Count",
}

logger = Logger(service="springtide")


def emit(settings: Settings, values: Mapping[str, float], **dimension: str) -> None:
    """Writes metrics of the stack's data set as one line of CloudWatch's embedded metric format.

    `dimension` is a further dimension of few values. Raises KeyError for a metric without a unit.
    """
    line = EphemeralMetrics(namespace=NAMESPACE)
    named = {"Stack": settings.stack, "DataSet": settings.data_set, **dimension}
    for name, value in named.items():
        line.add_dimension(name, value)
    for name, number in values.items():
        line.add_metric(name, UNITS[name], number)
    line.flush_metrics()
