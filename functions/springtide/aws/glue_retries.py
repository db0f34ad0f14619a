"""Retries Glue calls that fail for a transient reason."""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from springtide.aws import batches
from springtide.model.errors import CatalogError

T = TypeVar("T")

# Of a whole call, or of an entry of a batch. Most are answers of 400, which botocore does not
# repeat by itself (docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html).
CODES = frozenset(
    {
        "ConcurrentModificationException",
        "InternalServiceException",
        "OperationTimeoutException",
        "ResourceNotReadyException",
        "ThrottlingException",
    }
)
# What botocore notes on an answer when it has given up. It has paused for a minute by then; asking
# on would cost the function its time-out, and the error its name.
_GIVEN_UP = {"MaxAttemptsReached", "RetryQuotaReached"}


def check(err: ClientError, what: str, codes: frozenset[str] = CODES) -> None:
    """Returns if it is worth asking again.

    Raises the error itself if it is of no such code, and CatalogError if botocore has tried enough.
    """
    if err.response["Error"]["Code"] not in codes:
        raise err
    if _GIVEN_UP & err.response["ResponseMetadata"].keys():
        raise CatalogError(f"{what}: {err}") from err


def until_answered(what: str, call: Callable[[], T], codes: frozenset[str] = CODES) -> T:
    """What `call` returns; it is repeated as a whole while Glue fails for a transient reason.

    Raises CatalogError with Glue's words if it cannot after as many tries as there are PAUSES.
    """
    pauses = iter(batches.PAUSES)
    while True:
        try:
            return call()
        except ClientError as err:
            check(err, what, codes)
            pause = next(pauses, None)
            if pause is None:
                raise CatalogError(f"{what}: {err}; also after several tries") from err
            time.sleep(pause)
