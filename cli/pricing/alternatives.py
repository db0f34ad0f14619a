"""What a user would take instead, priced for the same landing; each says what it leaves undone."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from springtide.prices import GIGABYTE, TERABYTE, billed_bytes
from springtide.scanning import EVENTS

from cli.pricing.workload import DAYS_A_MONTH, Workload

# Days of history in the landing, for what reads all of it.
HISTORY_DAYS = 90
# A Spark job's workers, the time it takes to start, and what a DPU takes in: assumed.
SPARK_DPU, SPARK_START_SECONDS, SPARK_BYTES_A_SECOND = 2, 60, 20 * 1000**2
SPARK_MINIMUM_SECONDS = 60
# Firehose: the shortest time in which it writes an object of each open partition, and what a JQ
# processing hour takes in: assumed.
FLUSH_SECONDS, JQ_GB_AN_HOUR = 900, 50
# Athena writes at most so many partitions a statement.
PARTITIONS_A_STATEMENT = 100


class Alternative(NamedTuple):
    """Another way; `month` gives what it uses in a month."""

    name: str
    formula: str
    leaves: str
    source: str
    month: Callable[[Workload], dict[str, float]]


def look_back_days(workload: Workload) -> int:
    """The look-back that covers what is late: whole days, and the present one."""
    return ceil(workload.late_hours / 24) + 1


def _insert_daily(workload: Workload) -> dict[str, float]:
    return _scans(workload, workload.bytes_a_day / workload.runs_a_day, 1)


def _insert_all(workload: Workload) -> dict[str, float]:
    history = HISTORY_DAYS * workload.bytes_a_day
    return _scans(workload, history * (1 + 0.1 * EVENTS), 1)


def _dbt(workload: Workload) -> dict[str, float]:
    window = look_back_days(workload) * workload.bytes_a_day
    batches = ceil(look_back_days(workload) * 24 / PARTITIONS_A_STATEMENT)
    # The landing once into a table of its own; that, column-wise little, for its partitions; and
    # once more for each batch.
    return _scans(workload, window * (1 + EVENTS * (0.1 + batches)), 2 + batches)


def _spark(workload: Workload) -> dict[str, float]:
    landed = workload.bytes_a_day / workload.runs_a_day
    seconds = SPARK_START_SECONDS + landed / (SPARK_DPU * SPARK_BYTES_A_SECOND)
    hours = max(SPARK_MINIMUM_SECONDS, seconds) / 3600
    runs = workload.runs_a_day * DAYS_A_MONTH
    objects = workload.objects_an_hour * 24 * DAYS_A_MONTH
    return {
        "spark_dpu_hours": SPARK_DPU * hours * runs,
        "s3_reads": objects + landed * runs / (8 * 1024**2),
        **_one_copy(workload),
    }


def _firehose(workload: Workload) -> dict[str, float]:
    raw = workload.events_a_day * workload.raw_bytes_an_event * DAYS_A_MONTH / GIGABYTE
    open_partitions = 1 + min(workload.late_hours, workload.late_share * workload.events_a_day / 96)
    objects = open_partitions * 86_400 / FLUSH_SECONDS * DAYS_A_MONTH
    return {
        "partitioned_gigabytes": raw,
        "converted_gigabytes": raw,
        "partitioned_objects": objects,
        "s3_writes": 3 * objects,
        "jq_hours": raw / JQ_GB_AN_HOUR,
        **_one_copy(workload),
    }


def _scans(workload: Workload, scanned: float, queries: int) -> dict[str, float]:
    runs = workload.runs_a_day * DAYS_A_MONTH
    return {
        "athena_terabytes": runs * billed_bytes(scanned, queries) / TERABYTE,
        "s3_reads": runs * scanned / (8 * 1024**2),
        "s3_writes": runs * queries * 5,
        **_one_copy(workload),
    }


def _one_copy(workload: Workload) -> dict[str, float]:
    """A month of events, once."""
    return {"s3_gb_months": workload.bytes_a_day * EVENTS * DAYS_A_MONTH / GIGABYTE}


ALTERNATIVES = (
    Alternative(
        "`INSERT INTO` of what arrived since",
        "landed bytes x Athena, once",
        "Reruns and duplicates double rows; what lands late in an old arrival hour is lost; appends"
        " small files; no account, no quarantine, no derived table.",
        "https://docs.aws.amazon.com/athena/latest/ug/insert-into.html",
        _insert_daily,
    ),
    Alternative(
        "`INSERT INTO` over everything",
        f"(landing of {HISTORY_DAYS} days + keys of its events) x Athena, each run",
        "Grows with history. Takes no newer revision of a row; a failure leaves part of the rows.",
        "https://docs.aws.amazon.com/athena/latest/ug/insert-into.html",
        _insert_all,
    ),
    Alternative(
        "dbt-athena `insert_overwrite`",
        "look-back x (landing once + its Parquet once, and once each 100 partitions) x Athena",
        "What is later than the look-back is lost; deletes before it writes; the host that runs dbt"
        " is not counted.",
        "https://github.com/dbt-labs/dbt-adapters/tree/main/dbt-athena",
        _dbt,
    ),
    Alternative(
        "Glue Spark job with bookmarks",
        f"({SPARK_START_SECONDS} s + landed bytes ÷ {SPARK_DPU} DPU at"
        f" {SPARK_BYTES_A_SECOND // 10**6} MB/s) x {SPARK_DPU} DPU",
        "Appends: duplicates stay and a rerun may double, unless your code prevents it.",
        "https://docs.aws.amazon.com/glue/latest/dg/monitor-continuations.html",
        _spark,
    ),
    Alternative(
        "Firehose dynamic partitioning to Parquet",
        "uncompressed GB x (partitioning + conversion + JQ) + an object per open partition each"
        f" {FLUSH_SECONDS // 60} min",
        "Only for a new stream and what comes from now on; duplicates stay; at most 500 open"
        " partitions; many small objects. Ingestion itself is not counted, here as elsewhere.",
        "https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html",
        _firehose,
    ),
)
