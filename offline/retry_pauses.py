"""The pauses of botocore's retries, which take as long as the machine's clock says."""

import time
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.retries.bucket import TokenBucket

_scale = 1.0
_sleep_amount: Any = TokenBucket._sleep_amount  # type: ignore[attr-defined]


def set_scale(scale: float) -> None:
    """Have pauses take their seconds times `scale`."""
    global _scale
    _scale = scale


@cache
def install() -> None:
    """Have botocore pause by our clock: after a failed sending, and where calls come too fast."""
    endpoint: Any = botocore.endpoint
    endpoint.time = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * _scale))
    bucket: Any = TokenBucket
    bucket._sleep_amount = lambda self, amount: _sleep_amount(self, amount) * _scale
