"""Starts the Glue crawler, or waits while it is busy."""

from datetime import datetime
from typing import Any

from springtide.aws import clients

# A crawl takes minutes.
_WAIT_SECONDS = 30


def ask(name: str, now: datetime, polls: int) -> dict[str, Any]:
    """Starts the crawler; if it is busy, `asked_at` is missing and the caller tries again later."""
    glue = clients.glue()
    errors = glue.exceptions
    try:
        glue.start_crawler(Name=name)
    except (errors.CrawlerRunningException, errors.CrawlerStoppingException):
        return waiting(polls)
    return waiting(polls, now.isoformat())


def waiting(polls: int, asked_at: str | None = None) -> dict[str, Any]:
    """The state of an unfinished crawl: how often it was polled, and when it was started."""
    state: dict[str, Any] = {"state": "RUNNING", "polls": polls, "wait_seconds": _WAIT_SECONDS}
    if asked_at is not None:
        state["asked_at"] = asked_at
    return state
