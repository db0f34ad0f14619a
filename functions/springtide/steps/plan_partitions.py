"""Plans which partitions a slice touches, once its delta is written and counted."""

from __future__ import annotations

import codecs
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from springtide.arrivals.landing import Landing
from springtide.aws import athena, clients
from springtide.aws.documents import Store
from springtide.ledger import lease, published
from springtide.ledger.chunks import chunk_document, recorded_rows
from springtide.ledger.table import Ledger
from springtide.model.errors import ListingNotCoveredError, TooManyRejectsError
from springtide.model.partitions import EVENTS, QUARANTINE, Partition, Touched, cut
from springtide.model.settings import Settings
from springtide.requests import rebuilds
from springtide.sql import count

# Below so many rejects a large share is a small sample, such as a sensor's bad hour.
MIN_REJECTS_TO_HOLD = 10_000
# How much of an object without lines is looked at to see whether it is empty; an empty gzip is
# 20 bytes and the file name that it may carry.
_PEEK_BYTES = 65_536
_NOTHING = (b"", codecs.BOM_UTF8)


def plan_partitions(settings: Settings, execution: str, slice_id: str) -> dict[str, Any]:
    """Plans the chunks of a slice; returns their numbers.

    Raises ListingNotCoveredError if a listed object's lines are missing from the delta, and
    TooManyRejectsError if the slice has more rejects than the stack allows; for a rebuild also
    RebuildRefusedError and RebuildTooNarrowError. Raises FenceLostError if a partition that is
    merged is not where the runs have left it.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    lease.renew(ledger, execution)
    store = Store(settings.lake_bucket)
    plan = store.read(slice_id, "plan")
    counted = _Counted(athena.rows(ledger.succeeded(slice_id, "count")["query_id"]))
    _check_coverage(settings, plan, counted)
    anew = None
    if "rebuild" in plan:
        rebuilds.check_sources(ledger, plan, counted.sources)
        anew = rebuilds.changed_hours(ledger, plan, counted.moved)
    hours = {entry["hour"]: counted.account(entry) for entry in plan["hours"]}
    store.write(slice_id, "counts", hours)
    _check_rejects(settings, hours)
    chunks = [
        *_event_chunks(settings, ledger, counted, anew),
        *_quarantine_chunks(settings, ledger, counted, list(hours)),
    ]
    asked = {"rebuild": plan["rebuild"]["request"]} if "rebuild" in plan else {}
    document = {"chunks": chunks, "declaration": plan["declaration"], **asked}
    store.write(slice_id, "partitions", document)
    return {"chunks": list(range(len(chunks)))}


class _Counted:
    """What the counting query found in the delta."""

    def __init__(self, rows: Iterable[Mapping[str, str | None]]) -> None:
        self.objects: dict[str, int] = {}
        self.lines: dict[str, int] = defaultdict(int)
        self.event_hours: dict[Partition, int] = {}
        self.rejected: dict[str, dict[str, int]] = defaultdict(dict)
        self.late: dict[str, dict[str, int]] = defaultdict(dict)
        # Only of a rebuild: hours whose keys it changes, and objects that it has not read.
        self.moved: set[Partition] = set()
        self.sources: dict[str, str] = {}
        for row in rows:
            subject, aspect, lines = (
                row["subject"] or "",
                row["aspect"] or "",
                int(row["lines"] or 0),
            )
            if row["kind"] == count.OBJECT:
                self.objects[subject] = lines
                self.lines[aspect] += lines
            elif row["kind"] == count.EVENT_HOUR:
                self.event_hours[subject, aspect] = lines
            elif row["kind"] == count.MOVED:
                self.moved.add((subject, aspect))
            elif row["kind"] == count.SOURCE:
                self.sources[subject] = aspect
            elif row["kind"] == count.LATE:
                self.late[subject][aspect] = lines
            else:
                self.rejected[subject][aspect] = lines

    def account(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """The account of one arrival hour's lines, as far as the slice read them."""
        rejected = self.rejected.get(entry["hour"], {})
        lines = self.lines.get(entry["hour"], 0)
        return {
            "lines": lines,
            "accepted": lines - sum(rejected.values()),
            "rejected": dict(rejected),
            "late": dict(self.late.get(entry["hour"], {})),
            "unread": entry["unread"],
        }


def _check_coverage(settings: Settings, plan: Mapping[str, Any], counted: _Counted) -> None:
    """Holds the listing against the delta: every object that has content must have lines in it.

    Raises ListingNotCoveredError for an object that is gone, changed, or has content after all.
    """
    landing = Landing(settings.landing_bucket, settings.landing_prefix)
    for entry in plan["hours"]:
        known = {item["key"] for item in entry["unread"]}
        for key, size, etag in entry["objects"]:
            if size == 0 or key in known or landing.uri_of(key) in counted.objects:
                continue
            if not _is_empty(landing, key, etag):
                raise ListingNotCoveredError(
                    f"{landing.uri_of(key)} was listed with {size} bytes,"
                    " and none of its lines were read"
                )


def _is_empty(landing: Landing, key: str, etag: str) -> bool:
    """Whether an object unpacks to nothing, such as a gzip of no lines."""
    try:
        answer = clients.s3().get_object(
            Bucket=landing.bucket, Key=key, IfMatch=etag, Range=f"bytes=0-{_PEEK_BYTES - 1}"
        )
    except ClientError as err:
        if err.response["Error"]["Code"] in ("NoSuchKey", "404", "PreconditionFailed", "412"):
            return False
        raise
    head = answer["Body"].read()
    return not holds_text(head, key.endswith(".gz"))


def holds_text(head: bytes, packed: bool) -> bool:
    """Whether an object that begins so has any text; what cannot be unpacked counts as some."""
    if not packed:
        return head not in _NOTHING
    text = b""
    while head:  # several gzips, one after the other
        member = zlib.decompressobj(wbits=31)
        try:
            text += member.decompress(head, 8)
        except zlib.error:
            return True
        if not member.eof:
            return True
        head = member.unused_data
    return text not in _NOTHING


def _check_rejects(settings: Settings, hours: Mapping[str, Mapping[str, Any]]) -> None:
    lines = sum(hour["lines"] for hour in hours.values())
    rejects = sum(hour["lines"] - hour["accepted"] for hour in hours.values())
    if rejects < MIN_REJECTS_TO_HOLD or rejects <= settings.max_reject_share * lines:
        return
    raise TooManyRejectsError(
        f"{rejects} of {lines} lines were rejected, more than MaxRejectShare"
        f" {settings.max_reject_share} allows"
    )


def _event_chunks(
    settings: Settings, ledger: Ledger, counted: _Counted, anew: set[Partition] | None
) -> list[dict[str, Any]]:
    """Chunks of the event hours of the delta's rows; of a rebuild, those to make `anew`."""
    wanted = set(counted.event_hours) if anew is None else anew
    present = published.partitions(settings, ledger, EVENTS.table, sorted(wanted))
    delta_rows = counted.event_hours
    rows = [
        Touched(hour, delta_rows.get(hour, 0) + recorded_rows(present.get(hour)))
        for hour in sorted(wanted)
        if hour in delta_rows or hour in present
    ]
    return [
        {
            **chunk_document(EVENTS.table, chunk, present),
            "rebuild": anew is not None,
            "delta_rows": [delta_rows.get(partition, 0) for partition in chunk],
        }
        for chunk in cut(rows)
    ]


def _quarantine_chunks(
    settings: Settings, ledger: Ledger, counted: _Counted, hours: list[str]
) -> list[dict[str, Any]]:
    """Chunks of the arrival hours that have rejects, or had some when they were last read."""
    read: list[Partition] = [(hour,) for hour in sorted({*hours, *counted.rejected})]
    present = published.partitions(settings, ledger, QUARANTINE.table, read)
    touched = [
        Touched(p, sum(counted.rejected.get(p[0], {}).values()) + recorded_rows(present.get(p)))
        for p in read
        if p[0] in counted.rejected or recorded_rows(present.get(p))
    ]
    return [
        {
            **chunk_document(QUARANTINE.table, chunk, present),
            "delta_rows": [sum(counted.rejected.get(p[0], {}).values()) for p in chunk],
        }
        for chunk in cut(touched)
    ]
