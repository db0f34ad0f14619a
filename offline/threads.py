"""Calls DuckDB where no signal arrives."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def in_a_thread(function: Callable[[], T]) -> T:
    """Call a function in a thread, and wait for its end.

    In the main thread DuckDB would run the handlers of signals, and turn what they raise into a
    RuntimeError or end the process.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()
