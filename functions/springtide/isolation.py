"""Sets aside what makes a slice fail, so that one bad object or hour does not hold up the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from springtide import lease, notices
from springtide.failures import unwrap
from springtide.landing import SET_ASIDE, Landing
from springtide.ledger import Ledger
from springtide.settings import Settings
from springtide.store import Store

# More arrival hours than this failing in one run is no accident of theirs, but something that makes
# every query fail, such as a missing permission; the run stops instead of holding hour after hour.
MAX_HELD_A_RUN = 3
# Athena's words for a query that is too large for it; smaller slices are not.
_TOO_LARGE = "exhausted resources"


def isolate_failure(
    settings: Settings, execution: str, slice_id: str, failure: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Decides what becomes of a slice that failed; `isolated` says whether to plan again.

    An object that the error names is set aside, and the hours stay pending without it. Otherwise
    the hours are tried in halves, down to one, which is held with the reason. A rebuild is given up
    instead, its request removed: all of it is there as before, and it would fail again. Where hours
    are held, `notice` is the subject and message that tell of it.
    """
    error, cause = unwrap(failure)
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, execution)
    lease.stop_queries(ledger, slice_id)
    ledger.update(
        "slice",
        slice_id,
        "SET #state = :failed, failure = :failure",
        {":failed": "failed", ":failure": {"error": error, "cause": cause[:2000]}},
        names={"#state": "state"},
    )
    failed = _Failed(settings, ledger, execution, slice_id, f"{error}: {cause}", now)
    isolated = failed.isolate(error)
    decided = {"Error": error, "Cause": cause, "isolated": isolated, "held": failed.held}
    if not failed.held:
        return decided
    notice = notices.held_hours(settings, execution, slice_id, failed.held, (error, cause))
    return {**decided, "notice": notice._asdict()}


class _Failed:
    """A slice that failed, and what can be set aside of it."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        execution: str,
        slice_id: str,
        reason: str,
        now: datetime,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._execution = execution
        self._store = Store(settings.lake_bucket)
        self._slice = slice_id
        self._plan = self._store.read(slice_id, "plan")
        self._hours = [entry["hour"] for entry in self._plan["hours"]]
        self._reason = reason
        self._now = now
        self.held: list[str] = []

    def isolate(self, error: str) -> bool:
        """Sets aside what the error is about; False if nothing of the slice is to blame."""
        if "rebuild" in self._plan:
            if error == "RebuildTooNarrowError":
                return True
            self._ledger.delete("rebuild", self._plan["rebuild"]["request"])
            return False
        if error == "TooManyRejectsError":
            return self._hold(self._over_share())
        if error == "StaleReadError":
            return self._first_time()
        if error == "ListingNotCoveredError":
            return self._first_time() or self._set_aside()
        if error == "QueryFailedError":
            return self._set_aside() or self._halve()
        if error == "TransientQueryError" and _TOO_LARGE in self._reason:
            return self._halve()
        return False

    def _set_aside(self) -> bool:
        """Records the object that the error names as unreadable; False if it names none."""
        landing = Landing(self._settings.landing_bucket, self._settings.landing_prefix)
        listed = {
            landing.uri_of(key): (key, etag)
            for entry in self._plan["hours"]
            for key, _, etag in entry["objects"]
        }
        excluded = {key for entry in self._plan["hours"] for key in entry["excluded"]}
        for uri in named_objects(self._reason, listed):
            key, etag = listed[uri]
            if key not in excluded:
                item = {
                    "etag": etag,
                    "reason": SET_ASIDE + self._reason[:1000],
                    "since": self._now.isoformat(),
                }
                self._ledger.put("unreadable", key, item)
                return True
        return False

    def _first_time(self) -> bool:
        """Allows a slice that read something torn one more try, and no third."""
        tried = any((self._ledger.get("open", hour) or {}).get("stale") for hour in self._hours)
        for hour in self._hours:
            self._ledger.update("open", hour, "SET stale = :tried", {":tried": 0 if tried else 1})
        return not tried

    def _halve(self) -> bool:
        """Has the hours tried in slices half as large, or holds the one that is left."""
        if len(self._hours) == 1:
            return self._hold(self._hours)
        for hour in self._hours:
            half = len(self._hours) // 2
            self._ledger.update("open", hour, "SET max_hours = :half", {":half": half})
        return True

    def _over_share(self) -> list[str]:
        """The hours whose own share of rejects is too large."""
        counts = self._store.read(self._slice, "counts")
        share = self._settings.max_reject_share
        return [
            hour
            for hour, account in counts.items()
            if account["lines"] - account["accepted"] > share * account["lines"]
        ]

    def _hold(self, hours: list[str]) -> bool:
        """Holds hours until they are retried, unless this run has held too many already."""
        items = self._ledger.open_hours().values()
        held = [item for item in items if item.get("held_by") == self._execution]
        if len(held) >= MAX_HELD_A_RUN:
            return False
        for hour in hours:
            self._ledger.update(
                "open",
                hour,
                "SET #state = :held, reason = :reason, held_at = :now, held_by = :execution",
                {
                    ":held": "held",
                    ":reason": self._reason[:2000],
                    ":now": self._now.isoformat(),
                    ":execution": self._execution,
                },
                names={"#state": "state"},
            )
        self.held = list(hours)
        return True


def named_objects(cause: str, uris: Iterable[str]) -> list[str]:
    """Those of the objects that the message names, and none whose key merely begins like a name.

    A name can be the beginning of another with a quote or a space behind it, so the longer one
    counts where both fit.
    """
    found = []
    for uri in sorted(uris, key=len, reverse=True):
        if uri not in cause:
            continue
        cause, times = re.subn(re.escape(uri) + r"(?![A-Za-z0-9_/-]|[.][A-Za-z0-9])", "\n", cause)
        if times:
            found.append(uri)
    return found
