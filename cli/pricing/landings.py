"""What a landing costs a month: its runs, the stack's fixed costs, and what is stored."""

from __future__ import annotations

from math import ceil, exp
from pathlib import Path
from typing import NamedTuple

from springtide.aws.observability import UNITS
from springtide.dataset import loading
from springtide.dataset.declaration import REASONS
from springtide.model.lateness import AGES

from cli.pricing.model import DELTA, DERIVED, EVENTS, ROWS_A_BYTE, Quantities, Turn, of_run
from cli.pricing.prices import ATHENA_MINIMUM_BYTES, GIGABYTE, PRICES, TERABYTE, bill
from offline.project import TEMPLATE
from offline.template import load

DAYS_A_MONTH = 30
# Whose tables, windows and rules are priced.
DATA_SET = "traffic"
# AWS's own pricing example has a crawler of 2 DPU; ten minutes are its minimum.
_CRAWL_DPU_HOURS = 2 * 10 / 60
# The sample of `springtide generate`: 100 detectors, a day.
SAMPLE_BYTES = 10_100_000


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
    retain_days: int = 30

    @property
    def events_a_day(self) -> float:
        """Events, if they compress as those of the sample do."""
        return self.bytes_a_day * ROWS_A_BYTE


LANDINGS = (
    Landing("small, the sample", SAMPLE_BYTES, 240),
    Landing("medium, 5 GB a day", 5 * GIGABYTE, 24),
    Landing("large, 1 TB a day", 1024 * GIGABYTE, 24),
)


def turns(landing: Landing) -> list[Turn]:
    """The turns of a run: slices of at least one arrival hour, however large."""
    hours = 24 / landing.runs_a_day
    fitting = max(1, landing.max_slice_bytes // (landing.bytes_a_day / 24))
    count = ceil(hours / min(fitting, hours))
    return [_turn(landing, hours / count)] * count


def run(landing: Landing) -> Quantities:
    """What a run does."""
    return of_run(turns(landing))


def month(landing: Landing) -> dict[str, float]:
    """Dollars a month by service."""
    runs = landing.runs_a_day * DAYS_A_MONTH
    usage = {name: amount * runs for name, amount in run(landing).usage().items()}
    # Clean-up lists each replaced file, reads its tags, and tags it.
    files = runs * sum(sum(turn.files) for turn in turns(landing))
    usage["s3_writes"] += 2 * files
    usage["s3_reads"] += files
    stored = {"s3_gb_months": _stored_bytes(landing) / GIGABYTE}
    return bill(usage | stored | fixed())


def fixed(template: Path = TEMPLATE) -> dict[str, float]:
    """What a stack uses a month without runs: a crawl a day, metrics, alarms and dashboards."""
    resources = list(load(template)["Resources"].values())
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    # Two metrics are emitted for each reason and for each age.
    reasons = len(REASONS) + len(loading.load(DATA_SET).rules)
    return {
        "crawl_dpu_hours": _CRAWL_DPU_HOURS * DAYS_A_MONTH,
        "metric_months": len(UNITS) - 2 + reasons + len(AGES),
        # An alarm is billed for the metrics that its expression reads, else for its one.
        "alarm_months": sum(
            sum("MetricStat" in each for each in alarm.get("Properties", {}).get("Metrics", []))
            or 1
            for alarm in alarms
        ),
        "dashboard_months": sum(each["Type"] == "AWS::CloudWatch::Dashboard" for each in resources),
    }


def others(landing: Landing) -> dict[str, float]:
    """Dollars a month of other ways to load the same landing with Athena: bytes scanned only.

    docs/cost.md says what each leaves undone.
    """
    runs, day = landing.runs_a_day * DAYS_A_MONTH, landing.bytes_a_day
    window = ceil(landing.late_hours / 24) + 1
    # Athena writes at most 100 partitions a statement, and each reads the window's Parquet.
    statements = ceil(window * 24 / 100)
    scanned = {
        "INSERT INTO of what arrived since": day / landing.runs_a_day,
        "INSERT INTO over 90 days": 90 * day * (1 + 0.1 * EVENTS),
        "dbt-athena insert_overwrite": window * day * (1 + EVENTS * (0.1 + statements)),
    }
    return {
        name: runs * max(size, ATHENA_MINIMUM_BYTES) / TERABYTE * PRICES["athena_terabytes"].dollars
        for name, size in scanned.items()
    }


def late_hours_touched(landing: Landing, hours: float, reach: int = 0) -> float:
    """How many earlier hours the late events of this many arrival hours belong to, on average.

    `reach` counts the hours before and after each too, unless they are counted already.
    """
    late = landing.late_share * landing.events_a_day * hours / 24
    return landing.late_hours * (1 - exp(-late / landing.late_hours) ** (1 + reach))


def _turn(landing: Landing, hours: float) -> Turn:
    an_hour = landing.bytes_a_day / 24
    late, arrived = late_hours_touched(landing, hours), ceil(hours)
    reaches = [table.reach_hours for table in loading.load(DATA_SET).derived]
    # To derive an hour, the hours that its window reaches into are read too.
    read = sum(hours + late_hours_touched(landing, hours, 2 * reach) + reach for reach in reaches)
    return Turn(
        landed=an_hour * hours,
        objects=landing.objects_an_hour * hours,
        arrival_hours=arrived,
        rejected_hours=arrived,
        event_hours=ceil(late + hours),
        derived_hours=[ceil(hours + late_hours_touched(landing, hours, r)) for r in reaches],
        current=late * an_hour * EVENTS,
        read=read * an_hour * EVENTS,
        rows_an_hour=landing.events_a_day / 24,
    )


def _stored_bytes(landing: Landing) -> float:
    """A month of events and derived rows; deltas and replaced versions while they are kept."""
    day, an_hour = landing.bytes_a_day, landing.bytes_a_day / 24
    replaced = 0.0
    for turn in turns(landing):
        written = turn.event_hours + DERIVED * sum(turn.derived_hours)
        replaced += max(0.0, written * an_hour - turn.landed * (1 + DERIVED)) * EVENTS
    kept = (day * DELTA + replaced * landing.runs_a_day) * landing.retain_days
    return day * EVENTS * (1 + DERIVED) * DAYS_A_MONTH + kept
