"""Lists landed objects by arrival hour, and computes each hour's fingerprint."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from springtide.aws import clients
from springtide.dataset import loading
from springtide.dataset.layout import Layout
from springtide.dataset.physical import Columns
from springtide.ledger.skipped_objects import SkippedObject
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Fingerprint
from springtide.model.settings import Settings

# Prefix of the reason of an object that was skipped because a query failed over it.
SET_ASIDE = "unreadable: "
# The character after the slash: every key of an hour sorts before it.
_AFTER_SLASH = "0"
# Nothing can be read in these storage classes before it is restored.
ARCHIVED = {"GLACIER", "DEEP_ARCHIVE"}
# Athena decides by an object's name whether to decompress it or to read its bytes as text. It knows
# these endings in lower case only
# (docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html).
COMPRESSIONS = (".gz", ".bz2", ".zst", ".deflate")
# Formats that Athena would read as text, and Hadoop's own, which other programs with these endings
# do not write. Each was tried on Trino 476.
_OTHER_COMPRESSIONS = (
    ".7z", ".br", ".gzip", ".lz4", ".lzo", ".lzo_deflate", ".snappy", ".tar", ".tar.bz2",
    ".tar.gz", ".tar.zst", ".tgz", ".xz", ".z", ".zip", ".zlib", ".zstd",
)  # fmt: skip
_OTHER_FORMATS = (".avro", ".csv", ".orc", ".parquet", ".tsv")


class LandedObject(NamedTuple):
    """One object of an arrival hour as listed; `size` in bytes, `etag` without quotes."""

    key: str
    size: int
    etag: str
    storage_class: str = "STANDARD"


def fingerprint(objects: Iterable[LandedObject]) -> Fingerprint:
    """The value that changes when an arrival hour's objects change; their order is ignored."""
    listed = sorted(objects)
    digest = hashlib.sha256()
    for item in listed:
        # A key cannot contain NUL, so no two listings share a text.
        digest.update(f"{item.key}\0{item.etag}\0".encode())
    return {"objects": len(listed), "bytes": total_bytes(listed), "digest": digest.hexdigest()}


@dataclass(frozen=True)
class Landing:
    """The landing prefix of a bucket, and how objects lie below it."""

    bucket: str
    prefix: str
    layout: Layout
    columns: Columns = ()  # of a Parquet landing; empty for JSON lines

    @classmethod
    def of(cls, settings: Settings) -> "Landing":
        """The landing of a stack, in the layout that its data set declares."""
        declared = loading.load(settings.data_set)
        place = (settings.landing_bucket, settings.landing_prefix)
        return cls(*place, declared.landing, declared.columns)

    @property
    def uri(self) -> str:
        """The s3:// prefix above the arrival hours, ending in a slash."""
        return f"s3://{self.bucket}/{self.prefix}"

    def uri_of(self, key: str) -> str:
        """The s3:// URI of an object, as Athena's "$path" shows it."""
        return f"s3://{self.bucket}/{key}"

    def hours(
        self, first: ArrivalHour, last: ArrivalHour
    ) -> Iterator[tuple[ArrivalHour, list[LandedObject]]]:
        """Arrival hours with objects, from `first` to `last` inclusive, in order.

        It makes one listing in key order for each combination of folders that vary, so
        hours without objects cost nothing.
        """
        listed = (self._units(lead, first, last) for lead in self.layout.leads)
        # Only by the hour: the objects of one listing stay in key order.
        for hour, found in groupby(merge(*listed, key=lambda each: each[0]), lambda each: each[0]):
            yield hour, [item for _, item in found]

    def _units(
        self, lead: str, first: ArrivalHour, last: ArrivalHour
    ) -> Iterator[tuple[ArrivalHour, LandedObject]]:
        prefix = self.prefix + lead
        # What lies around is passed over by its hour.
        begin = min([self.layout.at_end(first), *self.layout.units(first)])
        end = max([self.layout.at_end(last), *self.layout.units(last)])
        for item in self._list(prefix, prefix + begin, prefix + end + _AFTER_SLASH):
            hour = self.hour_of(item.key)
            if hour is not None and first <= hour <= last:
                yield hour, item

    def hour_of(self, key: str) -> ArrivalHour | None:
        """The arrival hour of an object, None if its key does not match the layout."""
        found = self._match(key)
        return None if found is None else found[0]

    def _match(self, key: str) -> tuple[ArrivalHour, str] | None:
        inside = key.startswith(self.prefix)
        return self.layout.match(key[len(self.prefix) :]) if inside else None

    def hour(self, hour: ArrivalHour) -> list[LandedObject]:
        """The objects of one arrival hour, in key order."""
        return [item for _, objects in self.hours(hour, hour) for item in objects]

    def _list(self, prefix: str, after: str, upto: str) -> Iterator[LandedObject]:
        pages = clients.s3().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=prefix, StartAfter=after):
            for entry in page.get("Contents", []):
                key = entry["Key"]
                if key >= upto:
                    return
                if key.endswith("/") and entry["Size"] == 0:
                    continue  # the marker that consoles write for a folder
                yield LandedObject(
                    key,
                    entry["Size"],
                    entry["ETag"].strip('"'),
                    entry.get("StorageClass", "STANDARD"),
                )

    def unreadable_reason(self, item: LandedObject) -> str | None:
        """Why Athena would not read an object, judged from its listing; None if it would."""
        found = self._match(item.key)
        below = item.key if found is None else found[1]
        if any(part.startswith(("_", ".")) for part in below.split("/")):
            return "hidden: Athena skips names that start with _ or ."
        if item.storage_class in ARCHIVED:
            return f"archived: Athena skips objects in {item.storage_class}"
        # Parquet is read whatever its name.
        return None if self.columns else no_lines(below.rsplit("/", 1)[-1])

    def unread_reason(self, item: LandedObject, skipped: Mapping[str, SkippedObject]) -> str | None:
        """Why no query reads an object: its listing, or that it is `skipped`; None if one does."""
        known = skipped.get(item.key)
        aside = known["reason"] if known and known["etag"] == item.etag else None
        return self.unreadable_reason(item) or aside


def no_lines(name: str) -> str | None:
    """Why Athena would not read an object of that name as JSON lines; None if it would."""
    lower = name.lower()
    if lower.endswith(_OTHER_COMPRESSIONS):
        return f"compression: plain text and {', '.join(COMPRESSIONS)} are read"
    if lower.endswith(COMPRESSIONS) and not name.endswith(COMPRESSIONS):
        return "extension: Athena takes it for compressed only in lower case; rename the object"
    if lower.endswith(".parquet"):
        return 'format: lines of JSON are read; declare format = "parquet" in [landing]'
    if _unpacked(lower).endswith(_OTHER_FORMATS):
        return "format: lines of JSON are read; convert the object, or keep it out of the landing"
    return None


def _unpacked(name: str) -> str:
    """The name without the ending of its compression."""
    return next((name.removesuffix(each) for each in COMPRESSIONS if name.endswith(each)), name)


def is_hidden(reason: str) -> bool:
    """Whether Athena itself skips the object, so that no query has to exclude it."""
    return reason.startswith("hidden:")


def is_set_aside(reason: str) -> bool:
    """Whether the ledger and not the listing says that the object is skipped."""
    return reason.startswith(SET_ASIDE)


def total_bytes(objects: Sequence[LandedObject]) -> int:
    """The landed bytes of the objects, compressed as they are."""
    return sum(item.size for item in objects)
