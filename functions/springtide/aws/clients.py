"""The AWS clients, created once per process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from springtide.aws import clock

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_stepfunctions import SFNClient

# Glue throttles with an error that its API model lacks; adaptive retries slow down before they give
# up.
_CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 8})
# A full query queue takes minutes to empty. The state machine waits that long; here the wait would
# use up the function's time-out, and end in an error that is not retried.
_ATHENA_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3})


_until: ContextVar[tuple[datetime, Exception] | None] = ContextVar("until", default=None)


@contextmanager
def requests_until(moment: datetime | None, late: Exception | None = None) -> Iterator[None]:
    """Sends no request after `moment` within its block, including botocore's own retries.

    Raises `late` in place of the first such request; None lifts the limit.
    """
    token = _until.set(None if moment is None or late is None else (moment, late))
    try:
        yield
    finally:
        _until.reset(token)


def _check_time(**_: Any) -> None:
    limit = _until.get()
    if limit is not None and clock.now() >= limit[0]:
        raise limit[1]


@cache
def _client(service: str, config: Config = _CONFIG) -> Any:
    client = boto3.client(service, config=config)  # type: ignore[call-overload]
    client.meta.events.register("before-sign", _check_time)
    return client


def athena() -> "AthenaClient":
    """The Athena client."""
    return _client("athena", _ATHENA_CONFIG)  # type: ignore[no-any-return]


def glue() -> "GlueClient":
    """The Glue client."""
    return _client("glue")  # type: ignore[no-any-return]


def s3() -> "S3Client":
    """The S3 client."""
    return _client("s3")  # type: ignore[no-any-return]


def sns() -> "SNSClient":
    """The SNS client."""
    return _client("sns")  # type: ignore[no-any-return]


def stepfunctions() -> "SFNClient":
    """The Step Functions client."""
    return _client("stepfunctions")  # type: ignore[no-any-return]


def events() -> Any:
    """The EventBridge client."""
    return _client("events")


@cache
def dynamodb_table(name: str) -> "Table":
    """The DynamoDB table with this name."""
    resource = boto3.resource("dynamodb", config=_CONFIG)
    resource.meta.client.meta.events.register("before-sign", _check_time)
    return resource.Table(name)


def forget() -> None:
    """Drops the clients, so that new ones are created for another account, region or endpoint."""
    _client.cache_clear()
    dynamodb_table.cache_clear()
