"""What the offline machine changes about its process while it is up."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import boto3

from offline.clients import CREDENTIALS, REGION

# The user may have set a profile, an endpoint or a region.
NOT_OURS = ("AWS_", "POWERTOOLS_")

OURS = {
    **CREDENTIALS,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # UTC, as in Lambda. moto compares times of Wait states with the local time.
    "TZ": "UTC",
}

# moto's backends, its patches and the environment exist once per process, so a machine does too.
_up = threading.Lock()


class MachineAlreadyUpError(RuntimeError):
    """A second machine is brought up in a process."""


@contextmanager
def only_one() -> Iterator[None]:
    """Take exclusive use of moto's state. Raises MachineAlreadyUpError."""
    if not _up.acquire(blocking=False):
        raise MachineAlreadyUpError("a machine is already up in this process; close it first")
    try:
        yield
    finally:
        _up.release()


@contextmanager
def offline_process() -> Iterator[None]:
    """An environment without the user's AWS settings, in UTC; restored at the end."""
    theirs = [name for name in os.environ if name.startswith(NOT_OURS)]
    try:
        with ExitStack() as exits:
            exits.enter_context(patch.dict(os.environ, OURS))
            for name in theirs:
                if name not in OURS:
                    del os.environ[name]
            exits.enter_context(patch.object(boto3, "DEFAULT_SESSION", None))
            # The interpreter logs every failed state as an error of its own.
            for logger in map(logging.getLogger, ("moto", "samtranslator")):
                exits.callback(logger.setLevel, logger.level)
                logger.setLevel(logging.CRITICAL)
            time.tzset()
            yield
    finally:
        time.tzset()
