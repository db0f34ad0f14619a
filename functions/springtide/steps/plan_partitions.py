"""Plans which partitions a slice merges, once its delta is written and counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from springtide.arrivals import object_contents
from springtide.aws import athena
from springtide.dataset import loading
from springtide.ledger import attempts, published, slices
from springtide.ledger.chunks import chunk_document, recorded_rows, stage
from springtide.ledger.event_chunks import Arrived, plan_merge
from springtide.ledger.line_account import blamed_rejects, check_seen
from springtide.ledger.step import Step, begin
from springtide.model.documents import Chunk, Chunks, HourCounts, PlannedHour
from springtide.model.errors import TooManyRejectsError
from springtide.model.lanes import REJECTED
from springtide.model.partitions import EVENTS, QUARANTINE, Partition, Touched, cut
from springtide.model.settings import Settings
from springtide.requests import erasures, rebuilds
from springtide.sql import count

# Fewer rejects than this are too small a sample to judge by their share: one sensor's bad hour.
MIN_REJECTS_TO_HOLD = 10_000


def plan_partitions(settings: Settings, execution: str, slice_id: str) -> dict[str, Any]:
    """Plans the chunks of a slice; returns their numbers.

    Raises ListingNotCoveredError if a listed object's lines are missing from the delta,
    MisnamedObjectsError for objects that are not text, and TooManyRejectsError if the slice's
    share of rejects is above the stack's limit. For a rebuild it also raises
    RebuildRefusedError, RebuildTooNarrowError, and StaleReadError if the query compared it with
    an older `events`. Raises FenceLostError if a partition to merge does not point where the
    last run left it.
    """
    it = begin(settings, execution, slice_id)
    ledger, plan = it.ledger, it.documents.plan()
    if "erase" in plan:
        rows = athena.rows(attempts.succeeded(ledger, slice_id, "count")["query_id"])
        erasing = erasures.plan_chunks(it, plan["erase"], rows)
        it.documents.keep_chunks("merge", erasing)
        return stage("merge", len(erasing["chunks"]))
    delta = None
    counted = _Counted([])
    if plan["hours"]:  # else the slice merges only what waits
        delta = attempts.succeeded(ledger, slice_id, "extract")["version"]
        counted = _Counted(athena.rows(attempts.succeeded(ledger, slice_id, "count")["query_id"]))
    object_contents.check_coverage(settings, plan, counted.objects)
    rebuilt = None
    if "rebuild" in plan:
        # The rows to compare keys with are not all there, so the hours it changes would be wrong.
        check_seen(settings.database, EVENTS.table, counted.seen)
        rebuilds.check_sources(ledger, plan, counted.sources)
        data_set = loading.load(settings.data_set)
        rebuilt = rebuilds.changed_partitions(ledger, data_set, plan, counted.moved)
    else:
        object_contents.check_binary(settings, it.documents, plan, counted.binary)
    hours = {entry["hour"]: counted.account(entry) for entry in plan["hours"]}
    it.documents.keep_counts(hours)
    _check_rejects(settings, hours)
    merge = plan_merge(it, plan, delta, counted.event_hours, rebuilt)
    if merged := [entry["slice"] for chunk in merge.chunks for entry in chunk["waiting"]]:
        # A rollback would need all deltas again, from the oldest on.
        slices.merges_from(ledger, slice_id, min(merged))
    chunks = [*merge.chunks, *_quarantine_chunks(it, counted, list(hours))]
    document: Chunks = {
        "chunks": chunks,
        "declaration": plan["declaration"],
        "retired": plan["retired"],
        "deferred": merge.deferred,
    }
    if "rebuild" in plan:
        document["rebuild"] = plan["rebuild"]["request"]
    it.documents.keep_chunks("merge", document)
    return stage("merge", len(chunks))


class _Counted:
    """The result of the counting query over the delta."""

    def __init__(self, rows: Iterable[Mapping[str, str | None]]) -> None:
        self.objects: dict[str, int] = {}
        self.lines: dict[str, int] = defaultdict(int)
        self.event_hours: dict[Partition, Arrived] = {}
        # Lines by measure, then arrival hour, then reason, age or field.
        self.by_hour: dict[str, dict[str, dict[str, int]]] = {
            kind: defaultdict(dict) for kind in (count.REJECT, count.LATE, count.MISFIT)
        }
        self.rejected = self.by_hour[count.REJECT]
        self.binary: set[str] = set()
        # Rebuilds only: hours whose keys change, and objects that were not read.
        self.moved: set[Partition] = set()
        self.sources: dict[str, str] = {}
        self.seen = 0
        for row in rows:
            subject, aspect = row["subject"] or "", row["aspect"] or ""
            lines = int(row["lines"] or 0)
            if row["kind"] == count.OBJECT:
                self.objects[subject] = lines
                self.lines[aspect] += lines
            elif row["kind"] == count.EVENT_HOUR:
                lane, _, first = aspect.partition(" ")
                arrived = self.event_hours.setdefault(_partition(subject), Arrived({}, {}))
                arrived.rows[lane], arrived.first[lane] = lines, first
            elif row["kind"] == count.MOVED:
                self.moved.add(_partition(subject))
            elif row["kind"] == count.SOURCE:
                self.sources[subject] = aspect
            elif row["kind"] == count.SEEN:
                self.seen = lines
            elif row["kind"] == count.BINARY:
                self.binary.add(subject)
            else:
                self.by_hour[row["kind"] or ""][subject][aspect] = lines

    def account(self, entry: PlannedHour) -> HourCounts:
        """The account of one arrival hour's lines, as far as the slice read them."""
        rejected = self.rejected.get(entry["hour"], {})
        lines = self.lines.get(entry["hour"], 0)
        return {
            "lines": lines,
            "accepted": lines - sum(rejected.values()),
            "rejected": dict(rejected),
            "late": dict(self.by_hour[count.LATE].get(entry["hour"], {})),
            "misfits": dict(self.by_hour[count.MISFIT].get(entry["hour"], {})),
            "unread": entry["unread"],
        }


def _partition(text: str) -> Partition:
    return tuple(text.split("T"))


def _check_rejects(settings: Settings, hours: Mapping[str, HourCounts]) -> None:
    lines = sum(hour["lines"] for hour in hours.values())
    rejects = sum(map(blamed_rejects, hours.values()))
    if rejects < MIN_REJECTS_TO_HOLD or rejects <= settings.max_reject_share * lines:
        return
    reasons: Counter[str] = Counter()
    for hour in hours.values():
        reasons.update(hour["rejected"])
    listed = ", ".join(f"{reason} {number}" for reason, number in reasons.most_common())
    raise TooManyRejectsError(
        f"{rejects} of {lines} lines were rejected ({listed}), more than MaxRejectShare"
        f" {settings.max_reject_share} allows"
    )


def _quarantine_chunks(it: Step, counted: _Counted, hours: list[str]) -> list[Chunk]:
    """Chunks of the arrival hours that have rejects now, or had some when they were last read."""
    read: list[Partition] = [(hour,) for hour in sorted({*hours, *counted.rejected})]
    present = published.partitions(it.settings, it.ledger, QUARANTINE.table, read)
    touched = [
        Touched(p, sum(counted.rejected.get(p[0], {}).values()) + recorded_rows(present.get(p)))
        for p in read
        if p[0] in counted.rejected or recorded_rows(present.get(p))
    ]
    return [
        {
            **chunk_document(QUARANTINE.table, chunk, present),
            "delta_rows": [sum(counted.rejected.get(p[0], {}).values()) for p in chunk],
            "lanes": [REJECTED],
        }
        for chunk in cut(touched)
    ]
