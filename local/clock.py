"""The machine's time: the real one, and as much later as somebody has said."""

from datetime import UTC, datetime, timedelta
from functools import cache

from springtide import clock

_ahead = timedelta()


def now() -> datetime:
    """This moment, by the machine's time."""
    return datetime.now(UTC) + _ahead


def ahead() -> timedelta:
    """How far the machine's time is ahead of the real one."""
    return _ahead


def advance(seconds: float) -> None:
    """Let so much time pass at once."""
    global _ahead
    _ahead += timedelta(seconds=seconds)


def reset() -> None:
    """Go back to the real time."""
    global _ahead
    _ahead = timedelta()


@cache
def install() -> None:
    """Have the handlers go by the machine's time."""
    clock.now = now
