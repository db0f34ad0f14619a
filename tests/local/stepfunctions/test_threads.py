"""Waiting for the interpreter's threads."""

import threading
import time
from typing import Any

from offline.stepfunctions import moto_asl, threads


def test_whoever_waits_waits_also_for_threads_that_threads_have_started() -> None:
    """A branch of a Map that continues after another has failed would disturb what follows."""
    known: list[Any] = moto_asl.module("utils").TMP_THREADS
    go, done = threading.Event(), threading.Event()

    def late() -> None:
        time.sleep(0.2)
        done.set()

    def first() -> None:
        go.wait()
        second = threading.Thread(target=late)
        known.append(second)
        second.start()

    thread = threading.Thread(target=first)
    known.append(thread)
    thread.start()
    threading.Timer(0.05, go.set).start()

    threads.join(300)

    assert done.is_set()
    assert known == []


def test_thread_that_does_not_end_is_waited_for_up_to_the_limit() -> None:
    known: list[Any] = moto_asl.module("utils").TMP_THREADS
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    known.append(thread)
    thread.start()

    threads.join(0.05)

    assert known == [thread]
    end.set()
    threads.join(300)
    assert known == []
