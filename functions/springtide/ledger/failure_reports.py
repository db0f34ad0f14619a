"""The ends of runs that were reported; items of kind `report`, one per execution and end."""

from typing import TypedDict

from springtide.ledger.table import Ledger


class FailureReport(TypedDict):
    """An item of kind `report`."""

    status: str  # the execution's status: FAILED, TIMED_OUT or ABORTED
    error: str | None  # the error's name, None if the execution has none


_KIND = "report"


def is_sent(ledger: Ledger, end: str) -> bool:
    """Whether an end was already reported."""
    return ledger.items.get(_KIND, end) is not None


def sent(ledger: Ledger, end: str, status: str, error: str | None) -> None:
    """Records that an end was reported."""
    item: FailureReport = {"status": status, "error": error}
    ledger.items.put(_KIND, end, item)
