"""The dry run: what a run would take in, and about what that costs; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from springtide import dataset, experience, scanning, tables, usage
from springtide.counts import Surroundings, Turn, polls
from springtide.experience import Counted, Experience
from springtide.landing import total_bytes
from springtide.ledger import Ledger
from springtide.partitions import MAX_CHUNK_PARTITIONS
from springtide.prices import bill
from springtide.requests import Request
from springtide.scanning import STEPS, Volume
from springtide.searching import Search
from springtide.settings import Settings
from springtide.slicing import Choice, cut
from springtide.store import Store
from springtide.usage import Turned


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
    # Dollars by service, for this run; a crawl and what is stored are not part of it.
    price: dict[str, float]


def estimate(settings: Settings, request: Request | None, now: datetime) -> Estimate:
    """What a run would take in now: what is pending, asked for or has changed, and its price."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    store = Store(settings.lake_bucket)
    known = experience.learn(ledger, store)
    asked = [] if request is None else [_item(request)]
    search = Search(settings, ledger, now, None, asked)
    slices, turned = [], []
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
        turned.append(_turned(settings, known, slices[-1]))
    before = {slice_id for slice_id in hours.values() if slice_id is not None}
    counted = experience.counted(ledger, store, hours, before)
    changed = len(search.changed.keys() - search.open.keys())
    objects = sum(each["objects"] for each in slices)
    published = len(tables.published_tables(dataset.load(settings.data_set)))
    around = Surroundings(published, objects, batches=max(1, len(turned)))
    return Estimate(
        pending=pending,
        changed=changed,
        new=len(hours) - pending - changed,
        arrival_hours=len(hours),
        objects=objects,
        bytes=sum(each["bytes"] for each in slices),
        unread=unread,
        slices=slices,
        counted=counted if counted.arrival_hours else None,
        event_hours=sum(_event_hours(known, each) for each in slices),
        experience=known,
        queries=sum(each.turn.queries for each in turned),
        scanned_bytes=round(sum(each.scanned_bytes for each in turned)),
        price=bill(usage.of_turns(turned, around)),
    )


def _turned(settings: Settings, known: Experience, slice_: dict[str, Any]) -> Turned:
    """A slice's turn. Without experience its event hours are taken to be empty so far."""
    touched, arrived = _event_hours(known, slice_), slice_["hours"]
    reaches = [table.reach_hours for table in dataset.load(settings.data_set).derived]
    volume = Volume(
        landed=slice_["bytes"],
        current=0,
        read=slice_["bytes"] * scanning.EVENTS,
        event_chunks=_chunks(touched),
        quarantine_chunks=_chunks(arrived),  # if it has any
        derived_chunks=sum(_chunks(touched + reach) for reach in reaches),
    )
    queries = scanning.queries(volume)
    found = scanning.scanned(volume)
    if known.slices:
        found = {step: known.scanned[step] * slice_["bytes"] for step in STEPS}
    built = sum(touched + reach for reach in reaches)
    flips = touched + arrived + built
    polled = sum(int(n) * polls(found[step] / n) for step, n in queries.items() if n)
    written = scanning.files(flips, volume.staged * (1 + scanning.DERIVED))
    merges, derives = round(queries["merge"]), round(queries["derive"])
    return Turned(
        Turn(arrived, touched, merges, derives, flips, polled),
        queries,
        found,
        # What was there, new versions for their audit, events for what is derived and its audit.
        files_read=slice_["objects"] + 4 * written,
        files_written=written,
        listings=arrived + 4 * flips,
    )


def _event_hours(known: Experience, slice_: dict[str, Any]) -> int:
    arrived: int = slice_["hours"]
    return max(1, ceil(known.event_hours_an_hour * arrived))


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
