"""Ends of runs that were reported; items of kind `report`, one for an execution and its end."""

from typing import TypedDict

from springtide.ledger.table import Ledger


class FailureReport(TypedDict):
    """An item of kind `report`."""

    status: str  # of the execution: FAILED, TIMED_OUT or ABORTED
    error: str | None  # its name, None if none was given


_KIND = "report"


def is_sent(ledger: Ledger, end: str) -> bool:
    """Whether an end was reported before."""
    return ledger.items.get(_KIND, end) is not None


def sent(ledger: Ledger, end: str, status: str, error: str | None) -> None:
    """Notes that an end was reported."""
    item: FailureReport = {"status": status, "error": error}
    ledger.items.put(_KIND, end, item)
