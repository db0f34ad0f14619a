"""Takes a bounded sample of a landing: of a folder, or of an s3:// prefix."""

import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from springtide.arrivals import contents
from springtide.arrivals.landing import no_lines
from springtide.dataset.declaration import OUTERMOST
from springtide.dataset.physical import Physical, follow
from springtide.sql import reasons

from cli.errors import CommandError
from cli.guessing import parquet
from cli.guessing.layout import FoundLayout, guess_layout
from cli.guessing.members import members, nearly_all, time_format
from cli.landing import check_name
from offline.athena.files.text_files import UnreadableFileError, unpacked
from offline.files_below import files_below

# The sample's bounds: names, objects among them, bytes of each and lines of all.
MAX_NAMES = 20_000
MAX_OBJECTS = 40
MAX_BYTES = 4_000_000
MAX_LINES = 20_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class Folder:
    """A landing in a local folder."""

    root: Path

    @property
    def place(self) -> str:
        """The landing as it is given."""
        return str(self.root)

    def names(self) -> list[str]:
        """Return the names of the files, in order, at most MAX_NAMES."""
        files = (path for path in files_below(self.root) if path.is_file())
        names = (path.relative_to(self.root).as_posix() for path in files)
        found = list(islice((n for n in names if "/." not in f"/{n}"), MAX_NAMES))
        for name in found:
            check_name(f"--from {self.root}", name)
        return found

    def head(self, name: str) -> bytes:
        """Return the first MAX_BYTES of a file."""
        with (self.root / name).open("rb") as file:
            return file.read(MAX_BYTES)

    def open(self, name: str) -> BinaryIO:
        """Return a seekable file."""
        return (self.root / name).open("rb")


@dataclass(frozen=True)
class Bucket:
    """A landing below an s3:// prefix, read with the user's own AWS settings."""

    client: Any
    bucket: str
    prefix: str

    @property
    def place(self) -> str:
        """The landing as it is given."""
        return f"s3://{self.bucket}/{self.prefix}"

    def names(self) -> list[str]:
        """Return the keys below the prefix, in order, at most MAX_NAMES."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        )
        keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
        below = (key.removeprefix(self.prefix) for key in keys if not key.endswith("/"))
        return list(islice(below, MAX_NAMES))

    def head(self, name: str) -> bytes:
        """Return the first MAX_BYTES of an object."""
        # Not by a range, since an empty object has none.
        with self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"] as body:
            data: bytes = body.read(MAX_BYTES)
            return data

    def open(self, name: str) -> BinaryIO:
        """Return a seekable object that fetches only what is read."""
        place = {"Bucket": self.bucket, "Key": self.prefix + name}
        size = self.client.head_object(**place)["ContentLength"]

        def fetch(start: int, end: int) -> bytes:
            answer = self.client.get_object(**place, Range=f"bytes={start}-{end - 1}")
            data: bytes = answer["Body"].read()
            return data

        return cast("BinaryIO", io.BufferedReader(parquet.Ranges(size, fetch)))


Source = Folder | Bucket
# AWS's names of a document's list of events: CloudTrail, CloudWatch Logs.
_LISTS = (
    "Records", "logEvents", "resourceLogs", "scopeLogs", "logRecords", "resourceSpans",
    "scopeSpans", "spans",
)  # fmt: skip
NO_OBJECT = "lines that are no JSON object"
_NOT_CUT = (
    "lines of several documents in which a text holds }{, which are not cut and thus malformed:"
    " have Firehose put a line feed after each record"
)


@dataclass
class Sample:
    """What was read: documents with the names of their objects, and what was not a document."""

    names: list[str]
    layout: FoundLayout | None = None
    documents: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lines: int = 0
    objects: int = 0
    concatenated: bool = False  # whether a line holds several documents
    # The lists in which documents hold events, from the outside in; None until it is known.
    records: tuple[str, ...] | None = None
    columns: dict[str, Physical] = field(default_factory=dict)  # of Parquet
    # Columns of a type that cannot be declared, each with the name of an object that has it.
    left_out: dict[str, str] = field(default_factory=dict)
    # Kinds of content that are not JSON lines, each with an example's name.
    notes: dict[str, str] = field(default_factory=dict)

    def column(self, path: Sequence[str]) -> Physical | None:
        """Return the type at a path of the Parquet columns, None if there is none."""
        try:
            return follow(tuple(self.columns.items()), path)[1]
        except ValueError:
            return None

    def noted(self) -> list[str]:
        """Return the notes, one text each."""
        return [f"{what} (for example {name})" for what, name in self.notes.items()]


def source_of(landing: str) -> Source:
    """Return the folder or bucket prefix of a landing.

    Raises CommandError if there is no such folder.
    """
    if landing.startswith("s3://"):
        import boto3

        bucket, _, prefix = landing.removeprefix("s3://").partition("/")
        if not bucket:
            raise CommandError(f"--from {landing}: names no bucket; write s3://BUCKET/PREFIX")
        prefix += "/" if prefix and not prefix.endswith("/") else ""
        return Bucket(boto3.client("s3"), bucket, prefix)
    if not Path(landing).is_dir():
        raise CommandError(f"--from {landing}: no such folder, nor an s3:// prefix")
    return Folder(Path(landing))


def evenly(among: Sequence[_T], most: int) -> list[_T]:
    """Return at most `most` items, evenly chosen from the beginning to the end."""
    number = min(most, len(among))
    return [among[at * len(among) // number] for at in range(number)]


def take(source: Source, records: tuple[str, ...] | None = None) -> Sample:
    """Read evenly chosen objects of a source.

    `records` are the lists in which documents hold events. Without them they are guessed, and so is
    the layout; nothing outside it is read. Raises CommandError if there are no objects.
    """
    names = source.names()
    if not names:
        raise CommandError(f"--from {source.place}: holds no objects to look at")
    layout = guess_layout(names) if records is None else None
    sample = Sample(names, layout, records=records)
    inside = [name for name in names if layout is None or layout.hour(name)]
    chosen = evenly(inside, MAX_OBJECTS)
    for name in chosen:
        if sample.lines >= MAX_LINES:
            break
        most, head = MAX_LINES // len(chosen) + 1, source.head(name)
        sample.objects += 1
        if head.startswith(b"PAR1"):
            _read_parquet(sample, name, source, most)
        elif head:  # an empty object holds nothing, whatever its name
            _read(sample, name, head, most)
    for column, name in sample.left_out.items():
        what = "cannot be declared, and is left out"
        if kind := sample.columns.get(column):
            what = f"is no {kind} in some objects, which are unread"
        sample.notes[f"column {column} {what}"] = name
    if not sample.columns:
        _open(sample)
    return sample


def _open(sample: Sample) -> None:
    """Put the events that documents hold in the documents' place."""
    if sample.records is None:
        sample.records = _lists_of_events([document for _, document in sample.documents])
    sample.documents = [
        (name, event)
        for name, document in sample.documents
        for event in _events(document, sample.records)
    ]


def _read_parquet(sample: Sample, name: str, source: Source, most: int) -> None:
    with source.open(name) as file:
        try:
            columns, rows = parquet.read(file, most)
        except parquet.UNREADABLE:
            sample.notes["Parquet that cannot be read"] = name
            return
    for column, kind in columns.items():
        if kind is None:
            sample.left_out[column] = name
            continue
        seen = sample.columns.get(column, kind)
        sample.columns[column] = parquet.union(seen, kind)
        if parquet.union(kind, seen) != sample.columns[column]:
            sample.notes[f"column {column} is {kind}, and {seen} elsewhere"] = name
    sample.lines += len(rows)
    read = [name_ for name_, kind in columns.items() if kind is not None]
    sample.documents += [(name, {column: row[column] for column in read}) for row in rows]


def _read(sample: Sample, name: str, data: bytes, most: int) -> None:
    text, whole = _unpacked(name, data)
    why = no_lines(name.rsplit("/", 1)[-1]) or contents.binary(name, data)
    if why is None and not text and contents.holds_text(name, data):
        why = contents.NOT_PACKED
    if why is None and text[:2].hex().upper() in reasons.UTF16:
        why = reasons.IN_UTF16
    if why is not None:
        sample.notes[why] = name
        return
    lines = text.splitlines()
    if not whole:
        lines = lines[:-1] or lines
    for line in lines[:most]:
        sample.lines += 1
        documents = _documents(line)
        sample.documents += [(name, document) for document in documents[:most]]
        if len(documents) > 1:
            sample.concatenated = True
            # Between members and elements there is a comma, so such a place is within a string.
            if any(re.search(r"\}\s*\{", json.dumps(each)) for each in documents[:most]):
                sample.notes[_NOT_CUT] = name
        if not documents and line.strip():
            sample.notes[_what_it_is(line)] = name


def _what_it_is(line: bytes) -> str:
    """What a line that is not a JSON object most likely is, in the words of a reject's detail."""
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return reasons.NOT_UTF8
    if re.fullmatch(reasons.MEMBER_ALONE, text):
        return reasons.SPREAD
    return reasons.ARRAY if text.startswith("[") else NO_OBJECT


def _lists_of_events(documents: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The lists in which documents hold events, from the outside in, if any.

    A document without them is rejected, so nearly all must have a list that is not one of AWS's.
    """
    found = Counter(filter(None, map(_lists_in, documents)))
    for names, _ in found.most_common():
        if names[0] in _LISTS or nearly_all(names[0] in document for document in documents):
            return names
    return ()


def _lists_in(document: dict[str, Any]) -> tuple[str, ...]:
    """The member that is the document's list of events, and known lists within it, if any."""
    names: tuple[str, ...] = ()
    while True:
        name = next(
            (
                key
                for key, value in document.items()
                if isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
                if key in _LISTS or (not names and len(document) <= 3 and _are_events(value))
            ),
            None,
        )
        if name is None:
            return names
        names, document = (*names, name), document[name][0]


def _are_events(entries: Sequence[dict[str, Any]]) -> bool:
    """Whether these may be events, which have times of their own, and not parts of one."""
    return len(entries) > 1 and any(time_format(member) for member in members(entries))


def _events(document: dict[str, Any], records: tuple[str, ...]) -> list[dict[str, Any]]:
    """The objects in a document's lists, or the document itself if it has no such list.

    Each has the members of the levels around it, by the first name of the paths that lead there.
    """
    if not records or not isinstance(document.get(records[0]), list):
        return [document]
    levels: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, document)]
    for level, name in zip((OUTERMOST, *records), records, strict=False):
        levels = [
            (around | _but(outer, name, level), each)
            for around, outer in levels
            if isinstance(outer.get(name), list)
            for each in outer[name]
            if isinstance(each, dict)
        ]
    return [around | event for around, event in levels]


def _but(outer: dict[str, Any], name: str, level: str) -> dict[str, Any]:
    """What is around the list with that name, if anything."""
    rest = {key: value for key, value in outer.items() if key != name}
    return {level: rest} if rest else {}


def _documents(line: bytes) -> list[dict[str, Any]]:
    """The objects on a line, one after the other; none if the line has anything else."""
    reader, found, at = json.JSONDecoder(), [], 0
    try:
        text = line.decode("utf-8-sig").strip()
        while at < len(text):
            document, at = reader.raw_decode(text, at)
            if not isinstance(document, dict):
                return []
            found.append(document)
            at += len(text[at:]) - len(text[at:].lstrip())
    except (ValueError, RecursionError):
        return found if len(found) > 1 else []  # the sample may end within a long line
    return found


def _unpacked(name: str, data: bytes) -> tuple[bytes, bool]:
    """The decompressed text, chosen by the name's ending, and whether it is complete."""
    text, whole = b"", len(data) < MAX_BYTES
    try:
        for part in unpacked(cast("BinaryIO", io.BufferedReader(io.BytesIO(data))), name):
            text += part
            if len(text) >= MAX_BYTES:
                return text[:MAX_BYTES], False
    except UnreadableFileError:
        pass  # cut off, or another format: what was read before it is kept
    return text, whole
