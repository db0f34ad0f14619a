"""The dry run: what a run would ingest and about what it would cost; writes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from springtide.arrivals.landing import Landing, total_bytes
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Choice, cut
from springtide.dataset import loading
from springtide.dataset.changes import Change
from springtide.dataset.declaration import DataSet, Derived
from springtide.ledger import due, published, taken_hours, waiting
from springtide.ledger.hour_requests import HourRequest
from springtide.ledger.table import Ledger
from springtide.model.partitions import EVENTS as EVENTS_TABLE
from springtide.model.partitions import HOURS
from springtide.model.settings import Settings
from springtide.requests import declared, layouts
from springtide.requests.run_input import Hours

from cli.pricing.model import EVENTS, Quantities, Turn, of_run
from cli.pricing.prices import bill
from cli.pricing.recent import Recent, recent


@dataclass(frozen=True)
class Rebuild:
    """What a rebuild of all event hours would read, and about what it would cost, in dollars."""

    event_hours: int
    arrival_hours: int
    objects: int
    bytes: int
    price: float


@dataclass(frozen=True)
class Estimate:
    """What a run that started now would do, if nothing else landed."""

    # Arrival hours by the reason why they are ingested, and all of them.
    pending: int
    changed: int
    new: int
    arrival_hours: int
    objects: int
    bytes: int
    # Objects among them that no query reads.
    unread: int
    slices: list[dict[str, Any]]
    # Late rows that wait, their event hours, and whether the run would merge them.
    waiting_rows: int
    waiting_hours: int
    settles: bool
    # From the ratios below; only the delta will tell which event hours they are.
    event_hours: int
    recent: Recent
    quantities: Quantities
    # Dollars by service for this run; a crawl and what is stored are not part of it.
    price: dict[str, float]
    # What the declaration has changed since the last run, and what applying it to all would cost.
    changes: list[Change]
    rebuild: Rebuild


def estimate(settings: Settings, request: Hours | None, now: datetime) -> Estimate:
    """What a run would ingest now: what is pending, requested or has changed, and its price."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    ratios = recent(ledger, settings.lake_bucket)
    own_requests: list[HourRequest] = []
    if request is not None:
        own_requests = [{"sk": "dry run", "first": str(request.first), "last": str(request.last)}]
    data_set = loading.load(settings.data_set)
    own_requests += layouts.requests(ledger, data_set.landing, settings.start_from, now)
    search = Search(settings, ledger, now, None, own_requests)
    search.reopen(declared.to_reopen(ledger, Landing.of(settings), data_set))
    waits = waiting.entries(ledger)
    settles = due.must_settle(waits, now - timedelta(hours=settings.defer_hours))
    settled = len(waiting.by_hour(waits)) if settles else 0
    slices: list[dict[str, Any]] = []
    turns: list[Turn] = []
    hours, pending, changed, unread = set(), 0, 0, 0
    changes = declared.changed(ledger, data_set, settings.database)
    stopped = any(change.stops_runs for change in changes)
    candidates = iter(() if stopped else search.candidates())
    for choice in cut(candidates, settings.max_slice_bytes):
        for taken in choice.taken:
            pending += taken.hour in search.open
            changed += taken.hour in search.changed and taken.hour not in search.open
            hours.add(taken.hour)
            unread += len(search.unread(taken))
        slices.append(_slice(choice))
        turns.append(turn_of(data_set, ratios, slices[-1], settled if not turns else 0))
    if settled and not turns and not stopped:
        turns.append(turn_of(data_set, ratios, {"hours": 0, "bytes": 0, "objects": 0}, settled))
    objects = sum(each["objects"] for each in slices)
    quantities = of_run(turns, objects)
    return Estimate(
        pending=pending,
        changed=changed,
        new=len(hours) - pending - changed,
        arrival_hours=len(hours),
        objects=objects,
        bytes=sum(each["bytes"] for each in slices),
        unread=unread,
        slices=slices,
        waiting_rows=waiting.rows_of(waits),
        waiting_hours=len(waiting.by_hour(waits)),
        settles=settles,
        event_hours=sum(each.event_hours for each in turns),
        recent=ratios,
        quantities=quantities,
        price=bill(quantities.usage()),
        changes=changes,
        rebuild=_rebuild(ledger, data_set, ratios),
    )


def _rebuild(ledger: Ledger, data_set: DataSet, ratios: Recent) -> Rebuild:
    taken = [item["fingerprint"] for item in taken_hours.read(ledger)]
    event_hours = published.count(ledger, EVENTS_TABLE.table)
    objects, landed = (sum(each[name] for each in taken) for name in ("objects", "bytes"))
    slice_ = {"hours": len(taken), "objects": objects, "bytes": landed}
    ratios = replace(ratios, event_hours_an_arrival_hour=0.0)  # the event hours are known
    quantities = of_run([turn_of(data_set, ratios, slice_, event_hours)] if taken else [], objects)
    price = sum(bill(quantities.usage()).values())
    return Rebuild(event_hours, len(taken), objects, landed, price)


def turn_of(data_set: DataSet, ratios: Recent, slice_: dict[str, Any], settled: int = 0) -> Turn:
    """The turn that ingests a slice (its hours, objects and bytes), with the ratios of others.

    `settled` are event hours that it also merges, for the late rows that wait for them.
    """
    arrived, landed = slice_["hours"], slice_["bytes"]
    touched = max(1, _whole(ratios.event_hours_an_arrival_hour * arrived) + settled)
    current = touched * ratios.current_rows_an_hour / ratios.rows_a_byte * EVENTS
    tables = len(data_set.derived)
    a_table = (ratios.derived_an_event_hour or 0) / max(1, tables)
    derived = _whole((1 if ratios.derived_an_event_hour is None else a_table) * touched)
    an_hour = (current + landed * EVENTS) / touched
    return Turn(
        landed=landed,
        objects=slice_["objects"],
        arrival_hours=arrived,
        rejected_hours=_whole(ratios.rejected_share * arrived),
        event_hours=touched,
        derived_hours=[derived] * tables,
        current=current,
        read=sum(_read(data_set, table, derived) * an_hour for table in data_set.derived),
        rows_an_hour=landed * ratios.rows_a_byte / touched + ratios.current_rows_an_hour,
        known_scan=(
            None if ratios.scanned_a_byte is None or settled else ratios.scanned_a_byte * landed
        ),
    )


def _read(data_set: DataSet, table: Derived, built: int) -> float:
    """How many partitions of `events` are read to build this many consecutive ones of the table."""
    around = table.reach_hours + table.reach_after_hours
    return (built * HOURS[table.grain] + around) / HOURS[data_set.grain]


def _whole(number: float) -> int:
    """The next whole number, ignoring floating point noise."""
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
