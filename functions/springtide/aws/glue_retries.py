"""Retries Glue calls that fail for a transient reason."""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from springtide.aws import batches
from springtide.model.errors import CatalogError

T = TypeVar("T")

# Transient codes of a whole call, or of an entry of a batch. Most come with status 400, which
# botocore does not retry (docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html).
CODES = frozenset(
    {
        "ConcurrentModificationException",
        "InternalServiceException",
        "OperationTimeoutException",
        "ResourceNotReadyException",
        "ThrottlingException",
    }
)
# Botocore's mark on an answer after its last retry. It has paused for a minute by then: more
# retries would use up the function's time-out, and the error would lose its name.
_GIVEN_UP = {"MaxAttemptsReached", "RetryQuotaReached"}


def check(err: ClientError, what: str, codes: frozenset[str] = CODES) -> None:
    """Returns if a retry may help.

    Raises the error itself if it has none of the codes, and CatalogError if botocore gave up.
    """
    if err.response["Error"]["Code"] not in codes:
        raise err
    if _GIVEN_UP & err.response["ResponseMetadata"].keys():
        raise CatalogError(f"{what}: {err}") from err


def until_answered(what: str, call: Callable[[], T], codes: frozenset[str] = CODES) -> T:
    """What `call` returns; it is retried while Glue fails for a transient reason.

    Raises CatalogError with Glue's message after as many tries as there are PAUSES.
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
