"""What the newest slices did: bytes landed and scanned, partitions flipped, versions of an hour."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from springtide.ledger import attempts, journal, slices
from springtide.ledger.documents import Documents
from springtide.ledger.table import Ledger
from springtide.model.partitions import EVENTS, hours_of
from springtide.model.settings import Settings

from cli.pricing.prices import ATHENA_MINIMUM_BYTES, PRICES, TERABYTE

NEWEST = 10
MAX_FLIPS = 200  # partitions shown per slice
MAX_HOURS, MAX_VERSIONS = 2, 6  # event hours whose versions are shown, and versions of each


def newest_slices(settings: Settings) -> list[dict[str, Any]]:
    """Return the newest slices, newest first, each with its bytes, price and flips by table."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    found = slices.newest_first(ledger, NEWEST)
    return [_slice(settings, ledger, item) for item in found if item["state"] != "rollback"]


def _slice(settings: Settings, ledger: Ledger, item: slices.Slice) -> dict[str, Any]:
    slice_id = item["sk"]
    plan = Documents(settings.lake_bucket, slice_id).find("plan")
    landed = None
    if plan is not None:
        landed = sum(size for hour in plan["hours"] for _, size, _ in hour["objects"])
    scanned: Counter[str] = Counter()
    billed = queries = 0
    for query in attempts.of_slice(ledger, slice_id):
        read = query.get("scanned_bytes", 0)
        scanned[query["sk"].partition("#")[0]] += read
        queries += 1
        if query["state"] == "succeeded":  # a failed statement is free
            billed += max(read, ATHENA_MINIMUM_BYTES)
    names = (
        "state", "first_hour", "last_hour", "hours", "erases", "fills", "objects", "started_at",
        "recorded_at",
    )  # fmt: skip
    return {
        "slice": slice_id,
        **{name: item.get(name) for name in names},
        "lines": item.get("account", {}).get("lines"),
        "landed_bytes": landed,
        "scanned": dict(scanned),
        "scanned_bytes": sum(scanned.values()),
        "queries": queries,
        "dollars": billed / TERABYTE * PRICES["athena_terabytes"].dollars,
        "flips": [_shown(flip) for flip in journal.flips(ledger, slice_id)],
    }


def _shown(flip: journal.Flip) -> dict[str, Any]:
    return {
        "table": flip.table,
        "partition": "/".join(flip.partition),
        "rows_before": None if flip.base is None else flip.base["rows"],
        "rows": flip.rows,
        "version_before": None if flip.base is None else flip.base["version"],
        "version": flip.version,
        "at": flip.at[:19],
    }


def bounded(slices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the slices with sums of their flips by table, and single flips of the newest one.

    `tables` has for each table `new` and `rewritten` partitions, `rows_before` and `rows`. For the
    newest slice that published, `flips` are at most MAX_FLIPS of `events`, the newest partitions.
    """
    summed = [{**each, "tables": _by_table(each["flips"]), "flips": []} for each in slices]
    for each, kept in zip(slices, summed, strict=True):
        if each["flips"]:
            flips = [flip for flip in each["flips"] if flip["table"] == EVENTS.table]
            kept["flips"] = flips[-MAX_FLIPS:]
            break
    return summed


def _by_table(flips: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    tables: dict[str, Counter[str]] = {}
    for flip in flips:
        table = tables.setdefault(flip["table"], Counter())
        table["new" if flip["rows_before"] is None else "rewritten"] += 1
        table["rows_before"] += flip["rows_before"] or 0
        table["rows"] += flip["rows"]
    names = ("new", "rewritten", "rows_before", "rows")
    return {table: {name: found[name] for name in names} for table, found in tables.items()}


def versions_of_hours(slices: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the versions, oldest first, of the partitions of `events` that have had the most."""
    by_partition: dict[str, list[dict[str, Any]]] = {}
    for each in reversed(slices):
        for flip in each["flips"]:
            if flip["table"] == EVENTS.table:
                version = flip | {"state": each["state"]}
                by_partition.setdefault(flip["partition"], []).append(version)
    most = sorted(by_partition.items(), key=lambda found: (len(found[1]), found[0]), reverse=True)
    return {partition: _versions(flips) for partition, flips in most[:MAX_HOURS]}


def _versions(flips: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = flips[0]
    before = []
    if first["version_before"]:
        version, rows = first["version_before"], first["rows_before"]
        before = [{"version": version, "rows": rows, "at": None, "state": None}]
    after = [{name: flip[name] for name in ("version", "rows", "at", "state")} for flip in flips]
    return [*before, *after][-MAX_VERSIONS:]


def moments_of(partition: str) -> tuple[datetime, datetime]:
    """Return the start and the end of a partition of `events`; the end is exclusive."""
    hours = hours_of(tuple(partition.split("/")))
    return hours[0], hours[-1] + timedelta(hours=1)
