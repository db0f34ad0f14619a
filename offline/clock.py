"""The machine's time: the real one, moved ahead by a given amount, or one that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

from springtide.aws import clock

_ahead = timedelta()
_still: datetime | None = None


def now() -> datetime:
    """This moment, by the machine's time."""
    return at(datetime.now(UTC))


def at(real: datetime) -> datetime:
    """A real moment, by the machine's time."""
    return _still or real + _ahead


@contextmanager
def standing_still(moment: datetime) -> Iterator[None]:
    """Have it be that moment for as long as this lasts."""
    global _still
    before, _still = _still, moment
    try:
        yield
    finally:
        _still = before


def ahead() -> timedelta:
    """How far the machine's time is ahead of the real one."""
    return _ahead


def set_to(moment: datetime) -> None:
    """Set the time to that moment; it continues from there."""
    global _ahead
    _ahead = moment - datetime.now(UTC)


def advance(seconds: float) -> None:
    """Move the time ahead by this much."""
    global _ahead
    _ahead += timedelta(seconds=seconds)


def reset() -> None:
    """Go back to the real time."""
    global _ahead
    _ahead = timedelta()


@cache
def install() -> None:
    """Have the handlers use the machine's time."""
    clock.now = now
