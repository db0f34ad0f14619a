"""How long Wait states, retries of the state machines and botocore's retries really take."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
from botocore.retries.bucket import TokenBucket

from offline.patching import around, replace
from offline.stepfunctions import moto_asl

LOOK_SECONDS = 0.005
# The share of its seconds for which a Wait with scale 0 lets background work go on: so polling does
# not take the processor from it, and on a busy machine polls do not run out.
STAND_BY_SHARE = 0.1

BusyWith = Callable[[], frozenset[str]]


class Clock:
    """Converts the seconds of a definition, or of botocore, into real ones.

    With a scale of 0 a Wait takes no time, except that it pauses briefly for the work that
    `busy_with` names, until some of it is done.
    """

    def __init__(self, scale: float, busy_with: BusyWith = frozenset) -> None:
        self.scale = scale
        self.busy_with = busy_with

    def wait(self, seconds: float, running: Callable[[], bool]) -> None:
        """Let a Wait state's time pass, unless its execution ends first."""
        begun_with = self.busy_with() if self.scale == 0 else frozenset()
        end = time.monotonic() + seconds * (self.scale or STAND_BY_SHARE)
        while running() and (left := end - time.monotonic()) > 0:
            if self.scale == 0 and (not begun_with or not begun_with <= self.busy_with()):
                return
            time.sleep(min(left, LOOK_SECONDS))

    def sleep(self, seconds: float) -> None:
        """Let the time before a retry pass."""
        if self.scale > 0:
            time.sleep(seconds * self.scale)


_clock = Clock(1.0)


def set_clock(clock: Clock) -> None:
    """Choose the clock of later executions."""
    global _clock
    _clock = clock


def install() -> None:
    """Replace the interpreter's waiting, and botocore's before retries and at its rate limit."""
    waiting = moto_asl.module("asl.component.state.wait.wait_function.wait_function")
    waiting.WaitFunction._wait_interval = lambda self, env, wait_seconds: _clock.wait(
        wait_seconds, env.is_running
    )
    retrying = moto_asl.module("asl.component.common.retry.retrier_decl")
    pausing = SimpleNamespace(sleep=lambda seconds: _clock.sleep(seconds))
    replace(retrying, time=pausing)
    replace(botocore.endpoint, time=pausing)
    around(TokenBucket, _sleep_amount=_sleep_amount)


def _sleep_amount(seconds: Any, self: Any, amount: float) -> float:
    return float(seconds(self, amount) * _clock.scale)
