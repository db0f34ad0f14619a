"""Waiting for what other threads bring about."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 300


def until(look: Callable[[], T | None]) -> T:
    """Looks until there is something, or it is true; returns what it is."""
    end = time.monotonic() + SECONDS
    while not (found := look()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
    return found
