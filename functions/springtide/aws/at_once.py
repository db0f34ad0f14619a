"""Calls to S3 about many objects, some at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from springtide.aws import clients

S = TypeVar("S")
T = TypeVar("T")

# As many as a client has connections.
_WORKERS = 10


def at_once(act: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Does the same with all of them, some at a time, each in the context of this thread.

    The limit on requests is in that context, and would not reach other threads otherwise.
    """
    clients.s3()  # made once, before threads need it
    with ThreadPoolExecutor(_WORKERS) as workers:
        acting = [workers.submit(copy_context().run, act, item) for item in items]
        return [each.result() for each in acting]
