"""The threads that the interpreter runs executions in."""

import time
from typing import Any

from local.stepfunctions import moto_asl


def join(seconds: float) -> None:
    """Wait for the interpreter's threads to end, and forget those that did."""
    threads: list[Any] = moto_asl.module("utils").TMP_THREADS
    end = time.monotonic() + seconds
    for thread in list(threads):
        if thread.ident is not None:
            thread.join(max(0.0, end - time.monotonic()))
    threads[:] = [thread for thread in threads if thread.is_alive()]
