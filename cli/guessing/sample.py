"""Takes a bounded sample of a landing."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar, cast

from springtide.arrivals import contents
from springtide.arrivals.landing import no_lines
from springtide.dataset.physical import Physical, follow
from springtide.sql import reasons

from cli.errors import CommandError
from cli.guessing import parquet
from cli.guessing.event_lists import events, lists_of_events
from cli.guessing.layout import FoundLayout, guess_layout
from cli.guessing.sources import MAX_BYTES, Source
from offline.athena.files.text_files import UnreadableFileError, unpacked

# The sample's bounds: objects and their lines.
MAX_OBJECTS = 40
MAX_LINES = 20_000
_T = TypeVar("_T")


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
        sample.records = lists_of_events([document for _, document in sample.documents])
    sample.documents = [
        (name, event)
        for name, document in sample.documents
        for event in events(document, sample.records)
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
