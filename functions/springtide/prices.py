"""What AWS charges, in US dollars: list prices of one region, free tiers left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

REGION = "us-east-1"
# When the sources below were read. Prices change; nothing here asks AWS for them.
AS_OF = "2026-11-24"

GIGABYTE = 1024**3
TERABYTE = 1024**4
# Athena bills a query for at least so many bytes.
ATHENA_MINIMUM_BYTES = 10 * 1024**2


class Price(NamedTuple):
    """What one unit costs; `confirmed` is false for a figure whose source could not be opened."""

    service: str
    unit: str
    dollars: float
    source: str
    confirmed: bool = True


_AWS = "https://aws.amazon.com/"
PRICES = {
    # At least 10 MB a query; failed statements are free, cancelled ones are not.
    "athena_terabytes": Price(
        "Athena", "TB scanned", 5.00, "https://athena.guide/articles/athena-basics-pricing-model"
    ),
    # Each entry of a state, retries included.
    "transitions": Price(
        "Step Functions", "state transition", 0.025 / 1000, _AWS + "step-functions/pricing/"
    ),
    "function_calls": Price(
        "Lambda", "request", 0.20 / 1e6, "https://cloudchipr.com/blog/aws-lambda-pricing"
    ),
    "gb_seconds": Price(
        "Lambda", "GB-second, arm64", 0.0000133334, "https://cloudchipr.com/blog/aws-lambda-pricing"
    ),
    "s3_writes": Price(
        "S3 requests",
        "PUT, COPY, POST or LIST",
        0.005 / 1000,
        "https://c3x.dev/blog/s3-request-fees-explained",
    ),
    "s3_reads": Price(
        "S3 requests", "GET", 0.0004 / 1000, "https://c3x.dev/blog/s3-request-fees-explained"
    ),
    "s3_gb_months": Price(
        "S3 storage", "GB-month, Standard", 0.023, "https://deepeshsoni.com/archives/256"
    ),
    "ledger_writes": Price(
        "DynamoDB",
        "write request unit, on demand",
        0.625 / 1e6,
        "https://airbyte.com/data-engineering-resources/dynamodb-pricing",
    ),
    "ledger_reads": Price(
        "DynamoDB",
        "read request unit, on demand",
        0.125 / 1e6,
        "https://airbyte.com/data-engineering-resources/dynamodb-pricing",
    ),
    "glue_requests": Price(
        "Glue catalog",
        "request",
        1.00 / 1e6,
        "https://athena.guide/articles/athena-basics-pricing-model",
    ),
    # At least ten minutes a crawl.
    "crawl_dpu_hours": Price(
        "Glue crawler",
        "DPU-hour",
        0.44,
        "https://awsnegotiations.com/glue-job-cost-optimization.html",
    ),
    # At least one minute a job.
    "spark_dpu_hours": Price(
        "Glue Spark",
        "DPU-hour",
        0.44,
        "https://awsnegotiations.com/glue-job-cost-optimization.html",
    ),
    "log_gigabytes": Price(
        "CloudWatch",
        "GB of logs taken in",
        0.50,
        "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/",
    ),
    "metric_months": Price(
        "CloudWatch", "custom metric a month", 0.30, "https://signoz.io/guides/cloudwatch-pricing"
    ),
    # An alarm on an expression is billed for each metric in it. The source names us-east-2.
    "alarm_months": Price(
        "CloudWatch",
        "alarm metric a month",
        0.10,
        _AWS + "blogs/compute/faster-scaling-with-amazon-ec2-auto-scaling-target-tracking/",
    ),
    "dashboard_months": Price(
        "CloudWatch",
        "dashboard a month",
        3.00,
        "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/",
    ),
    "traces": Price("X-Ray", "trace", 5.00 / 1e6, _AWS + "xray/pricing/"),
    "schedules": Price(
        "EventBridge",
        "scheduled call",
        1.00 / 1e6,
        "https://cloudburn.io/blog/amazon-eventbridge-pricing",
    ),
    # For each 64 KB; AWS's own events are free.
    "events": Price(
        "EventBridge",
        "event put, 64 KB",
        1.00 / 1e6,
        "https://cloudburn.io/blog/amazon-eventbridge-pricing",
    ),
    "partitioned_gigabytes": Price(
        "Firehose", "GB partitioned", 0.020, _AWS + "firehose/pricing/", confirmed=False
    ),
    "partitioned_objects": Price(
        "Firehose", "object delivered", 0.005 / 1000, _AWS + "firehose/pricing/", confirmed=False
    ),
    "jq_hours": Price(
        "Firehose", "JQ processing hour", 0.07, _AWS + "firehose/pricing/", confirmed=False
    ),
    "converted_gigabytes": Price(
        "Firehose", "GB converted to Parquet", 0.018, _AWS + "firehose/pricing/", confirmed=False
    ),
}


def bill(usage: Mapping[str, float]) -> dict[str, float]:
    """Dollars by service for amounts by their name in PRICES; raises KeyError for another name."""
    dollars: dict[str, float] = defaultdict(float)
    for name, amount in usage.items():
        price = PRICES[name]
        dollars[price.service] += amount * price.dollars
    return dict(dollars)


def billed_bytes(scanned_bytes: float, queries: float) -> float:
    """The bytes that Athena charges for alike queries that scan so much together."""
    return max(scanned_bytes, queries * ATHENA_MINIMUM_BYTES)
