"""Calls S3 for many objects, several at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from springtide.aws import clients

S = TypeVar("S")
T = TypeVar("T")

# A client's number of connections.
_WORKERS = 10


def at_once(act: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Calls `act` for all items, several at a time, each in this thread's context.

    The limit on requests (clients.requests_until) is in that context, and would not reach other
    threads otherwise.
    """
    clients.s3()  # created before the threads need it
    with ThreadPoolExecutor(_WORKERS) as workers:
        acting = [workers.submit(copy_context().run, act, item) for item in items]
        return [each.result() for each in acting]
