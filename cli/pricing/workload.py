"""Landings to price, and what their runs use of everything that AWS bills."""

from __future__ import annotations

from math import ceil, exp
from typing import NamedTuple

from springtide import usage
from springtide.counts import Surroundings
from springtide.dataset import loading, tables
from springtide.foretelling import Built, Intake, turned
from springtide.prices import GIGABYTE
from springtide.scanning import DELTA, DERIVED, EVENTS, ROWS_A_BYTE
from springtide.usage import Turned

DAYS_A_MONTH = 30
# Whose tables, windows and rules are priced.
DATA_SET = "traffic"
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
    """The turns of a run: slices of at least one arrival hour, however large."""
    fitting = max(1, workload.max_slice_bytes // workload.bytes_an_hour)
    count = ceil(workload.hours_a_run / min(fitting, workload.hours_a_run))
    return [turned(intake_of(workload, workload.hours_a_run / count))] * count


def of_run(workload: Workload) -> dict[str, float]:
    """What a run uses."""
    published = len(tables.published_tables(loading.load(DATA_SET)))
    return usage.of_turns(turns(workload), Surroundings(published))


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


def intake_of(workload: Workload, hours: float) -> Intake:
    """What a turn over so many arrival hours takes in.

    Late hours have all their events. An hour that a window reaches into has no events if it comes
    after the newest one.
    """
    late = late_hours_touched(workload, hours)
    arrived = ceil(hours)
    return Intake(
        landed=workload.bytes_an_hour * hours,
        objects=workload.objects_an_hour * hours,
        arrival_hours=arrived,
        quarantined=arrived,
        event_hours=ceil(late + hours),
        rows_an_hour=workload.events_a_day / 24,
        current=late * workload.bytes_an_hour * EVENTS,
        derived=[
            _built(workload, hours, table.reach_hours) for table in loading.load(DATA_SET).derived
        ],
    )


def _built(workload: Workload, hours: float, reach: int) -> Built:
    # Hours before those that are built are read and not built.
    read = hours + late_hours_touched(workload, hours, 2 * reach) + reach
    return Built(
        ceil(hours + late_hours_touched(workload, hours, reach)),
        read * workload.bytes_an_hour * EVENTS,
    )


def _stored(workload: Workload) -> dict[str, float]:
    """A month of events and derived rows, and deltas and replaced versions while they are kept."""
    day = workload.bytes_a_day
    published = day * EVENTS * (1 + DERIVED) * DAYS_A_MONTH
    replaced = sum(_replaced(each, workload) for each in turns(workload)) * workload.runs_a_day
    kept = (day * DELTA + replaced) * workload.retain_days
    return {"s3_gb_months": (published + kept) / GIGABYTE}


def _replaced(each: Turned, workload: Workload) -> float:
    """Bytes of versions that a turn replaces: all that it built but what landed."""
    turn = each.turn
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
SAMPLE_BYTES = 10_100_000


def of_size(name: str, bytes_a_day: float, late_hours: int, runs_a_day: int = 24) -> Workload:
    """A landing of so many bytes whose events compress as those of the sample do."""
    return Workload(name, bytes_a_day * ROWS_A_BYTE, bytes_a_day, 0.02, late_hours, runs_a_day)


WORKLOADS = (
    of_size("small, the sample", SAMPLE_BYTES, 240),
    of_size("medium, 5 GB a day", 5 * GIGABYTE, 24),
    of_size("large, 1 TB a day", 1024 * GIGABYTE, 24),
)
