"""Decides whether a failed rebuild is tried again or given up."""

from springtide.ledger import rebuild_requests
from springtide.ledger.slices import Decision, RebuildDecision
from springtide.ledger.table import Ledger
from springtide.model.documents import Plan

# How often a rebuild may fail for transient reasons, before any of it is published.
MAX_TRIES = 3
# Errors that the same rebuild would meet again.
_RECURRING = {
    "QueryFailedError",
    "TooManyRejectsError",
    "RebuildRefusedError",
    "DataSetError",
}
# Retried once: an object may have been replaced while it was read, or a query may have seen the
# catalog as it was before a flip.
_RECURRING_THE_SECOND_TIME = {"ListingNotCoveredError", "AuditFailedError"}


def of_rebuild(ledger: Ledger, plan: Plan, error: str) -> Decision:
    """The decision about the rebuild of a failed slice, with a sentence for people.

    Once some of its events are published it is never given up: the tables and the quarantine would
    stay half rebuilt.
    """
    name = plan["rebuild"]["request"]
    request = rebuild_requests.one(ledger, name)
    if request is None:
        return {"isolated": False}
    tries = request.get("tries", 0) + 1
    hours = f"the rebuild of event hours {request['first']} to {request['last']}"
    failed: RebuildDecision = {"request": name, "tries": tries, "failure": error}
    if request.get("published"):
        advice = f"{hours} is published in part; each run tries it again"
        return {"isolated": False, "rebuild": failed, "advice": advice}
    again = error in _RECURRING_THE_SECOND_TIME and request.get("failure") == error
    if error in _RECURRING or again or tries >= MAX_TRIES:
        advice = f"{hours} was given up, and nothing of it is published: request it again"
        return {"isolated": False, "rebuild": {"request": name}, "advice": advice}
    advice = f"{hours} failed {tries} of {MAX_TRIES} times"
    return {"isolated": False, "rebuild": failed, "advice": advice}


def carry_out(ledger: Ledger, decided: RebuildDecision) -> None:
    """Writes the decision about a rebuild; repeating it does no harm."""
    if "tries" not in decided:
        rebuild_requests.drop(ledger, decided["request"])
        return
    rebuild_requests.failed(ledger, decided["request"], decided["tries"], decided["failure"])
