"""What the offline machine changes about its process while it is up."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from offline.clients import CREDENTIALS, REGION

# Whoever starts the machine may have a profile, an endpoint or a region of their own.
NOT_OURS = ("AWS_", "POWERTOOLS_")

OURS = {
    **CREDENTIALS,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # As in Lambda. moto compares times of Wait states with the local time.
    "TZ": "UTC",
}

# moto's backends, its patches and the environment are one per process, so a machine is too.
_up = threading.Lock()


class MachineAlreadyUpError(RuntimeError):
    """When a second machine is brought up in a process."""


@contextmanager
def only_one() -> Iterator[None]:
    """Have moto's state to oneself. Raises MachineAlreadyUpError."""
    if not _up.acquire(blocking=False):
        raise MachineAlreadyUpError("a machine is already up in this process; close it first")
    try:
        yield
    finally:
        _up.release()


@contextmanager
def offline_process() -> Iterator[None]:
    """An environment with nothing of the user's AWS settings in it, in UTC; put back at the end."""
    touched = {name for name in os.environ if name.startswith(NOT_OURS)} | OURS.keys()
    before = {name: os.environ.get(name) for name in touched}
    session = boto3.DEFAULT_SESSION
    loud = {name: logging.getLogger(name).level for name in ("moto", "samtranslator")}
    for name in touched:
        os.environ.pop(name, None)
    os.environ.update(OURS)
    time.tzset()
    boto3.DEFAULT_SESSION = None
    # The interpreter logs every failed state as an error of its own.
    for name in loud:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in loud.items():
            logging.getLogger(name).setLevel(level)
        boto3.DEFAULT_SESSION = session
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        time.tzset()
