"""Rebuilds event hours: which arrival hours they need, and what prevents it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from springtide.arrivals.landing import Landing, fingerprint
from springtide.arrivals.slicing import Candidate
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from springtide.ledger import fills, open_hours, rebuild_requests, taken_hours
from springtide.ledger.rebuild_requests import RebuildRequest
from springtide.ledger.table import Ledger
from springtide.ledger.taken_hours import TakenHour
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Plan, RebuildOrder
from springtide.model.errors import RebuildRefusedError, RebuildTooNarrowError
from springtide.model.partitions import Partition
from springtide.model.settings import Settings
from springtide.model.wording import listed

# A rebuild is one slice: its chunks must leave room in the run's history, and its extract must end
# within Athena's time. With 35 days of lateness this is some seven weeks of events.
MAX_REBUILD_HOURS = 2000
# All these objects are listed in one call and kept in one plan, which is held in memory.
MAX_REBUILD_OBJECTS = 300_000


class Rebuild(NamedTuple):
    """A rebuild that can be planned; `document` names its range and its request.

    One that has failed or died before comes `last`, after all pending hours, so that it blocks
    nothing else. If it was published in part, `refused` is what prevents it now.
    """

    taken: list[Candidate]
    document: RebuildOrder
    last: bool
    refused: RebuildRefusedError | None = None


def ready(settings: Settings, ledger: Ledger) -> Rebuild | None:
    """The next requested rebuild, None if there is none or it has to wait.

    It waits for arrival hours that are pending or have changed; changed ones are made pending, so
    that ordinary slices ingest them first. If it cannot be done, raises RebuildRefusedError and
    removes the request, unless it was published in part.
    """
    request = min(rebuild_requests.read(ledger), key=_failed_before, default=None)
    if request is None:
        return None
    last = _failed_before(request)
    request = _whole(loading.load(settings.data_set), request)
    document: RebuildOrder = {
        "request": request["sk"],
        "first": request["first"],
        "last": request["last"],
    }
    try:
        taken = _taken(settings, ledger, request)
    except RebuildRefusedError as err:
        if request.get("published"):
            return Rebuild([], document, last, err)
        rebuild_requests.drop(ledger, request["sk"])
        raise
    return None if taken is None else Rebuild(taken, document, last)


def still_requested(ledger: Ledger) -> str:
    """A line that names the unfinished rebuilds; empty if there are none."""
    found = [
        *(f"event hours {r['first']} to {r['last']}" for r in rebuild_requests.read(ledger)),
        *(f"derived table {table}" for table in sorted(fills.filling(ledger))),
    ]
    if not found:
        return ""
    what = ", ".join(found)
    return f"\nThe rebuild stays requested, and the next run that gets past this makes it: {what}"


def _failed_before(request: RebuildRequest) -> bool:
    return "tries" in request or "published" in request


def _whole(data_set: DataSet, request: RebuildRequest) -> RebuildRequest:
    """The request, extended to whole partitions."""
    if data_set.grain != "day":
        return request
    first, last = request["first"][:10], request["last"][:10]
    return {**request, "first": f"{first}T00", "last": f"{last}T23"}


def partitions(data_set: DataSet, rebuild: RebuildOrder) -> list[Partition]:
    """The partitions of `events` that hold the requested event hours."""
    hour, last = (ArrivalHour.parse(text) for text in (rebuild["first"], rebuild["last"]))
    found: list[Partition] = []
    while hour <= last:
        found.append(tuple(str(hour).split("T"))[: len(data_set.event_keys)])
        hour = hour.plus(1)
    return sorted(set(found))


def changed_partitions(
    ledger: Ledger, data_set: DataSet, plan: Plan, moved: Iterable[Partition]
) -> set[Partition]:
    """The partitions to rebuild: the requested ones, and those whose keys change with them.

    The latter are kept with the request. If the run dies after it published them, the next run
    finds them unchanged, and still has to derive from them.
    """
    name = plan["rebuild"]["request"]
    request = rebuild_requests.one(ledger, name)
    before = [] if request is None else request.get("moved", [])
    known = {*before, *("T".join(hour) for hour in moved)}
    rebuild_requests.moves(ledger, name, known)
    return {tuple(name.split("T")) for name in known}.union(partitions(data_set, plan["rebuild"]))


def check_sources(ledger: Ledger, plan: Plan, sources: Mapping[str, str]) -> None:
    """Checks that every row of the event hours came from an object that the slice has read.

    `sources` are objects that it has not read, with their arrival hours. Raises
    RebuildTooNarrowError if reading these hours may help, and RebuildRefusedError if not.
    """
    if not sources:
        return
    name = plan["rebuild"]["request"]
    request = rebuild_requests.one(ledger, name)
    before = [] if request is None else request.get("also", [])
    read = {*(entry["hour"] for entry in plan["hours"]), *before}
    gone = sorted(uri for uri, hour in sources.items() if hour in read)
    if gone:
        raise RebuildRefusedError(
            "the event hours hold rows of objects that are gone from the landing or can no longer"
            " be read, and these would be lost:\n" + listed(gone)
        )
    also = sorted({*before, *sources.values()})
    rebuild_requests.reads_also(ledger, name, also)
    raise RebuildTooNarrowError(
        f"the event hours hold rows of {len(set(sources.values()))} arrival hours that the data"
        " set's lateness no longer allows; these are read too"
    )


def _taken(settings: Settings, ledger: Ledger, request: RebuildRequest) -> list[Candidate] | None:
    """The arrival hours to read, as a whole; None if some must be ingested first."""
    recorded = _recorded(settings, ledger, request)
    if len(recorded) > MAX_REBUILD_HOURS:
        raise RebuildRefusedError(
            f"{len(recorded)} arrival hours can hold these event hours, and a rebuild reads"
            f" {MAX_REBUILD_HOURS} at most; request shorter ranges, one after the other"
        )
    count = sum(item["fingerprint"]["objects"] for item in recorded.values())
    if count > MAX_REBUILD_OBJECTS:
        raise RebuildRefusedError(
            f"{count} objects of {len(recorded)} arrival hours can hold these event hours, and a"
            f" rebuild reads {MAX_REBUILD_OBJECTS} at most; request shorter ranges"
        )
    known = open_hours.read(ledger)
    taken, wait = [], False
    # Hours that still have objects.
    landed = Landing.of(settings).hours(min(recorded), max(recorded)) if recorded else ()
    for hour, objects in landed:
        if hour not in recorded:
            continue
        state = known[hour]["state"] if hour in known else None
        if state == "held":
            raise RebuildRefusedError(
                f"arrival hour {hour} is held; free it first (springtide retry, or resume)"
            )
        now_is = fingerprint(objects)
        if state is None and now_is != recorded[hour]["fingerprint"]:
            open_hours.put(ledger, hour, {"state": "pending", "fingerprint": now_is})
            wait = True
        wait = wait or state == "pending"
        taken.append(Candidate(hour, tuple(objects)))
    if wait:
        return None
    if not taken:
        raise RebuildRefusedError(
            f"no arrival hour that can hold the event hours {request['first']} to"
            f" {request['last']} was ingested and lies in the landing"
        )
    return taken


def _recorded(
    settings: Settings, ledger: Ledger, request: RebuildRequest
) -> dict[ArrivalHour, TakenHour]:
    """The records of the arrival hours that can hold the event hours."""
    data_set = loading.load(settings.data_set)
    first, last = ArrivalHour.parse(request["first"]), ArrivalHour.parse(request["last"])
    # An event may have arrived in the last second of a unit, and lie that far in its future.
    recorded = taken_hours.between(
        ledger, first.plus(-data_set.latest_hours), last.plus(data_set.too_old_hours)
    )
    for name in request.get("also", []):
        item = taken_hours.one(ledger, name)
        if item is not None:
            recorded[ArrivalHour.parse(name)] = item
    return dict(sorted(recorded.items()))
