"""What a handler has to itself during a call: the environment and its standard output."""

import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache


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
def output_of_this_thread() -> Iterator[io.StringIO]:
    """Collect what this thread prints; other threads print as before."""
    own = tap()
    if not isinstance(sys.stdout, _Tap):
        own.around = sys.stdout
        sys.stdout = own
    outer = getattr(own.local, "output", None)
    own.local.output = io.StringIO()
    try:
        yield own.local.output
    finally:
        own.local.output = outer
        if outer is None and sys.stdout is own and own.around is not None:
            sys.stdout = own.around


@cache
def tap() -> "_Tap":
    """The stream that passes writes on to the call they come from."""
    return _Tap()


class _Tap(io.TextIOBase):
    def __init__(self) -> None:
        self.local = threading.local()
        self.around: io.TextIOBase | None = None

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

    def _target(self) -> io.TextIOBase:
        own = getattr(self.local, "output", None)
        if own is not None:
            return own  # type: ignore[no-any-return]
        if isinstance(sys.stdout, _Tap):
            return self.around or sys.__stdout__  # type: ignore[return-value]
        return sys.stdout  # type: ignore[return-value]
