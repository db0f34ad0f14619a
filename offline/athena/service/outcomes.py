"""Turns what a test injects, and what goes wrong, into the state of a run."""

from offline.athena.service import runs
from offline.athena.service.errors import QueryCancelled, QueryFailed
from offline.athena.service.runs import Fault, QueryRun


class RequeuedError(Exception):
    """When Athena puts a running statement back into the queue."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def as_exception(fault: Fault) -> Exception:
    """Return what a run raises to end as the fault says."""
    if fault.state == runs.QUEUED:
        return RequeuedError(fault.seconds)
    if fault.state == runs.CANCELLED:
        return QueryCancelled(fault.reason)
    return QueryFailed(
        fault.reason,
        category=fault.category,
        error_type=fault.error_type,
        retryable=fault.retryable,
    )


def describe(
    run: QueryRun, reason: str, category: int, error_type: int, *, retryable: bool
) -> None:
    """Note in a run why it ended."""
    run.reason = reason
    run.error = {
        "ErrorCategory": category,
        "ErrorType": error_type,
        "Retryable": retryable,
        "ErrorMessage": reason,
    }
