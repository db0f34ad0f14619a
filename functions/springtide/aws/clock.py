"""The time of whoever runs this code, as opposed to when its state was entered."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)
