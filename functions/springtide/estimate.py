"""The dry run: what a run would take in, and about what that costs; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from springtide import dataset, experience
from springtide.experience import STEPS, Counted, Experience
from springtide.landing import total_bytes
from springtide.ledger import Ledger
from springtide.partitions import MAX_CHUNK_PARTITIONS
from springtide.prices import Price, billed_bytes, price
from springtide.requests import Request
from springtide.searching import Search
from springtide.settings import Settings
from springtide.slicing import Choice, cut
from springtide.store import Store

# States entered (springtide.asl.yaml, run_query.asl.yaml): a turn's own, a chunk's, a query's with
# the polls of one that takes some ten seconds.
TURN_STATES = 12
CHUNK_STATES = 4
_POLLS = 4
QUERY_STATES = 2 + 3 * _POLLS
# Functions called: in a turn, for a chunk, for a query. About a second each, most with 512 MB.
_TURN_CALLS = 4
_CHUNK_CALLS = 2
_CALL_GB_SECONDS = 0.5


@dataclass(frozen=True)
class Estimate:
    """What a run that started now would do, if nothing else landed."""

    # Arrival hours by why they are taken in, and all of them.
    pending: int
    changed: int
    new: int
    arrival_hours: int
    objects: int
    bytes: int
    # Objects among them that no query reads.
    unread: int
    slices: list[dict[str, Any]]
    # What slices found in these hours before, None where none did: it is known only once a delta
    # is written.
    counted: Counted | None
    # What the rest assumes: at least one event hour in each slice, the ratio of earlier slices.
    event_hours: int
    experience: Experience
    queries: int
    scanned_bytes: int
    price: Price


def estimate(settings: Settings, request: Request | None, now: datetime) -> Estimate:
    """What a run would take in now: what is pending, asked for or has changed, and its price."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    store = Store(settings.lake_bucket)
    known = experience.learn(ledger, store)
    asked = [] if request is None else [_item(request)]
    search = Search(settings, ledger, now, None, asked)
    slices, works = [], []
    hours: dict[str, str | None] = {}
    pending = unread = 0
    for choice in cut(search.candidates(), settings.max_slice_bytes):
        for taken in choice.taken:
            hour = taken.candidate.hour
            recorded = search.changed.get(hour)
            if hour in search.open:
                recorded = ledger.get("hour", str(hour))
                pending += str(hour) not in hours
            hours[str(hour)] = None if recorded is None else recorded["slice"]
            unread += len(search.unread(taken))
        slices.append(_slice(choice))
        works.append(_work(settings, known, slices[-1]))
    before = {slice_id for slice_id in hours.values() if slice_id is not None}
    counted = experience.counted(ledger, store, hours, before)
    changed = len(search.changed.keys() - search.open.keys())
    return Estimate(
        pending=pending,
        changed=changed,
        new=len(hours) - pending - changed,
        arrival_hours=len(hours),
        objects=sum(each["objects"] for each in slices),
        bytes=sum(each["bytes"] for each in slices),
        unread=unread,
        slices=slices,
        counted=counted if counted.arrival_hours else None,
        event_hours=sum(work.event_hours for work in works),
        experience=known,
        queries=sum(work.queries for work in works),
        scanned_bytes=sum(work.scanned for work in works),
        price=_price(works),
    )


class _Work(NamedTuple):
    """What one slice needs."""

    event_hours: int
    chunks: int
    queries: int
    scanned: int
    billed: int


def _work(settings: Settings, known: Experience, slice_: dict[str, Any]) -> _Work:
    event_hours = max(1, ceil(known.event_hours_an_hour * slice_["hours"]))
    merges = _chunks(event_hours) + _chunks(slice_["hours"])  # of the quarantine, if it has any
    derived = sum(
        _chunks(event_hours + table.reach_hours)
        for table in dataset.load(settings.data_set).derived
    )
    queries = dict(zip(STEPS, (1, 1, merges, merges, derived, derived), strict=True))
    scanned = {step: round(known.scanned[step] * slice_["bytes"]) for step in STEPS}
    return _Work(
        event_hours=event_hours,
        chunks=merges + derived,
        queries=sum(queries.values()),
        scanned=sum(scanned.values()),
        billed=sum(billed_bytes(scanned[step], queries[step]) for step in STEPS),
    )


def _price(works: list[_Work]) -> Price:
    turns = len(works)
    chunks = sum(work.chunks for work in works)
    queries = sum(work.queries for work in works)
    calls = turns * _TURN_CALLS + chunks * _CHUNK_CALLS + queries * (1 + _POLLS)
    return price(
        athena_bytes=sum(work.billed for work in works),
        transitions=turns * TURN_STATES + chunks * CHUNK_STATES + queries * QUERY_STATES,
        calls=calls,
        gb_seconds=calls * _CALL_GB_SECONDS,
    )


def _chunks(partitions: int) -> int:
    return ceil(partitions / MAX_CHUNK_PARTITIONS)


def _slice(choice: Choice) -> dict[str, Any]:
    hours = [taken.candidate.hour for taken in choice.taken]
    return {
        "first_hour": str(min(hours)),
        "last_hour": str(max(hours)),
        "hours": len(hours),
        "objects": sum(len(taken.objects) for taken in choice.taken),
        "bytes": sum(total_bytes(taken.objects) for taken in choice.taken),
    }


def _item(request: Request) -> dict[str, Any]:
    return {"sk": "dry run", "first": str(request.first), "last": str(request.last)}
