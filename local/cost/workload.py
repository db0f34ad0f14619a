"""Landings to price, and what their runs use of everything that AWS bills."""

from __future__ import annotations

from math import ceil, exp
from typing import NamedTuple

from springtide import scanning, usage
from springtide.counts import Surroundings, Turn, polls
from springtide.partitions import MAX_CHUNK_PARTITIONS, MAX_CHUNK_ROWS
from springtide.prices import GIGABYTE
from springtide.scanning import DELTA, DERIVED, EVENTS, Volume
from springtide.usage import Turned

DAYS_A_MONTH = 30
# Of the traffic data set: how far a window reaches, and how many tables are published.
REACH_HOURS, TABLES = 1, 3
# AWS's own pricing example has a crawler of 2 DPU; ten minutes are its minimum.
CRAWL_DPU_HOURS = 2 * 10 / 60


class Workload(NamedTuple):
    """A landing and how it is run. Bytes are landed ones, gzip as they are.

    Late events are spread evenly over the `late_hours` before; a run takes whole arrival hours.
    """

    name: str
    events_a_day: float
    bytes_a_day: float
    late_share: float
    late_hours: int
    runs_a_day: int
    objects_an_hour: int = 12
    max_slice_bytes: int = 20 * GIGABYTE
    retain_days: int = 30
    # Events before compression, as a producer sends them.
    raw_bytes_an_event: int = 580

    @property
    def hours_a_run(self) -> float:
        """Arrival hours that a run takes in."""
        return 24 / self.runs_a_day

    @property
    def bytes_an_hour(self) -> float:
        """Landed bytes of an arrival hour."""
        return self.bytes_a_day / 24


def turns(workload: Workload) -> list[Turned]:
    """The turns of a run: slices of whole hours, or parts of an hour larger than a slice."""
    limit, hour = workload.max_slice_bytes, workload.bytes_an_hour
    if hour > limit:
        parts = ceil(hour / limit)
        count, hours = round(workload.hours_a_run * parts), 1 / parts
    else:
        count = ceil(workload.hours_a_run / min(limit // hour, workload.hours_a_run))
        hours = workload.hours_a_run / count
    return [_turn(workload, hours)] * count


def of_run(workload: Workload) -> dict[str, float]:
    """What a run uses."""
    return usage.of_turns(turns(workload), Surroundings(TABLES))


def of_month(workload: Workload, watched: dict[str, float]) -> dict[str, float]:
    """What a month uses: runs, a crawl a day, collection, storage; `watched` are CloudWatch's."""
    runs = usage.times(of_run(workload), workload.runs_a_day * DAYS_A_MONTH)
    crawls = {"crawl_dpu_hours": CRAWL_DPU_HOURS * DAYS_A_MONTH}
    return usage.added(runs, crawls, _collected(workload), _stored(workload), watched)


def late_hours_touched(workload: Workload, hours: float, reach: int = 0) -> float:
    """How many earlier hours the late events of so many arrival hours are of, on average.

    `reach` counts the hours after and before each too, as far as they are not counted already.
    """
    late = workload.late_share * workload.events_a_day * hours / 24
    untouched = exp(-late / workload.late_hours)
    return workload.late_hours * (1 - untouched ** (1 + reach))


def _turn(workload: Workload, hours: float) -> Turned:
    """A turn over whole arrival hours, or a part of one. Late hours have all their events."""
    late = late_hours_touched(workload, hours)
    fresh = max(1.0, hours)
    events_an_hour = workload.bytes_an_hour * EVENTS
    # Of an hour that is taken in parts, half is there already on average.
    partly = events_an_hour / 2 if hours < 1 else 0.0
    touched = ceil(late + fresh)
    built = ceil(fresh + late_hours_touched(workload, hours, REACH_HOURS) + REACH_HOURS)
    # A window reaches into the hour before, which is read and not built.
    read = fresh + late_hours_touched(workload, hours, REACH_HOURS + 1) + REACH_HOURS
    rows_an_hour = workload.events_a_day / 24
    capacity = max(1, min(MAX_CHUNK_PARTITIONS, int(MAX_CHUNK_ROWS // rows_an_hour)))
    volume = Volume(
        landed=workload.bytes_an_hour * hours,
        current=late * events_an_hour + partly,
        read=read * events_an_hour,
        event_chunks=ceil(touched / capacity),
        quarantine_chunks=1,
        derived_chunks=ceil(built / capacity),
    )
    return _turned(workload, volume, hours, touched, built)


def _turned(workload: Workload, volume: Volume, hours: float, touched: int, built: int) -> Turned:
    queries, found = scanning.queries(volume), scanning.scanned(volume)
    arrived = ceil(hours)
    polled = sum(ceil(n) * polls(found[step] / n) for step, n in queries.items())
    events = scanning.files(touched, volume.staged)
    derived = scanning.files(built, volume.read * DERIVED)
    merges = round(queries["merge"])
    return Turned(
        Turn(arrived, touched, merges, round(queries["derive"]), touched + arrived + built, polled),
        queries,
        found,
        # Events are read to merge, to audit, to derive and to audit that; new ones to audit.
        files_read=workload.objects_an_hour * hours + 4 * events + 2 * derived,
        files_written=events + derived + 2,
        listings=arrived + 4 * touched + 2 * built,
    )


def _stored(workload: Workload) -> dict[str, float]:
    """A month of events and derived rows, and deltas and replaced versions while they are kept."""
    day = workload.bytes_a_day
    tables = day * EVENTS * (1 + DERIVED) * DAYS_A_MONTH
    replaced = sum(_replaced(each, workload) for each in turns(workload)) * workload.runs_a_day
    kept = (day * DELTA + replaced) * workload.retain_days
    return {"s3_gb_months": (tables + kept) / GIGABYTE}


def _replaced(turned: Turned, workload: Workload) -> float:
    """Bytes of versions that a turn replaces: all that it built but what landed."""
    turn = turned.turn
    partitions = turn.flips - turn.arrival_hours - turn.event_hours
    whole = (turn.event_hours + DERIVED * partitions) * workload.bytes_an_hour * EVENTS
    fresh = workload.bytes_an_hour * workload.hours_a_run / len(turns(workload)) * EVENTS
    return max(0.0, whole - fresh * (1 + DERIVED))


def _collected(workload: Workload) -> dict[str, float]:
    """Clean-up: each file that is replaced is listed, its tags are read, and it is tagged."""
    written = sum(each.files_written for each in turns(workload))
    files = written * workload.runs_a_day * DAYS_A_MONTH
    return {"s3_writes": 2 * files, "s3_reads": files, "function_calls": DAYS_A_MONTH}


# The sample of `springtide generate`: 100 detectors, a day.
SAMPLE_EVENTS, SAMPLE_BYTES = 147_000, 10_100_000


def of_size(name: str, bytes_a_day: float, late_hours: int, runs_a_day: int = 24) -> Workload:
    """A landing of so many bytes whose events compress as those of the sample do."""
    events = bytes_a_day * SAMPLE_EVENTS / SAMPLE_BYTES
    return Workload(name, events, bytes_a_day, 0.02, late_hours, runs_a_day)


WORKLOADS = (
    of_size("small, the sample", SAMPLE_BYTES, 240),
    of_size("medium, 5 GB a day", 5 * GIGABYTE, 24),
    of_size("large, 1 TB a day", 1024 * GIGABYTE, 24),
)
