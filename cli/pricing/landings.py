"""A landing's monthly bill: its runs, the stack's fixed costs, and storage."""

from collections import defaultdict
from math import ceil, exp
from pathlib import Path
from typing import NamedTuple

from springtide.aws.observability import UNITS
from springtide.dataset import loading
from springtide.ledger.due import DUE_SHARE

from cli.pricing.model import DELTA, DERIVED, EVENTS, ROWS_A_BYTE, Turn, of_run
from cli.pricing.prices import ATHENA_MINIMUM_BYTES, GIGABYTE, PRICES, TERABYTE, bill
from offline.project import TEMPLATE
from offline.template import load

DAYS_A_MONTH = 30
# The data set whose tables, windows and rules are priced.
DATA_SET = "traffic"
# AWS's pricing example has a crawler of 2 DPU; it bills ten minutes at least.
_CRAWL_DPU_HOURS = 2 * 10 / 60
# The share of the key columns in an event hour's bytes, in the sample.
_KEYS = 0.107


class Landing(NamedTuple):
    """A landing and how it is run; bytes are those of the landed gzip files.

    Late events are spread evenly over the `late_hours` before; a run ingests whole arrival hours.
    """

    name: str
    bytes_a_day: float
    late_hours: int
    runs_a_day: int = 24
    late_share: float = 0.02
    objects_an_hour: int = 12
    max_slice_bytes: int = 20 * GIGABYTE
    retain_days: int = 7
    fresh_hours: int = 1
    defer_hours: int = 6

    @property
    def events_a_day(self) -> float:
        """Events, if they compress like those of the sample."""
        return self.bytes_a_day * ROWS_A_BYTE


class Runs(NamedTuple):
    """Runs that do the same work: their share of all runs, and the turns of each."""

    share: float
    turns: list[Turn]


def runs(landing: Landing) -> list[Runs]:
    """The runs that leave late rows waiting, and those that merge all of them.

    Turns are slices of at least one arrival hour, however large.
    """
    hours = 24 / landing.runs_a_day
    fitting = max(1, landing.max_slice_bytes // (landing.bytes_a_day / 24))
    count = ceil(hours / min(fitting, hours))
    each = hours / count
    cycle = 1 + ceil(landing.defer_hours / hours)
    # An hour for which this many rows wait does not wait longer.
    waiting = landing.late_share * hours / landing.late_hours
    cycle = min(cycle, ceil(DUE_SHARE / waiting)) if waiting else cycle
    if cycle == 1:
        return [Runs(1, [_turn(landing, each, 1)] * count)]
    fresh, settling = _turn(landing, each, 0), _turn(landing, each, cycle * count)
    return [
        Runs(1 - 1 / cycle, [fresh] * count),
        Runs(1 / cycle, [settling, *[fresh] * (count - 1)]),
    ]


def month(landing: Landing) -> dict[str, float]:
    """Dollars a month by service."""
    usage: dict[str, float] = defaultdict(float)
    for kind in runs(landing):
        number = kind.share * landing.runs_a_day * DAYS_A_MONTH
        for name, amount in of_run(kind.turns).usage().items():
            usage[name] += amount * number
        # Collection lists each replaced file, reads its tags, and tags it.
        files = number * sum(sum(turn.files) for turn in kind.turns)
        usage["s3_writes"] += 2 * files
        usage["s3_reads"] += files
    stored = {"s3_gb_months": _stored_bytes(landing) / GIGABYTE}
    return bill(usage | stored | fixed())


def fixed(template: Path = TEMPLATE) -> dict[str, float]:
    """What a stack uses a month without runs, by default: a crawl a week, metrics, alarms."""
    resources = list(load(template)["Resources"].values())
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    return {
        "crawl_dpu_hours": _CRAWL_DPU_HOURS * DAYS_A_MONTH / 7,
        "metric_months": len(UNITS),
        # An alarm is billed for the metrics that its expression reads, or else for its own.
        "alarm_months": sum(
            sum("MetricStat" in each for each in alarm.get("Properties", {}).get("Metrics", []))
            or 1
            for alarm in alarms
        ),
        "dashboard_months": sum(
            each["Type"] == "AWS::CloudWatch::Dashboard" and "Condition" not in each
            for each in resources
        ),
    }


def others(landing: Landing) -> dict[str, float]:
    """Dollars a month of other ways to load the same landing with Athena: bytes scanned only.

    docs/cost.md says what each leaves undone.
    """
    runs, day = landing.runs_a_day * DAYS_A_MONTH, landing.bytes_a_day
    window = ceil(landing.late_hours / 24) + 1
    # Athena writes at most 100 partitions a statement, and each reads the window's Parquet.
    statements = ceil(window * 24 / 100)
    # MERGE reads what arrived, and the keys of the hours that it touches if its ON names them.
    hours = 24 / landing.runs_a_day
    touched = hours + late_hours_merged(landing, hours, 1)
    scanned = {
        "MERGE into Iceberg": day / landing.runs_a_day + _KEYS * touched * day / 24 * EVENTS,
        "INSERT INTO of what arrived since": day / landing.runs_a_day,
        "INSERT INTO over 90 days": 90 * day * (1 + 0.1 * EVENTS),
        "dbt-athena insert_overwrite": window * day * (1 + EVENTS * (0.1 + statements)),
    }
    return {
        name: runs * max(size, ATHENA_MINIMUM_BYTES) / TERABYTE * PRICES["athena_terabytes"].dollars
        for name, size in scanned.items()
    }


def late_hours_merged(landing: Landing, hours: float, slices: int, reach: int = 0) -> float:
    """How many earlier hours a slice of this many arrival hours merges, on average.

    These are the hours up to FreshHours before, if late events of the slice belong to them, and
    others if late events of any of the `slices` do. `reach` counts the hours around each too, once.
    """
    late = landing.late_share * landing.events_a_day * hours / 24
    untouched = exp(-late / landing.late_hours)
    fresh = min(landing.fresh_hours, landing.late_hours)
    return sum(
        count * (1 - untouched ** (of * (1 + reach)))
        for count, of in ((fresh, 1), (landing.late_hours - fresh, slices))
    )


def _turn(landing: Landing, hours: float, slices: int) -> Turn:
    """A turn that merges the late rows of a number of slices, including its own."""
    an_hour = landing.bytes_a_day / 24
    arrived = ceil(hours)

    def merged(reach: int = 0) -> float:
        return late_hours_merged(landing, hours, slices, reach)

    reaches = [table.reach_hours for table in loading.load(DATA_SET).derived]
    # To derive an hour, the hours that its window reaches into are read too.
    read = sum(hours + merged(2 * reach) + reach for reach in reaches)
    return Turn(
        landed=an_hour * hours,
        objects=landing.objects_an_hour * hours,
        arrival_hours=arrived,
        rejected_hours=arrived,
        event_hours=ceil(merged() + hours),
        derived_hours=[ceil(hours + merged(r)) for r in reaches],
        current=merged() * an_hour * EVENTS,
        read=read * an_hour * EVENTS,
        rows_an_hour=landing.events_a_day / 24,
        waiting=landing.late_share * an_hour * hours * DELTA * slices,
    )


def _stored_bytes(landing: Landing) -> float:
    """Bytes stored in a month: events and derived rows; deltas and replaced versions while kept."""
    day, an_hour = landing.bytes_a_day, landing.bytes_a_day / 24
    replaced = 0.0
    for kind in runs(landing):
        for turn in kind.turns:
            written = turn.event_hours + DERIVED * sum(turn.derived_hours)
            new = turn.landed * (1 + DERIVED)
            replaced += kind.share * max(0.0, written * an_hour - new) * EVENTS
    kept = (day * DELTA + replaced * landing.runs_a_day) * landing.retain_days
    return day * EVENTS * (1 + DERIVED) * DAYS_A_MONTH + kept
