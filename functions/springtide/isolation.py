"""Sets aside what makes a slice fail, so that one bad object or hour does not hold up the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide import lease
from springtide.landing import Landing
from springtide.ledger import Ledger
from springtide.settings import Settings
from springtide.store import Store

# Errors that say nothing against the slice's data: trying it in smaller parts would not help.
_NOT_THE_DATA = ("LeaseLostError", "FenceLostError", "AuditFailedError", "States.Timeout")
# Steps whose failure may lie in one of the landed objects.
_READS_LANDING = "QueryFailedError"


def isolate_failure(
    settings: Settings, execution: str, slice_id: str, failure: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Decides what becomes of a slice that failed; `isolated` says whether to plan again.

    An object that the error names is set aside, and the hours stay pending without it. Otherwise
    the hours are tried in halves, down to one, which is held with the reason.
    """
    error, cause = unwrap(failure)
    answer = {"Error": error, "Cause": cause, "isolated": False}
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, execution, now)
    lease.stop_queries(ledger, slice_id)
    ledger.update(
        "slice",
        slice_id,
        "SET #state = :failed, failure = :failure",
        {":failed": "failed", ":failure": {"error": error, "cause": cause[:2000]}},
        names={"#state": "state"},
    )
    plan = Store(settings.lake_bucket).read(slice_id, "plan")
    if error == _READS_LANDING and _set_aside(settings, ledger, plan, cause, now):
        return {**answer, "isolated": True}
    if error in ("StaleReadError", "ListingNotCoveredError"):
        return {**answer, "isolated": _once_more(ledger, plan)}
    if error in _NOT_THE_DATA or error.startswith(("Lambda.", "States.")):
        return answer
    if error in ("QueryFailedError", "TransientQueryError", "TooManyRejectsError"):
        _halve(ledger, plan, f"{error}: {cause}", now)
        return {**answer, "isolated": True}
    return answer


def unwrap(failure: Mapping[str, Any]) -> tuple[str, str]:
    """Error and message of a failed state, without what AWS wraps around them."""
    error, cause = str(failure.get("Error", "")), str(failure.get("Cause", ""))
    try:
        document = json.loads(cause)
    except ValueError:
        return error, cause
    if isinstance(document, dict) and "errorMessage" in document:
        return str(document.get("errorType", error)), str(document["errorMessage"])
    if isinstance(document, dict) and "ExecutionArn" in document:
        inner = document.get("Error") or f"States.{document.get('Status', 'TaskFailed')}"
        ended = f"{document['ExecutionArn']} ended as {document.get('Status')}"
        return unwrap({"Error": inner, "Cause": document.get("Cause", ended)})
    return error, cause


def _set_aside(
    settings: Settings, ledger: Ledger, plan: Mapping[str, Any], cause: str, now: datetime
) -> bool:
    """Records the object that the error names as unreadable; False if it names none."""
    landing = Landing(settings.landing_bucket, settings.landing_prefix)
    for entry in plan["hours"]:
        for key, _, etag in entry["objects"]:
            if _names(cause, landing.uri_of(key)) and key not in entry["excluded"]:
                ledger.put(
                    "unreadable",
                    landing.uri_of(key),
                    {
                        "etag": etag,
                        "reason": f"unreadable: {cause[:1000]}",
                        "since": now.isoformat(),
                    },
                )
                return True
    return False


def _names(cause: str, uri: str) -> bool:
    """Whether the message names the object and not one whose key merely begins like it."""
    return re.search(re.escape(uri) + r"(?![A-Za-z0-9_/-]|[.][A-Za-z0-9])", cause) is not None


def _once_more(ledger: Ledger, plan: Mapping[str, Any]) -> bool:
    """Allows a slice that read something torn one more try, and no third."""
    hours = [entry["hour"] for entry in plan["hours"]]
    tried = any((ledger.get("open", hour) or {}).get("stale") for hour in hours)
    for hour in hours:
        ledger.update("open", hour, "SET stale = :one", {":one": 0 if tried else 1})
    return not tried


def _halve(ledger: Ledger, plan: Mapping[str, Any], reason: str, now: datetime) -> None:
    """Has the hours tried in slices half as large, or holds the one that is left."""
    hours = [entry["hour"] for entry in plan["hours"]]
    if len(hours) == 1:
        ledger.update(
            "open",
            hours[0],
            "SET #state = :held, reason = :reason, held_at = :now",
            {":held": "held", ":reason": reason[:2000], ":now": now.isoformat()},
            names={"#state": "state"},
        )
        return
    for hour in hours:
        ledger.update("open", hour, "SET max_hours = :half", {":half": len(hours) // 2})
