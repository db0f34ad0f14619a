"""What recorded slices took, so that the next ones can be foretold; reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from springtide.aws.documents import Store
from springtide.ledger.chunks import DOCUMENTS
from springtide.ledger.table import Ledger
from springtide.model.partitions import EVENTS, QUARANTINE
from springtide.scanning import ROWS_A_BYTE, STEPS

# So many slices back; older ones may be of another declaration or volume.
_SLICES = 5
_DOCUMENTS = ("plan", *dict.fromkeys(DOCUMENTS.values()))


@dataclass(frozen=True)
class Experience:
    """Ratios of slices; `slices` is how many were measured, 0 if the ratios are assumed."""

    slices: int
    event_hours_an_hour: float
    # Arrival hours with rejects, of all.
    quarantined_an_hour: float
    # Hours of each derived table that are built for a touched event hour.
    built_an_event_hour: Mapping[str, float]
    # Rows for each landed byte, and rows that a touched event hour has already.
    rows_a_byte: float
    current_rows_an_hour: float
    # Bytes that the queries of a step scan for each landed byte.
    scanned: Mapping[str, float]


# For the first slice of all, whose event hours are empty so far; what its queries scan,
# scanning.py tells.
ASSUMED = Experience(0, 1.0, 1.0, {}, ROWS_A_BYTE, 0.0, {})


def learn(ledger: Ledger, store: Store) -> Experience:
    """The ratios of the last recorded slices, ASSUMED if there are none."""
    newest = ledger.query("slice", newest_first=True)
    ids = [item["sk"] for item in islice(newest, 4 * _SLICES) if item["state"] == "recorded"]
    total: Counter[str] = Counter()
    scanned: Counter[str] = Counter()
    built: Counter[str] = Counter()
    for slice_id in ids[:_SLICES]:
        plan, *documents = (_read(store, slice_id, name) for name in _DOCUMENTS)
        if plan is None or None in documents:
            continue
        total["slices"] += 1
        total["hours"] += len(plan["hours"])
        total["landed"] += sum(size for hour in plan["hours"] for _, size, _ in hour["objects"])
        for chunk in (chunk for document in documents for chunk in document["chunks"]):
            built[chunk["table"]] += len(chunk["partitions"])
            if chunk["table"] == EVENTS.table:
                total["rows"] += sum(chunk["delta_rows"])
                total["current"] += sum(base["rows"] for base in chunk["base"] if base)
        for query in ledger.query(f"query#{slice_id}"):
            scanned[query["sk"].split("#")[0]] += query.get("scanned_bytes", 0)
    if not total["hours"] or not total["landed"]:
        return ASSUMED
    return _experience(total, built, scanned)


def _experience(
    total: Mapping[str, int], built: Mapping[str, int], scanned: Mapping[str, int]
) -> Experience:
    hours, landed, touched = total["hours"], total["landed"], built[EVENTS.table]
    derived = built.keys() - {EVENTS.table, QUARANTINE.table}
    return Experience(
        slices=total["slices"],
        event_hours_an_hour=touched / hours,
        quarantined_an_hour=built[QUARANTINE.table] / hours,
        built_an_event_hour={table: built[table] / max(1, touched) for table in derived},
        rows_a_byte=total["rows"] / landed or ROWS_A_BYTE,
        current_rows_an_hour=total["current"] / max(1, touched),
        scanned={step: scanned[step] / landed for step in STEPS},
    )


def counted(ledger: Ledger, store: Store, hours: Iterable[str], slices: Iterable[str]) -> Counted:
    """Event hours that slices found when they counted some of these arrival hours.

    Looks at the given slices, and at the newest ones that were not recorded.
    """
    newest = islice(ledger.query("slice", newest_first=True), 4 * _SLICES)
    failed = {item["sk"] for item in newest if item["state"] != "recorded"}
    wanted, known = set(hours), set()
    found: set[tuple[str, ...]] = set()
    for slice_id in sorted({*slices, *failed}):
        plan = _read(store, slice_id, "plan") or {"hours": []}
        read = {entry["hour"] for entry in plan["hours"]} & wanted
        partitions = _read(store, slice_id, "partitions") if read else None
        if partitions is not None:
            known |= read
            found |= event_hours(partitions)
    return Counted(len(known), len(found))


@dataclass(frozen=True)
class Counted:
    """How many arrival hours some slice has counted before, and the event hours of those slices."""

    arrival_hours: int
    event_hours: int


def event_hours(partitions: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """The event hours that a slice's document of partitions names."""
    return {
        tuple(values)
        for chunk in partitions["chunks"]
        if chunk["table"] == EVENTS.table
        for values in chunk["partitions"]
    }


def _read(store: Store, slice_id: str, name: str) -> Any:
    """A document, None for a slice that did not come so far."""
    try:
        return store.read(slice_id, name)
    except ClientError as err:
        if err.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        return None
