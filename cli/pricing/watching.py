"""What CloudWatch keeps for a stack, read from the template and the functions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from springtide.aws.observability import UNITS
from springtide.dataset import loading
from springtide.dataset.declaration import REASONS
from springtide.model.lateness import AGES

from cli.pricing.workload import DATA_SET
from offline.project import TEMPLATE
from offline.template import load

# How many metrics have the reason as a further dimension, and how many the age.
_BY_REASON, _BY_AGE = 1, 1


def watched(template: Path = TEMPLATE) -> dict[str, float]:
    """Metrics, metrics of alarms, and dashboards of a month; each reason and age is a metric."""
    resources = list(load(template)["Resources"].values())
    kinds = [resource["Type"] for resource in resources]
    reasons = len(REASONS) + len(loading.load(DATA_SET).rules)
    metrics = len(UNITS) - _BY_REASON - _BY_AGE + reasons + len(AGES)
    return {
        "metric_months": metrics,
        "alarm_months": sum(
            _alarm_metrics(resource.get("Properties", {}))
            for resource in resources
            if resource["Type"] == "AWS::CloudWatch::Alarm"
        ),
        "dashboard_months": kinds.count("AWS::CloudWatch::Dashboard"),
    }


def _alarm_metrics(alarm: Mapping[str, Any]) -> int:
    """The metrics that an alarm is billed for: those that its expression reads, else its one."""
    return sum("MetricStat" in each for each in alarm.get("Metrics", [])) or 1
