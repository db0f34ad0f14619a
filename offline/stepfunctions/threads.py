"""The threads in which the interpreter runs executions."""

import time
from typing import Any

from offline.stepfunctions import moto_asl


def join(seconds: float) -> None:
    """Wait for the interpreter's threads, and those that they start, to end; forget them."""
    threads: list[Any] = moto_asl.module("utils").TMP_THREADS
    end = time.monotonic() + seconds
    while (running := [thread for thread in list(threads) if _runs(thread)]) and (
        time.monotonic() < end
    ):
        for thread in running:
            if thread.ident is None:
                time.sleep(0.001)
            else:
                thread.join(max(0.0, end - time.monotonic()))
    threads[:] = running


def _runs(thread: Any) -> bool:
    """Whether a thread runs, or is about to."""
    return thread.ident is None or thread.is_alive()
