"""The machine's clock: the real time, moved ahead, or a time that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

from springtide.aws import clock

_ahead = timedelta()
_still: datetime | None = None


def now() -> datetime:
    """The current time of the machine."""
    return at(datetime.now(UTC))


def at(real: datetime) -> datetime:
    """A real time, by the machine's clock."""
    return _still or real + _ahead


@contextmanager
def standing_still(moment: datetime) -> Iterator[None]:
    """Stop the machine's clock at a time while entered."""
    global _still
    before, _still = _still, moment
    try:
        yield
    finally:
        _still = before


def ahead() -> timedelta:
    """How far the machine's clock is ahead of the real time."""
    return _ahead


def set_to(moment: datetime) -> None:
    """Set the clock; it continues from there."""
    global _ahead
    _ahead = moment - datetime.now(UTC)


def advance(seconds: float) -> None:
    """Move the clock ahead by this much."""
    global _ahead
    _ahead += timedelta(seconds=seconds)


def reset() -> None:
    """Go back to the real time."""
    global _ahead
    _ahead = timedelta()


@cache
def install() -> None:
    """Make the handlers use the machine's clock."""
    clock.now = now
