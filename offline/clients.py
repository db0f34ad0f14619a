"""boto3 clients that reach the offline machine and nothing else."""

from functools import cache
from typing import Any

import boto3
from moto.core.models import botocore_stubber

REGION = "eu-west-1"
ACCOUNT = "123456789012"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "offline",
    "AWS_SECRET_ACCESS_KEY": "offline",
    "AWS_SESSION_TOKEN": "offline",
}


class MachineDownError(RuntimeError):
    """A client of the offline machine is used after the machine was shut down."""


def new_client(service: str, region: str = REGION, config: Any = None) -> Any:
    """A new boto3 client that stops working once the machine is down."""
    client = _session().client(service, region_name=region, config=config)
    client.meta.events.register_first("before-send", _refuse_the_network)
    return client


@cache
def shared_client(service: str, region: str = REGION) -> Any:
    """The client that the machine itself uses for a service."""
    return new_client(service, region)


@cache
def _session() -> Any:
    """The process's only session, since loading the service models takes the time."""
    return boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=CREDENTIALS["AWS_SESSION_TOKEN"],
        region_name=REGION,
    )


def _refuse_the_network(**_: Any) -> None:
    if not botocore_stubber.enabled:
        raise MachineDownError("the offline machine is down; this client would have called AWS")
