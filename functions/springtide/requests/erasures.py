"""Erases values of a field: keeps requests, plans the partitions they change, and ends them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from springtide.dataset.declaration import ERASED, DataSet
from springtide.ledger import erase_requests, published, taken_hours
from springtide.ledger.chunks import chunk_document, recorded_rows
from springtide.ledger.documents import Documents
from springtide.ledger.erase_requests import EraseRequest, FoundValues
from springtide.ledger.line_account import check_seen
from springtide.ledger.step import Step
from springtide.ledger.table import Ledger
from springtide.ledger.taken_hours import TakenHour
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Chunk, Chunks, Erasure, HourCounts
from springtide.model.errors import DataSetError, InvalidInputError
from springtide.model.partitions import EVENTS, QUARANTINE, Partition, Touched, cut
from springtide.model.unread import bounded
from springtide.model.wording import shown
from springtide.sql import count, erase

# Partitions of a table that one slice writes; the next slice continues.
MAX_PARTITIONS = 1_000
# Documents of the slice that counted first, by arrival hour: lines by reason (None if accepted),
# and accepted lines by how late they came.
_LINES, _LATE = "erased", "erased_late"
# Landing objects that are listed with a request.
MAX_NAMED = 100
_TYPES = {"varchar": None, "bigint": 64, "integer": 32}  # with their bits


def request(
    ledger: Ledger,
    data_set: DataSet,
    name: str,
    field: str | None,
    values: Iterable[Any],
    now: datetime,
) -> None:
    """Keeps a request; raises InvalidInputError for a field that cannot be searched.

    Without `field` it is the key's only field. It covers rows that have arrived up to now.
    """
    found, texts = wanted(data_set, field, values)
    item: EraseRequest = {
        "field": found,
        "values": texts,
        "upto": str(ArrivalHour.of(now)),
        "state": "requested",
        "requested_at": now.isoformat(),
    }
    erase_requests.keep(ledger, name, item)


def wanted(data_set: DataSet, field: str | None, values: Iterable[Any]) -> tuple[str, list[str]]:
    """The field, and the values in its type; raises InvalidInputError as `request` does."""
    found = _field(data_set, field)
    return found, sorted({_value(data_set, found, value) for value in values})


def _field(data_set: DataSet, field: str | None) -> str:
    if field is None and len(data_set.key) > 1:
        raise InvalidInputError(
            f"erase.field: is missing; the key has several fields, {', '.join(data_set.key)}: name"
            " one"
        )
    name = data_set.key[0] if field is None else field
    found = {each.name: each.type for each in data_set.fields}
    if found.get(name) not in _TYPES:
        fit = ", ".join(each for each, kind in found.items() if kind in _TYPES) or "none"
        raise InvalidInputError(
            f"erase.field: {shown(name)} is not a field of type {' or '.join(_TYPES)}; there are"
            f" {fit}"
        )
    return name


def _value(data_set: DataSet, field: str, value: Any) -> str:
    """The value in the column's type, as text."""
    bits = _TYPES[data_set.field(field).type]
    if bits is None:
        return str(value)
    try:
        number = int(str(value))
    except ValueError:
        raise InvalidInputError(
            f"erase.values: {shown(value)} is not a whole number, as field {field} is"
        ) from None
    if not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise InvalidInputError(
            f"erase.values: {shown(value)} is beyond what field {field} can hold"
        )
    return str(number)


def tombstones(ledger: Ledger) -> list[Erasure]:
    """All erasures ever requested."""
    return [_erasure(item) for item in erase_requests.read(ledger)]


def check(ledger: Ledger, data_set: DataSet) -> None:
    """Raises DataSetError if a field whose values were erased is no longer declared."""
    known = {name for field in data_set.fields for name in (field.name, field.was)}
    for erasure in tombstones(ledger):
        if erasure["field"] not in known:
            raise DataSetError(
                f"values of the field {erasure['field']} were erased, and it is not declared any"
                " more: lines that are read again could not be left out. Declare it, or with was"
                " the field that it is now"
            )


def following(ledger: Ledger) -> Erasure | None:
    """The oldest unfulfilled request."""
    oldest = next(iter(erase_requests.unfulfilled(ledger)), None)
    return None if oldest is None else _erasure(oldest)


def _erasure(item: EraseRequest) -> Erasure:
    return {
        "request": item["sk"],
        "field": item["field"],
        "values": item["values"],
        "upto": item["upto"],
    }


class Found(NamedTuple):
    """The result of the counting query: rows by partition, landing objects, lines to move."""

    events: dict[Partition, int]
    rejects: dict[Partition, int]
    objects: set[str]
    # By arrival hour, erased lines by reason; None for accepted ones.
    lines: dict[str, Counter[str | None]]
    # By arrival hour, accepted ones by class of lateness.
    late: dict[str, Counter[str]]
    seen: dict[str, int]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str | None]]) -> "Found":
        """Reads the rows of `count_erased`."""
        found = cls(Counter(), Counter(), set(), defaultdict(Counter), defaultdict(Counter), {})
        for row in rows:
            kind, subject = row["kind"], row["subject"] or ""
            aspect, lines = row["aspect"] or "", int(row["lines"] or 0)
            if kind == erase.HOUR:
                found.events[tuple(subject.split("T"))] = lines
            elif kind == erase.SOURCE:
                found.objects.add(subject)
                found.lines[aspect][None] += lines
            elif kind == erase.LINES:
                found.rejects[(subject,)] += lines
                found.lines[subject][aspect] += lines
            elif kind == count.LATE:
                found.late[subject][aspect] += lines
            elif kind == erase.LINES_SOURCE:
                found.objects.add(subject)
            elif kind in (erase.SEEN, erase.SEEN_LINES):
                found.seen[kind] = lines
        return found


def plan_chunks(it: Step, erasure: Erasure, rows: Iterable[Mapping[str, str | None]]) -> Chunks:
    """The chunks that leave the values out, and the account of the hours in which they arrived.

    Raises StaleReadError if the query saw another version of a table than the catalog has.
    """
    found = Found.of(rows)
    for kind, table in ((erase.SEEN, EVENTS.table), (erase.SEEN_LINES, QUARANTINE.table)):
        check_seen(it.settings.database, table, found.seen.get(kind))
    events, rejects = (sorted(each)[:MAX_PARTITIONS] for each in (found.events, found.rejects))
    _keep_found(it, erasure, found)
    plan = it.documents.plan()
    document: Chunks = {
        "chunks": [*_chunks(it, EVENTS.table, events), *_chunks(it, QUARANTINE.table, rejects)],
        "declaration": plan["declaration"],
        "retired": plan["retired"],
        "erase": erasure,
    }
    if len(events) == len(found.events) and len(rejects) == len(found.rejects):
        document["erased"] = erasure["request"]
    return document


def _chunks(it: Step, table: str, hours: list[Partition]) -> list[Chunk]:
    present = published.partitions(it.settings, it.ledger, table, hours)
    rows = {hour: recorded_rows(present.get(hour)) for hour in hours}
    return [
        {
            **chunk_document(table, chunk, present),
            "erase": True,
            # Rejects are emptied and stay; no events come from a delta.
            "delta_rows": [rows[hour] if table == QUARANTINE.table else 0 for hour in chunk],
            "lanes": [],
            "waiting": [],
        }
        for chunk in cut([Touched(hour, rows[hour]) for hour in hours])
    ]


def _keep_found(it: Step, erasure: Erasure, found: Found) -> None:
    """Records what the first count found, before any row is erased, and the slice's account."""
    lines = {hour: list(counted.items()) for hour, counted in found.lines.items()}
    it.documents.write(_LINES, lines)
    it.documents.write(_LATE, found.late)
    first: FoundValues = {
        "slice": it.slice,
        "event_rows": sum(found.events.values()),
        "event_hours": len(found.events),
        "rejects": sum(found.rejects.values()),
        "objects": sorted(found.objects)[:MAX_NAMED],
        "objects_in_all": len(found.objects),
    }
    name = erasure["request"]
    kept = erase_requests.first_found(it.ledger, name, first)
    it.documents.keep_counts(_moved(it, name, kept["slice"]))


def _moved(it: Step, name: str, counted_by: str) -> dict[str, HourCounts]:
    """The accounts of arrival hours, with erased lines moved to their rejects.

    An hour that was read again since the count is left out: it counts its own erased lines.
    """
    documents = Documents(it.settings.lake_bucket, counted_by)
    # Slices of earlier versions did not count late lines.
    lines, late = documents.read(_LINES), documents.find(_LATE) or {}
    moved: dict[str, HourCounts] = {}
    for hour, item in taken_hours.among(it.ledger, lines).items():
        # Compares slices: an id's time has no fraction, and two slices in one second are common.
        if item["slice"] > counted_by or name in item.get("erased_by", []):
            continue
        accepted = item["accepted"]
        rejected: Counter[str] = Counter(item["rejected"])
        for reason, number in lines[hour]:
            if reason is None:
                accepted -= number
            else:
                rejected[reason] -= number
            rejected[ERASED] += number
        moved[hour] = {
            "lines": item["lines"],
            "accepted": accepted,
            "rejected": {reason: n for reason, n in rejected.items() if n},
            "late": dict(Counter(item["late"]) - Counter(late.get(hour, {}))),
            # No table keeps which events had one.
            "misfits": item["misfits"],
            "unread": item["unread"],
        }
    return moved


def record(it: Step, chunks: Chunks, now: datetime) -> None:
    """Moves the erased lines in the account, and ends the request if nothing is left of it."""
    ledger, erasure = it.ledger, chunks["erase"]
    for hour, counts in it.documents.counts().items():
        item = taken_hours.one(ledger, hour)
        if item is not None:
            by = [*item.get("erased_by", []), erasure["request"]]
            moved: TakenHour = {**item, **bounded(counts), "erased_by": by}
            # The taking too, so that a rollback of later slices restores it with the lines erased.
            taken_hours.record(ledger, hour, moved)
    if "erased" in chunks:
        erase_requests.done(ledger, erasure["request"], it.slice, now)


def shown_all(ledger: Ledger) -> list[dict[str, Any]]:
    """The requests as people see them, the newest first, without the values."""
    return [
        {
            "request": item["sk"],
            "field": item["field"],
            "values": len(item["values"]),
            "arrived_up_to": item["upto"],
            **{name: item.get(name) for name in ("state", "requested_at", "done_at", "slice")},
            **{name: value for name, value in item.get("found", {}).items() if name != "slice"},
        }
        for item in sorted(
            erase_requests.read(ledger), key=lambda i: i["requested_at"], reverse=True
        )
    ]
