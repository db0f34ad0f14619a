"""One line of advice for each error, and where docs/reliability.md says more."""

from typing import NamedTuple

_PAGE = "docs/reliability.md"


class Advice(NamedTuple):
    """One line for the person who is notified; `more` is a page and an anchor on it."""

    line: str
    more: str


# By error name; a test compares the names with errors.py.
_LINES = {
    "SpringtideError": "Run again; if it happens again, report it with the error's text.",
    "InvalidInputError": "Correct the execution's input and start it again; nothing was begun.",
    "DataSetError": "Correct the dataset.toml or DataSet as the error says, deploy, run again.",
    "DataSetChangedError": "Wait until the deployment has finished, then run again.",
    "SettingsError": "Correct the parameter behind the variable, and deploy the template.",
    "AthenaBusyError": "Run again when Athena's queue is shorter, or raise the account's quota.",
    "TransientQueryError": "Run again; if Athena keeps failing, wait until it has recovered.",
    "QueryFailedError": (
        "Repair or remove what Athena's reason names (an object, a permission), then run again."
    ),
    "LedgerBusyError": "Run again; if it persists, check the ledger table for throttling.",
    "LeaseLostError": "Nothing, if the run that took over the lease succeeds; otherwise run again.",
    "LeaseHeldError": "Wait until the lease is free or has expired, then try again.",
    "RollbackRefusedError": "Remove what the error names as in the way, then roll back again.",
    "RebuildRefusedError": "Request a rebuild that the error allows; nothing was changed.",
    "RebuildTooNarrowError": "Run again; the request now names the additional arrival hours.",
    "ListingNotCoveredError": (
        "Run again; if the error names the same object again, inspect that object."
    ),
    "MisnamedObjectsError": "Run again; the objects are named as unread, with what to do, by then.",
    "TooManyRejectsError": (
        "Look at the rejected lines in the slice's delta; correct the data set or the producer."
    ),
    "AuditFailedError": (
        "Rebuild the event hour if the key was changed; otherwise keep the slice's documents and"
        " versions and report them. Nothing wrong was published."
    ),
    "FenceLostError": (
        "Find out who else writes to these partitions; springtide repair points them where the runs"
        " have left them, then run again."
    ),
    "CatalogError": "Read what Glue refused: a permission, a quota, a type; then run again.",
    "StaleReadError": (
        "Run again; if it persists, another writer used the version's prefix: see the journal."
    ),
    "Sandbox.Timedout": "Run again; if it persists, lower MaxSliceBytes.",
    "States.DataLimitExceeded": "Lower MaxSliceBytes, run again, and report it.",
    "States.Timeout": "Run again once the lease has expired; lower MaxSliceBytes.",
    "States.Runtime": "Report it with the execution's ARN: the state machine is wrong.",
}
_ABORTED = Advice(
    "The run was stopped by hand: start it again once the lease is free.", f"{_PAGE}#aborted"
)
_TIMED_OUT = Advice(
    "The run took longer than its state machine allows: find the state it was stuck in, run again.",
    f"{_PAGE}#timed-out",
)
_OTHER = Advice(
    "Look in the error's text for a permission, a quota or an object, then run again; report it"
    " if it names nothing of the kind and persists.",
    f"{_PAGE}#any-other-name",
)
HELD = f"{_PAGE}#held"


def advice(status: str, error: str) -> Advice:
    """What to do about an execution that ended with `status` (FAILED, ABORTED, TIMED_OUT)."""
    if status == "ABORTED" or error == "States.ABORTED":
        return _ABORTED
    if status == "TIMED_OUT":
        return _TIMED_OUT
    # Step Functions' name of a nested execution's time-out, as error_causes.unwrap() returns it.
    name = "States.Timeout" if error == "States.TIMED_OUT" else error
    if name not in _LINES:
        return _OTHER
    # The anchor that a heading of this name gets.
    return Advice(_LINES[name], f"{_PAGE}#{name.lower().replace('.', '')}")
