"""What CloudWatch keeps for a stack, read from the template and the functions."""

from pathlib import Path

from springtide import dataset
from springtide.dataset import REASONS
from springtide.lateness import AGES
from springtide.observability import UNITS

from local.template import load

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# How many metrics have the reason as a further dimension, and how many the age.
_BY_REASON, _BY_AGE = 1, 1


def watched(template: Path = TEMPLATE) -> dict[str, float]:
    """Metrics, alarms and dashboards of a month; a metric of each reason and each age."""
    kinds = [resource["Type"] for resource in load(template)["Resources"].values()]
    reasons = len(REASONS) + len(dataset.load("traffic").rules)
    metrics = len(UNITS) - _BY_REASON - _BY_AGE + reasons + len(AGES)
    return {
        "metric_months": metrics,
        "alarm_months": kinds.count("AWS::CloudWatch::Alarm"),
        "dashboard_months": kinds.count("AWS::CloudWatch::Dashboard"),
    }
