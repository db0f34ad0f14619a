"""The pauses of botocore's retries, which take as long as the machine's clock says."""

import time
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.retries.bucket import TokenBucket

from offline.patching import around, replace

_scale = 1.0


def set_scale(scale: float) -> None:
    """Have pauses take their seconds times `scale`."""
    global _scale
    _scale = scale


@cache
def install() -> None:
    """Have botocore pause by our clock: after a failed sending, and where calls come too fast."""
    paused = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * _scale))
    replace(botocore.endpoint, time=paused)
    around(TokenBucket, _sleep_amount=_sleep_amount)


def _sleep_amount(seconds: Any, self: Any, amount: float) -> float:
    return float(seconds(self, amount) * _scale)
