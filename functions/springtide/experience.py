"""What recorded slices took, so that the next ones can be foretold; reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from springtide.ledger import Ledger
from springtide.partitions import EVENTS
from springtide.scanning import STEPS
from springtide.store import Store

# So many slices back; older ones may be of another declaration or volume.
_SLICES = 5


@dataclass(frozen=True)
class Experience:
    """Ratios of slices; `slices` is how many were measured, 0 if the ratios are assumed."""

    slices: int
    event_hours_an_hour: float
    # Bytes that the queries of a step scan for each landed byte.
    scanned: Mapping[str, float]


# For the first slice of all; what its queries scan, scanning.py tells.
ASSUMED = Experience(0, 1.0, {})


def learn(ledger: Ledger, store: Store) -> Experience:
    """The ratios of the last recorded slices, ASSUMED if there are none."""
    newest = ledger.query("slice", newest_first=True)
    ids = [item["sk"] for item in islice(newest, 4 * _SLICES) if item["state"] == "recorded"]
    slices = hours = touched = landed = 0
    scanned: Counter[str] = Counter()
    for slice_id in ids[:_SLICES]:
        plan, partitions = (_read(store, slice_id, name) for name in ("plan", "partitions"))
        if plan is None or partitions is None:
            continue
        slices += 1
        hours += len(plan["hours"])
        landed += sum(size for hour in plan["hours"] for _, size, _ in hour["objects"])
        touched += len(event_hours(partitions))
        for query in ledger.query(f"query#{slice_id}"):
            scanned[query["sk"].split("#")[0]] += query.get("scanned_bytes", 0)
    if not hours or not landed:
        return ASSUMED
    ratios = {step: scanned[step] / landed for step in STEPS}
    return Experience(slices, touched / hours, ratios)


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
