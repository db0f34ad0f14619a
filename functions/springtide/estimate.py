"""The dry run: what a run would take in, and about what that costs; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from springtide import counts, experience, foretelling, usage
from springtide.arrivals.landing import total_bytes
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Choice, cut
from springtide.aws.documents import Store
from springtide.counts import Counts, Surroundings
from springtide.dataset import loading, tables
from springtide.dataset.declaration import DataSet
from springtide.experience import Counted, Experience
from springtide.foretelling import Built, Intake
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings
from springtide.prices import bill
from springtide.requests.run_input import Request
from springtide.scanning import EVENTS, STEPS
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
    # States, calls and requests of this run, and how often its queries are polled, by the assumed
    # time that they take.
    counts: Counts
    polls: int
    # Dollars by service, for this run; a crawl and what is stored are not part of it.
    price: dict[str, float]


def estimate(settings: Settings, request: Request | None, now: datetime) -> Estimate:
    """What a run would take in now: what is pending, asked for or has changed, and its price."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    store = Store(settings.lake_bucket)
    known = experience.learn(ledger, store)
    asked = [] if request is None else [_item(request)]
    search = Search(settings, ledger, now, None, asked)
    data_set = loading.load(settings.data_set)
    slices, turned = [], []
    hours: dict[str, str | None] = {}
    pending = unread = 0
    for choice in cut(search.candidates(), settings.max_slice_bytes):
        for taken in choice.taken:
            hour = taken.hour
            recorded = search.changed.get(hour)
            if hour in search.open:
                recorded = ledger.get("hour", str(hour))
                pending += str(hour) not in hours
            hours[str(hour)] = None if recorded is None else recorded["slice"]
            unread += len(search.unread(taken))
        slices.append(_slice(choice))
        turned.append(foretold(data_set, known, slices[-1]))
    before = {slice_id for slice_id in hours.values() if slice_id is not None}
    counted = experience.counted(ledger, store, hours, before)
    changed = len(search.changed.keys() - search.open.keys())
    objects = sum(each["objects"] for each in slices)
    published = len(tables.published_tables(data_set))
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
        event_hours=sum(each.turn.event_hours for each in turned),
        experience=known,
        queries=sum(each.turn.queries for each in turned),
        scanned_bytes=round(sum(each.scanned_bytes for each in turned)),
        counts=counts.of_run([each.turn for each in turned], around),
        polls=sum(each.turn.polls for each in turned),
        price=bill(usage.of_turns(turned, around)),
    )


def foretold(data_set: DataSet, known: Experience, slice_: dict[str, Any]) -> Turned:
    """A slice's turn, if it goes as those before it did."""
    scanned = None
    if known.slices:
        scanned = {step: known.scanned[step] * slice_["bytes"] for step in STEPS}
    return foretelling.turned(_intake(data_set, known, slice_), scanned)


def _intake(data_set: DataSet, known: Experience, slice_: dict[str, Any]) -> Intake:
    arrived, landed = slice_["hours"], slice_["bytes"]
    touched = max(1, _whole(known.event_hours_an_hour * arrived))
    current = touched * known.current_rows_an_hour / known.rows_a_byte * EVENTS
    an_hour = (current + landed * EVENTS) / touched
    built = {
        table: _whole(known.built_an_event_hour.get(table.table, 1) * touched)
        for table in data_set.derived
    }
    return Intake(
        landed=landed,
        objects=slice_["objects"],
        arrival_hours=arrived,
        quarantined=_whole(known.quarantined_an_hour * arrived),
        event_hours=touched,
        rows_an_hour=landed * known.rows_a_byte / touched + known.current_rows_an_hour,
        current=current,
        derived=[
            Built(hours, (hours + table.reach_hours) * an_hour) for table, hours in built.items()
        ],
    )


def _whole(number: float) -> int:
    """The next whole number, but for what arithmetic has added."""
    return ceil(round(number, 6))


def _slice(choice: Choice) -> dict[str, Any]:
    hours = [taken.hour for taken in choice.taken]
    return {
        "first_hour": str(min(hours)),
        "last_hour": str(max(hours)),
        "hours": len(hours),
        "objects": sum(len(taken.objects) for taken in choice.taken),
        "bytes": sum(total_bytes(taken.objects) for taken in choice.taken),
    }


def _item(request: Request) -> dict[str, Any]:
    return {"sk": "dry run", "first": str(request.first), "last": str(request.last)}
