"""Finds arrival hours that are pending, requested or new, by listing; writes nothing."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta
from itertools import chain, groupby
from math import inf

from springtide.arrivals.landing import LandedObject, Landing, fingerprint, total_bytes
from springtide.arrivals.slicing import MAX_SLICE_HOURS, Candidate
from springtide.ledger import hour_requests, marks, open_hours, skipped_objects, taken_hours
from springtide.ledger.hour_requests import HourRequest
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.table import Ledger
from springtide.ledger.taken_hours import TakenHour
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import UnreadObject
from springtide.model.settings import Settings

# Arrival hours whose records are read at once while the listing continues.
_BATCH_HOURS = 500


class Search:
    """Yields arrival hours lazily, in the order in which they are to be taken.

    It keeps what it learns (hours that are gone, how far requests were looked through) to
    itself: a turn writes that down, a dry run does not.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        now: datetime,
        cursor: str | None,
        own_requests: Sequence[HourRequest] = (),
        *,
        started: datetime | None = None,
        max_listed: float = inf,
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._landing = Landing.of(settings)
        self.open = open_hours.read(ledger)
        self._held = [
            hour
            for hour, item in self.open.items()
            if item["state"] == "held" and "rolled_back" not in item
        ]
        settle = timedelta(minutes=settings.settle_minutes)
        self._settled = self._landing.layout.newest(now - settle)
        # New arrivals are those that had settled when the run began, whichever turn lists them: so
        # each is listed once, and the run comes to an end.
        self._arrived_by = self._landing.layout.newest((started or now) - settle)
        # Unfinished requests of earlier runs, and those given to this search alone.
        self.requests: list[HourRequest] = [*hour_requests.read(ledger), *own_requests]
        self._unreadable = skipped_objects.read(ledger)
        # The request whose range is being listed, if any; then `_listing` is false.
        self.request: HourRequest | None = None
        self._listing = False
        # New arrivals were listed up to this hour, itself excluded; None if none were yet.
        self.cursor = cursor
        # Requests that were looked through to their end.
        self.done: list[HourRequest] = []
        # The search pauses after this many listed objects; then the hour at which it did.
        self._left = max_listed
        self.paused_at: ArrivalHour | None = None
        # The newest hour that the listing of new arrivals has reached.
        self.newest: ArrivalHour | None = None
        # Pending and held hours that no longer have objects; not those that a rollback holds.
        self.gone: set[ArrivalHour] = set()
        # The recorded items of hours that have changed since.
        self.changed: dict[ArrivalHour, TakenHour] = {}

    def candidates(self) -> Iterator[Candidate]:
        """Pending hours, then requested ones, then new arrivals."""
        seen: set[ArrivalHour] = set()
        for candidate in chain(self._pending(), self._requested(), self._arrived()):
            if candidate.hour not in seen:
                seen.add(candidate.hour)
                yield candidate

    def reopen(self, hours: Set[ArrivalHour]) -> None:
        """Has this search alone take these hours as pending, and their skipped objects as read."""
        pending: OpenHour = {"state": "pending"}
        self.open = dict(sorted((self.open | dict.fromkeys(hours, pending)).items()))
        self._unreadable = {
            key: item
            for key, item in self._unreadable.items()
            if self._landing.hour_of(key) not in hours
        }

    def stop_at(self, left: Candidate | None) -> ArrivalHour | None:
        """Ends the search before a candidate, None if none is left; returns where to continue."""
        continue_at = self.paused_at if left is None else left.hour
        if self._listing and continue_at is not None:
            self.cursor = str(continue_at)
        return continue_at

    def mark_of(self, taken: Sequence[Candidate]) -> str | None:
        """How far the mark may move once these hours are taken: as far as the search has listed.

        An hour that a request has taken may lie beyond that, or be the newest that was
        found.
        """
        if self.cursor is None:
            return None
        looked = min(ArrivalHour.parse(self.cursor).plus(-1), self._settled)
        hours = [self.newest, *(each.hour for each in taken)]
        newest = max((hour for hour in hours if hour and hour <= looked), default=None)
        return None if newest is None else str(newest)

    def unread(self, taken: Candidate) -> list[UnreadObject]:
        """The objects of a taken hour that no query will read, with the reason of each."""
        found: list[UnreadObject] = []
        for item in taken.objects:
            reason = self._landing.unread_reason(item, self._unreadable)
            if reason is not None:
                found.append({"key": item.key, "reason": reason})
        return found

    def _pending(self) -> Iterator[Candidate]:
        pending = [hour for hour, item in self.open.items() if item["state"] == "pending"]
        for neighbours in _runs(pending):
            listed = self._landing.hours(neighbours[0], neighbours[-1])
            found = next(listed, None)
            for hour in neighbours:
                if found is None or found[0] != hour:
                    self.gone.add(hour)
                    continue
                yield self._candidate(*found, self.open[hour])
                found = next(listed, None)

    def _requested(self) -> Iterator[Candidate]:
        for request in self.requests:
            self.request = request
            last = ArrivalHour.parse(request["last"])
            yield from self._changed(ArrivalHour.parse(request["first"]), min(last, self._settled))
            if self.paused_at is not None:
                return
            self.done.append(request)
            self.request = None

    def _arrived(self) -> Iterator[Candidate]:
        if self.paused_at is not None:
            return
        if self.cursor:
            first = ArrivalHour.parse(self.cursor)
        else:
            mark = marks.mark(self._ledger)
            look_back = self._settings.look_back_hours
            first = self._settings.start_from if mark is None else mark.plus(-look_back)
        first = max(first, self._settings.start_from)
        # Until the listing is complete, a full turn continues where it stopped.
        self.cursor = str(first)
        if first > self._arrived_by:
            return
        self._listing = True
        yield from self._changed(first, self._arrived_by)
        if self.paused_at is None:
            self._listing = False
            self.cursor = str(self._arrived_by.plus(1))

    def _changed(self, first: ArrivalHour, last: ArrivalHour) -> Iterator[Candidate]:
        """Hours with objects whose fingerprint is not the recorded one."""
        if last < first:
            return
        looked = first
        for batch in self._batches(first, last):
            through = batch[-1][0]
            self._find_gone(looked, through, {hour for hour, _ in batch})
            looked = through.plus(1)
            recorded = taken_hours.between(self._ledger, batch[0][0], through)
            for hour, objects in batch:
                if self._listing:
                    self.newest = hour
                now_is = fingerprint(objects)
                if hour in self.open:
                    item = self.open[hour]
                    # An hour that a rollback holds is left alone, whatever lands in it.
                    if item["state"] == "held" and (
                        "rolled_back" in item or item["fingerprint"] == now_is
                    ):
                        continue
                elif hour in recorded:
                    if recorded[hour]["fingerprint"] == now_is:
                        continue
                    self.changed[hour] = recorded[hour]
                yield self._candidate(hour, objects, self.open.get(hour))
            if self._left <= 0:
                self.paused_at = looked
                return
        self._find_gone(looked, last, set())

    def _find_gone(self, first: ArrivalHour, last: ArrivalHour, listed: Set[ArrivalHour]) -> None:
        """Notes the held hours from `first` to `last` that were not `listed`."""
        self.gone |= {hour for hour in self._held if first <= hour <= last} - listed

    def _batches(
        self, first: ArrivalHour, last: ArrivalHour
    ) -> Iterator[list[tuple[ArrivalHour, list[LandedObject]]]]:
        """Listed hours, few more at a time than a slice takes: the next turn lists them again."""
        batch: list[tuple[ArrivalHour, list[LandedObject]]] = []
        size = 0
        for hour, objects in self._landing.hours(first, last):
            batch.append((hour, objects))
            size += total_bytes(objects)
            self._left -= len(objects)
            full = len(batch) == _BATCH_HOURS or size > self._settings.max_slice_bytes
            if full or self._left <= 0:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _candidate(
        self, hour: ArrivalHour, objects: list[LandedObject], item: OpenHour | None
    ) -> Candidate:
        most = MAX_SLICE_HOURS if item is None else item.get("max_hours", MAX_SLICE_HOURS)
        return Candidate(hour, tuple(objects), most)


def _runs(hours: Sequence[ArrivalHour]) -> Iterator[list[ArrivalHour]]:
    """Cuts ascending hours where one is missing, so that each run is one listing."""
    # In a run of neighbours, hour and index grow alike.
    for _, run in groupby(enumerate(hours), lambda each: each[1].plus(-each[0])):
        yield [hour for _, hour in run]
