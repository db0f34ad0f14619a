"""What AWS charges, in US dollars: list prices of eu-west-1 and us-east-1, free tiers left out."""

from __future__ import annotations

from typing import NamedTuple

# When the pages named below were read. Prices change; nothing here asks AWS for them.
AS_OF = "2026-11-23"

# https://aws.amazon.com/athena/pricing/: per TB scanned, at least 10 MB a query.
ATHENA_TERABYTE = 5.00
TERABYTE = 1024**4
ATHENA_MINIMUM_BYTES = 10 * 1024**2
# https://aws.amazon.com/step-functions/pricing/: Standard Workflows.
STATE_TRANSITION = 0.025 / 1000
# https://aws.amazon.com/lambda/pricing/: Arm.
LAMBDA_REQUEST = 0.20 / 1_000_000
LAMBDA_GB_SECOND = 0.0000133334


class Price(NamedTuple):
    """What something costs, in US dollars; requests to S3, DynamoDB and Glue are left out."""

    athena: float
    step_functions: float
    lambda_functions: float

    @property
    def total(self) -> float:
        """The sum."""
        return self.athena + self.step_functions + self.lambda_functions


def billed_bytes(scanned_bytes: int, queries: int) -> int:
    """The bytes that Athena charges for alike queries that scan so much together."""
    return max(scanned_bytes, queries * ATHENA_MINIMUM_BYTES)


def price(athena_bytes: int, transitions: int, calls: int, gb_seconds: float) -> Price:
    """The price of bytes billed by Athena, state transitions and function calls."""
    return Price(
        athena_bytes / TERABYTE * ATHENA_TERABYTE,
        transitions * STATE_TRANSITION,
        calls * LAMBDA_REQUEST + gb_seconds * LAMBDA_GB_SECOND,
    )
