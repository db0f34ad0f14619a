"""Ratios of the slices that a stack recorded last, for estimating the next ones; reads only."""

from collections import Counter
from dataclasses import dataclass

from springtide.ledger import attempts, slices
from springtide.ledger.documents import Documents
from springtide.ledger.table import Ledger
from springtide.model.partitions import EVENTS, QUARANTINE

from cli.pricing.model import ROWS_A_BYTE

# How many slices are used; older ones may have another declaration or volume.
_SLICES = 5


@dataclass(frozen=True)
class Recent:
    """Ratios of recent slices; `slices` is how many there are, 0 if these are the defaults."""

    slices: int = 0
    event_hours_an_arrival_hour: float = 1.0
    # The share of arrival hours with rejected lines.
    rejected_share: float = 1.0
    # Hours of all derived tables that are written per event hour; None: one of each table.
    derived_an_event_hour: float | None = None
    # Rows per landed byte, and rows that an event hour has before the slice.
    rows_a_byte: float = ROWS_A_BYTE
    current_rows_an_hour: float = 0.0
    # Bytes scanned per landed byte; None: the model's ratios.
    scanned_a_byte: float | None = None


def recent(ledger: Ledger, lake_bucket: str) -> Recent:
    """The ratios of the last recorded slices, or the defaults if there are none."""
    newest = slices.newest_first(ledger, 4 * _SLICES)
    ids = [item["sk"] for item in newest if item["state"] == "recorded"]
    total: Counter[str] = Counter()
    for slice_id in ids[:_SLICES]:
        documents = Documents(lake_bucket, slice_id)
        plan, *chunked = (documents.find(name) for name in ("plan", "partitions", "derived"))
        if plan is None or None in chunked:
            continue
        total["slices"] += 1
        total["hours"] += len(plan["hours"])
        total["landed"] += sum(size for hour in plan["hours"] for _, size, _ in hour["objects"])
        for chunk in (chunk for document in chunked for chunk in document["chunks"]):
            total["partitions"] += len(chunk["partitions"])
            total[chunk["table"]] += len(chunk["partitions"])
            if chunk["table"] == EVENTS.table:
                total["rows"] += sum(chunk["delta_rows"])
                total["current"] += sum(base["rows"] for base in chunk["base"] if base)
        for query in attempts.of_slice(ledger, slice_id):
            total["scanned"] += query.get("scanned_bytes", 0)
    if not total["hours"] or not total["landed"]:
        return Recent()
    touched, rejected = total[EVENTS.table], total[QUARANTINE.table]
    return Recent(
        slices=total["slices"],
        event_hours_an_arrival_hour=touched / total["hours"],
        rejected_share=rejected / total["hours"],
        derived_an_event_hour=(total["partitions"] - touched - rejected) / max(1, touched),
        rows_a_byte=total["rows"] / total["landed"] or ROWS_A_BYTE,
        current_rows_an_hour=total["current"] / max(1, touched),
        scanned_a_byte=total["scanned"] / total["landed"],
    )
