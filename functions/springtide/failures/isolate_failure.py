"""Isolates what makes a slice fail, so that one bad object or hour does not block the rest."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide.arrivals import contents
from springtide.arrivals.landing import SET_ASIDE, Landing
from springtide.aws.error_causes import unwrap
from springtide.failures import notices
from springtide.failures.blame import is_denied, named_object
from springtide.ledger import attempts, held_derived, open_hours, skipped_objects, slices
from springtide.ledger.chunks import smaller_chunks
from springtide.ledger.line_account import blamed_rejects
from springtide.ledger.running_queries import stop_queries
from springtide.ledger.slices import Decision
from springtide.ledger.step import Step, begin
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Plan
from springtide.model.partitions import hours_of
from springtide.model.settings import Settings
from springtide.requests import rebuild_failures

# If more arrival hours than this fail in one run, the cause is one that fails every query, such as
# a missing permission: the run stops instead of holding hour after hour.
MAX_HELD_A_RUN = 3
# If this many objects are skipped because access to them was denied, the right is missing for all,
# and hours are held instead.
MAX_DENIED = 3
# How often a slice is planned again because of a deployment: functions change one after the other,
# within a minute or two. Less than a run's turns (plan_slice.py).
MAX_CHANGES = 10
# The beginning of a failure whose query was too large for Athena; a smaller slice may not be.
_TOO_LARGE = re.compile(
    r"TransientQueryError: query \S+ FAILED: (?:[A-Z_]+: )?Query exhausted resources"
)

# Java's message for a .gz that is not gzip, with which Athena fails.
_NO_GZIP = "Not in GZIP format"

# How a function ends if the slice is too large for its time or memory.
_TOO_LARGE_FOR_LAMBDA = {
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Lambda.Unknown",
}


def isolate_failure(
    settings: Settings,
    execution: str,
    slice_id: str,
    stage: str,
    failure: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """Decides what to do about a slice that failed; `isolated` says whether to plan again.

    An object that the error is about is skipped, and its hours stay pending. Otherwise the hours
    are tried in halves, down to a single one, which is held with the reason. In the `stage` derive,
    the events are already published: derived tables are built in smaller queries, and then without
    the event hours of the failing query, which are held. A rebuild is tried again or given up. If
    hours are held, `notice` is the subject and message that report it. The call can be repeated
    with the same result.
    """
    error, cause = unwrap(failure)
    it = begin(settings, execution, slice_id)
    ledger, plan = it.ledger, it.documents.plan()
    stop_queries(ledger, slice_id)
    item = slices.one(ledger, slice_id)
    decision = None if item is None else item.get("decision")
    # The decision is written to the slice's item before it is carried out, so that a call whose
    # answer was lost repeats it.
    if decision is None:
        failed = _Failed(it, execution, plan, f"{error}: {cause}")
        decision = failed.decide(error, derived=stage == "derive")
        slices.fail(ledger, slice_id, {"error": error, "cause": cause[:2000]}, decision)
    _carry_out(it, execution, plan, decision, f"{error}: {cause}", now)
    if "advice" in decision:
        cause = f"{cause}\n{decision['advice']}"
    held = decision.get("held", []) or [str(place) for place in _places(decision)]
    decided = {"Error": error, "Cause": cause, "isolated": decision["isolated"], "held": held}
    if not held:
        return decided
    notice_of = notices.held_derived if "derived" in decision else notices.held_hours
    notice = notice_of(settings, execution, slice_id, held, (error, cause))
    return {**decided, "notice": notice._asdict()}


class _Failed:
    """A slice that failed, and the possible reactions; nothing here writes."""

    def __init__(self, it: Step, execution: str, plan: Plan, reason: str) -> None:
        self._settings, self._ledger, self._documents = it.settings, it.ledger, it.documents
        self._execution = execution
        self._plan = plan
        self._hours = [entry["hour"] for entry in plan["hours"]]
        self._reason = reason

    def decide(self, error: str, *, derived: bool) -> Decision:
        """What to do about the error; nothing if no part of the slice is to blame."""
        changed = self._plan.get("changed", 0) + 1
        if error == "DataSetChangedError" and changed <= MAX_CHANGES:
            return {"isolated": True, "changed": changed}
        if not self._hours and not derived:
            return {"isolated": False}  # it only merged waiting rows: no object or hour is to blame
        if "rebuild" in self._plan:
            if error == "RebuildTooNarrowError":
                return {"isolated": True}
            hours = self._smaller_chunks() if derived else None
            decided = rebuild_failures.of_rebuild(self._ledger, self._plan, error)
            if hours is not None:
                decided["derive_hours"] = hours
            return decided
        if error == "QueryFailedError":
            return self._isolate(derived)
        if error == "TransientQueryError":
            return self._transient(derived)
        if error in ("StaleReadError", "ListingNotCoveredError"):
            return self._torn(error)
        if derived:
            return {"isolated": False}
        if error == "MisnamedObjectsError":
            return {"isolated": True, "misnamed": True}
        if error in _TOO_LARGE_FOR_LAMBDA:
            return self._halve() or {"isolated": False}
        if error == "TooManyRejectsError":
            return self._hold(self._over_share())
        return {"isolated": False}

    def _isolate(self, derived: bool) -> Decision:
        """Skips the object that the error is about, or makes the slices smaller."""
        if derived:
            hours = self._smaller_chunks()
            if hours is None:
                return self._hold_derived()
            return {"isolated": True, "derive_hours": hours}
        return self._set_aside() or self._halve() or self._hold(self._hours)

    def _transient(self, derived: bool) -> Decision:
        """Reacts to failures that Athena calls internal: an object can make them come again.

        If the error names no object, the second run that fails over an hour isolates it at once.
        """
        if _TOO_LARGE.match(self._reason) or self._marked("transient"):
            return self._isolate(derived)
        aside = None if derived else self._set_aside()
        return aside or {"isolated": False, "marks": {"transient": 1}}

    def _torn(self, error: str) -> Decision:
        """Tries a slice that read a torn state once more, and only once."""
        if self._hours and not self._marked("stale"):
            return {"isolated": True, "marks": {"stale": 1}}
        aside = self._set_aside() if error == "ListingNotCoveredError" else None
        decided: Decision = aside or {"isolated": False}
        return {**decided, "marks": {"stale": 0}}

    def _marked(self, mark: str) -> bool:
        """Whether an hour of the slice has failed like this before."""
        items = (open_hours.one(self._ledger, hour) for hour in self._hours)
        return any(item is not None and item.get(mark) for item in items)

    def _set_aside(self) -> Decision | None:
        """Skips the object that the error is about; None if the slice does not have it."""
        landing = Landing.of(self._settings)
        listed = {
            landing.uri_of(key): (key, etag)
            for entry in self._plan["hours"]
            for key, _, etag in entry["objects"]
        }
        uri = named_object(self._reason, listed)
        if uri is None:
            return None
        key, etag = listed[uri]
        if any(key in entry["excluded"] for entry in self._plan["hours"]):
            return None
        if is_denied(self._reason):
            skipped = skipped_objects.read(self._ledger).values()
            if sum(is_denied(item["reason"]) for item in skipped) >= MAX_DENIED:
                return None
        return {"isolated": True, "aside": {"key": key, "etag": etag}}

    def _halve(self) -> Decision | None:
        """Makes the slices half as large; None if there is only one hour."""
        if len(self._hours) < 2:
            return None
        return {"isolated": True, "marks": {"max_hours": len(self._hours) // 2}}

    def _smaller_chunks(self) -> int | None:
        """Event hours per smaller query of the derived tables; None if they are small enough.

        A slice derives from all hours that were published and not derived, however few it ingests.
        """
        return smaller_chunks(self._documents.chunks("derive")["chunks"])

    def _hold_derived(self) -> Decision:
        """Holds the event hours that the failed query builds, unless too many are held."""
        chunks = self._documents.chunks("derive")["chunks"]
        found = (
            item["sk"].split("#")
            for item in attempts.of_slice(self._ledger, self._plan["slice"])
            if item.get("query_id", " ") in self._reason
        )
        failed = {int(chunk) for step, chunk, _ in found if step in ("derive", "audit_derived")}
        places = [
            (chunks[number]["table"], values)
            for number in sorted(failed)
            for values in chunks[number]["partitions"]
        ]
        if not places or len(held_derived.held(self._ledger)) + len(places) > held_derived.MAX_HELD:
            return {"isolated": False}
        return {"isolated": True, "derived": places, "arrival_hour": self._oldest_arrival()}

    def _oldest_arrival(self) -> str:
        """The first arrival hour whose rows the slice merges, including late rows that waited."""
        waited = (
            entry["arrival"]
            for chunk in self._documents.chunks("merge")["chunks"]
            for entry in chunk.get("waiting", [])
        )
        # For a fill it is the first event hour: nothing in it arrived long before.
        filled = (
            str(ArrivalHour(hours_of(tuple(hour))[0]))
            for hour in self._plan.get("fill", {}).get("hours", [])
        )
        return min([*self._hours, *waited, *filled])

    def _over_share(self) -> list[str]:
        """The hours whose own share of rejects is too large."""
        counts = self._documents.counts()
        share = self._settings.max_reject_share
        return [
            hour
            for hour, account in counts.items()
            if blamed_rejects(account) > share * account["lines"]
        ]

    def _hold(self, hours: list[str]) -> Decision:
        """Holds these hours until they are retried, unless this run has held too many already."""
        items = open_hours.read(self._ledger).values()
        held = [item for item in items if item.get("held_by") == self._execution]
        if len(held) >= MAX_HELD_A_RUN:
            return {"isolated": False}
        return {"isolated": True, "held": list(hours)}


def _places(decision: Decision) -> list[held_derived.Place]:
    return [held_derived.Place(table, tuple(v)) for table, v in decision.get("derived", [])]


def _carry_out(
    it: Step, execution: str, plan: Plan, decision: Decision, reason: str, now: datetime
) -> None:
    """Writes the decision; repeating it does no harm."""
    ledger = it.ledger
    if "rebuild" in decision:
        rebuild_failures.carry_out(ledger, decision["rebuild"])
    if "aside" in decision:
        aside = decision["aside"]
        why = SET_ASIDE + reason[:1000]
        if _NO_GZIP in reason:
            why += f"; {contents.NOT_PACKED}"
        skipped_objects.skip(ledger, aside["key"], aside["etag"], why, now)
    if "misnamed" in decision:
        for each in it.documents.read(contents.DOCUMENT):
            why = SET_ASIDE + each["reason"]
            skipped_objects.skip(ledger, each["key"], each["etag"], why, now)
    for mark, value in decision.get("marks", {}).items():
        for entry in plan["hours"]:
            # An hour that is no longer open stays closed.
            open_hours.set_mark(ledger, entry["hour"], mark, value)
    if "derived" in decision:
        places, first = _places(decision), decision["arrival_hour"]
        held_derived.hold(ledger, places, reason[:2000], now, first, plan["declaration"])
    for hour in decision.get("held", []):
        open_hours.hold(ledger, hour, reason[:2000], now, execution, plan["declaration"])
