"""Plans the next slice: finds arrival hours that are new or changed, and keeps what it lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from springtide import catalog, lease, marks
from springtide.arrival import ArrivalHour
from springtide.batches import batched
from springtide.landing import (
    Fingerprint,
    LandedObject,
    Landing,
    hour_prefix,
    is_hidden,
    unreadable_reason,
)
from springtide.ledger import Item, Ledger
from springtide.settings import Settings
from springtide.slicing import MAX_SLICE_HOURS, Candidate, Taken, choose
from springtide.store import Store
from springtide.versions import slice_id

# Arrival hours whose records are read at once while the listing goes on.
_BATCH_HOURS = 500


def plan_slice(
    settings: Settings, execution: str, turn: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Plans one slice under the lease; `planned` is false when nothing is pending any more.

    `turn` is what the turn before returned: its number, and the cursor up to which the run has
    looked for new arrivals (an arrival hour, or "end").
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    fence = lease.renew(ledger, execution, now)
    if turn["turn"] == 0:
        catalog.ensure_tables(settings)
    search = _Search(settings, ledger, now, turn["cursor"])
    choice = choose(search.candidates(), settings.max_slice_bytes)
    search.keep_cursors(choice.left)
    common = {"turn": turn["turn"] + 1, "cursor": search.cursor}
    if not choice.taken:
        if search.newest is not None:
            marks.advance(ledger, search.newest)
        return {**common, "turn": turn["turn"], "planned": False, **_open_summary(ledger)}
    slice_ = slice_id(ledger.next_slice_number(), now)
    for taken in choice.taken:
        ledger.put("open", str(taken.candidate.hour), search.pending(taken))
    document = {
        "slice": slice_,
        "hours": [_hour_document(search, taken) for taken in choice.taken],
        "mark": search.mark_of(choice.taken),
    }
    Store(settings.lake_bucket).write(slice_, "plan", document)
    objects = sum(len(taken.objects) for taken in choice.taken)
    ledger.put(
        "slice",
        slice_,
        {
            "state": "planned",
            "execution": execution,
            "fence": fence,
            "started_at": now.isoformat(),
            "first_hour": str(choice.taken[0].candidate.hour),
            "last_hour": str(choice.taken[-1].candidate.hour),
            "hours": len(choice.taken),
            "objects": objects,
        },
    )
    return {**common, "planned": True, "id": slice_, "hours": len(choice.taken), "objects": objects}


class _Search:
    """Goes through arrival hours in the order in which they are to be taken, lazily."""

    def __init__(
        self, settings: Settings, ledger: Ledger, now: datetime, cursor: str | None
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._landing = Landing(settings.landing_bucket, settings.landing_prefix)
        self._open = ledger.open_hours()
        self._settled = ArrivalHour.of(now - timedelta(minutes=settings.settle_minutes)).plus(-1)
        self._requests = list(ledger.query("request"))
        self._unreadable = {item["sk"]: item for item in ledger.query("unreadable")}
        # Where the candidates come from just now: a request's item, or the listing of new arrivals.
        self._request: Item | None = None
        self._listing = False
        self.cursor = cursor
        # The newest hour that the listing of new arrivals has come to.
        self.newest: ArrivalHour | None = None

    def mark_of(self, taken: Sequence[Taken]) -> str | None:
        """How far the mark may move once these hours are taken: no further than was looked."""
        if self.cursor is None:
            return None
        hours = [
            each.candidate.hour
            for each in taken
            if self.cursor == "end" or each.candidate.hour < ArrivalHour.parse(self.cursor)
        ]
        return str(max(hours)) if hours else None

    def candidates(self) -> Iterator[Candidate]:
        """Pending hours, then what requests ask for, then what arrived since."""
        seen: set[ArrivalHour] = set()
        for candidate in chain(self._pending(), self._requested(), self._arrived()):
            if candidate.hour not in seen:
                seen.add(candidate.hour)
                yield candidate

    def keep_cursors(self, left: Candidate | None) -> None:
        """Records how far requests were looked through; no later turn lists the same again."""
        for request in self._requests:
            if request is self._request and left is not None:
                self._ledger.put(
                    "request", request["sk"], {**_body(request), "first": str(left.hour)}
                )
            elif request.get("done"):
                self._ledger.delete("request", request["sk"])
        if self._listing and left is not None:
            self.cursor = str(left.hour)

    def pending(self, taken: Taken) -> dict[str, Any]:
        """The ledger item of an hour that is about to be taken in."""
        known = self._open.get(taken.candidate.hour, {})
        names = ("max_hours", "progress", "stale")
        kept: Item = {name: known[name] for name in names if name in known}
        if taken.candidate.after is None:
            kept.pop("progress", None)
        return {
            **kept,
            "state": "pending",
            "fingerprint": Fingerprint.of(taken.candidate.objects)._asdict(),
        }

    def _pending(self) -> Iterator[Candidate]:
        for hour, item in self._open.items():
            if item["state"] != "pending":
                continue
            objects = self._landing.hour(hour)
            if not objects:
                # What was pending is gone from the landing; there is nothing left to take in.
                self._ledger.delete("open", str(hour))
                continue
            yield self._candidate(hour, objects, item)

    def _requested(self) -> Iterator[Candidate]:
        for request in self._requests:
            self._request = request
            first, last = (ArrivalHour.parse(request[n]) for n in ("first", "last"))
            yield from self._changed(first, min(last, self._settled))
            request["done"] = True
            self._request = None

    def _arrived(self) -> Iterator[Candidate]:
        if self.cursor == "end":
            return
        if self.cursor:
            first = ArrivalHour.parse(self.cursor)
        else:
            mark = self._ledger.mark()
            look_back = self._settings.look_back_hours
            first = self._settings.start_from if mark is None else mark.plus(-look_back)
        first = max(first, self._settings.start_from)
        # Until the listing has gone through, a turn that fills up continues where it stopped.
        self.cursor = str(first)
        self._listing = True
        yield from self._changed(first, self._settled)
        self._listing = False
        self.cursor = "end"

    def _changed(self, first: ArrivalHour, last: ArrivalHour) -> Iterator[Candidate]:
        """Hours with objects whose fingerprint is not the recorded one."""
        if last < first:
            return
        for batch in batched(self._landing.hours(first, last), _BATCH_HOURS):
            recorded = self._ledger.taken_hours(batch[0][0], batch[-1][0])
            for hour, objects in batch:
                if self._listing:
                    self.newest = hour
                now_is = Fingerprint.of(objects)._asdict()
                if hour in self._open:
                    open_item = self._open[hour]
                    if open_item["state"] == "held" and open_item["fingerprint"] == now_is:
                        continue
                elif recorded.get(hour, {}).get("fingerprint") == now_is:
                    continue
                yield self._candidate(hour, objects, self._open.get(hour, {}))

    def _candidate(
        self, hour: ArrivalHour, objects: list[LandedObject], item: Mapping[str, Any]
    ) -> Candidate:
        progress = item.get("progress")
        # Objects that came since an hour's first part was taken may sort before it: start over.
        unchanged = progress and progress["digest"] == Fingerprint.of(objects).digest
        return Candidate(
            hour,
            tuple(objects),
            after=progress["after"] if progress and unchanged else None,
            max_hours=item.get("max_hours", MAX_SLICE_HOURS),
        )

    def unread(self, taken: Taken) -> list[dict[str, str]]:
        """The taken objects that no query will read, with the reason of each."""
        landing, hour = self._landing, taken.candidate.hour
        found = []
        for item in taken.objects:
            reason = unreadable_reason(item, hour_prefix(landing.prefix, hour))
            if reason is None:
                known = self._unreadable.get(landing.uri_of(item.key))
                reason = known["reason"] if known and known["etag"] == item.etag else None
            if reason is not None:
                found.append({"key": item.key, "reason": reason})
        return found


def _hour_document(search: _Search, taken: Taken) -> dict[str, Any]:
    unread = search.unread(taken)
    candidate = taken.candidate
    return {
        "hour": str(candidate.hour),
        "fingerprint": Fingerprint.of(candidate.objects)._asdict(),
        "objects": [[item.key, item.size, item.etag] for item in taken.objects],
        "unread": unread,
        "excluded": [entry["key"] for entry in unread if not is_hidden(entry["reason"])],
        "partial": taken.partial,
        "after": candidate.after,
        "upto": taken.upto,
    }


def _open_summary(ledger: Ledger) -> dict[str, int]:
    states = [item["state"] for item in ledger.open_hours().values()]
    return {"held": states.count("held")}


def _body(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("pk", "sk", "done")}
