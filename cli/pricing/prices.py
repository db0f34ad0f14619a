"""AWS's list prices in US dollars for one region, without free tiers."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

REGION = "us-east-1"
# When these prices were last checked. Prices change; nothing here asks AWS for them.
AS_OF = "2026-11-24"

GIGABYTE = 1024**3
TERABYTE = 1024**4
# Athena bills a query for at least this many bytes.
ATHENA_MINIMUM_BYTES = 10 * 1024**2


class Price(NamedTuple):
    """The price of one unit; `page` is AWS's page, which shows the figure if `seen`.

    Most of AWS's pricing pages load their figures by script, so those could not be read there.
    """

    service: str
    unit: str
    dollars: float
    page: str
    seen: bool = False


_AWS = "https://aws.amazon.com/"
_ALARMS = "blogs/compute/faster-scaling-with-amazon-ec2-auto-scaling-target-tracking/"
PRICES = {
    # Failed statements are free; cancelled ones are not.
    "athena_terabytes": Price("Athena", "TB scanned", 5.00, _AWS + "athena/pricing/"),
    # Each entry into a state, retries included.
    "transitions": Price(
        "Step Functions", "state transition", 0.025 / 1000, _AWS + "step-functions/pricing/", True
    ),
    "function_calls": Price("Lambda", "request", 0.20 / 1e6, _AWS + "lambda/pricing/"),
    "gb_seconds": Price("Lambda", "GB-second, arm64", 0.0000133334, _AWS + "lambda/pricing/"),
    "s3_writes": Price(
        "S3 requests", "PUT, COPY, POST or LIST", 0.005 / 1000, _AWS + "s3/pricing/"
    ),
    "s3_reads": Price("S3 requests", "GET", 0.0004 / 1000, _AWS + "s3/pricing/"),
    "s3_gb_months": Price("S3 storage", "GB-month, Standard", 0.023, _AWS + "s3/pricing/"),
    # At least ten minutes a crawl.
    "crawl_dpu_hours": Price("Glue crawler", "DPU-hour", 0.44, _AWS + "glue/pricing/"),
    "metric_months": Price("CloudWatch", "metric a month", 0.30, _AWS + "cloudwatch/pricing/"),
    # An alarm on an expression is billed for each metric in it. The page names us-east-2.
    "alarm_months": Price("CloudWatch", "alarm metric a month", 0.10, _AWS + _ALARMS, True),
    "dashboard_months": Price(
        "CloudWatch", "dashboard a month", 3.00, _AWS + "cloudwatch/pricing/"
    ),
}


def bill(usage: Mapping[str, float]) -> dict[str, float]:
    """Dollars by service, for amounts by their names in PRICES; raises KeyError for others."""
    dollars: dict[str, float] = defaultdict(float)
    for name, amount in usage.items():
        price = PRICES[name]
        dollars[price.service] += amount * price.dollars
    return dict(dollars)
