"""What a handler has to itself during a call: the environment and what it prints."""

import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TextIO

STREAMS = ("stdout", "stderr")

_of_this_thread = threading.local()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables and put back what was there; the rest of the environment is left alone."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def output_of_call() -> Iterator[io.StringIO]:
    """Collect what this thread prints; other threads print as before."""
    outer = getattr(_of_this_thread, "output", None)
    _of_this_thread.output = io.StringIO()
    try:
        with ExitStack() as taps:
            for name in STREAMS:
                taps.enter_context(_tapped(name))
            yield _of_this_thread.output
    finally:
        _of_this_thread.output = outer


@cache
def tap(name: str) -> "_Tap":
    """The stream that passes writes on to the call they come from."""
    return _Tap(name)


class _Tap(io.TextIOBase):
    def __init__(self, name: str) -> None:
        self.around: TextIO = getattr(sys, f"__{name}__")
        self._name = name

    def write(self, text: str) -> int:
        return self._target().write(text)

    def flush(self) -> None:
        self._target().flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._target().isatty()

    def fileno(self) -> int:
        return self._target().fileno()

    def _target(self) -> TextIO:
        output: TextIO | None = getattr(_of_this_thread, "output", None)
        if output is not None:
            return output
        current: TextIO | _Tap = getattr(sys, self._name)
        return self.around if isinstance(current, _Tap) else current


@contextmanager
def _tapped(name: str) -> Iterator[None]:
    """Put the tap in place; a stream that someone sets in the meantime is left where it is."""
    current = getattr(sys, name)
    if isinstance(current, _Tap):
        yield
        return
    own = tap(name)
    own.around = current
    setattr(sys, name, own)
    try:
        yield
    finally:
        if getattr(sys, name) is own:
            setattr(sys, name, current)
