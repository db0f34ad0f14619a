"""Gives each call of a handler its own environment and its own output."""

import io
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    _OsEnviron = os._Environ[str]
else:
    _OsEnviron = type(os.environ)

STREAMS = ("stdout", "stderr")

_of_this_thread = threading.local()


_variables: ContextVar[dict[str, str] | None] = ContextVar("variables", default=None)


class _Environment(_OsEnviron):
    """The process's environment, overlaid with the current call's variables."""

    def __getitem__(self, name: str) -> str:
        own = _variables.get() or {}
        return own[name] if name in own else super().__getitem__(name)

    def __setitem__(self, name: str, value: str) -> None:
        own = _variables.get()
        if own is None:
            super().__setitem__(name, value)
        else:
            own[name] = value

    def __delitem__(self, name: str) -> None:
        own = _variables.get()
        if own is not None and name in own:
            del own[name]
        else:
            super().__delitem__(name)

    def __iter__(self) -> Iterator[str]:
        own = _variables.get() or {}
        yield from own
        yield from (name for name in super().__iter__() if name not in own)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def install() -> None:
    """Make `os.environ` show each call its own variables."""
    os.environ.__class__ = _Environment


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the code called in here; other threads see no change."""
    token = _variables.set(dict(variables))
    try:
        yield
    finally:
        _variables.reset(token)


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


_tapped_by: Counter[str] = Counter()
_placing = threading.Lock()


@contextmanager
def _tapped(name: str) -> Iterator[None]:
    """Install the tap; a stream that someone sets in the meantime stays."""
    own = tap(name)
    with _placing:
        _tapped_by[name] += 1
        current = getattr(sys, name)
        if not isinstance(current, _Tap):
            own.around = current
            setattr(sys, name, own)
    try:
        yield
    finally:
        with _placing:
            _tapped_by[name] -= 1
            if _tapped_by[name] == 0 and getattr(sys, name) is own:
                setattr(sys, name, own.around)
