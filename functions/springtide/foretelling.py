"""The turn that takes in so much: its chunks, queries, bytes and files; pure.

The one place where a turn's shape is derived: the dry run and docs/cost.md both take it from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

from springtide import scanning
from springtide.counts import Turn, polls
from springtide.model.partitions import MAX_CHUNK_PARTITIONS, MAX_CHUNK_ROWS
from springtide.scanning import DERIVED, Volume
from springtide.usage import Turned


class Built(NamedTuple):
    """Hours of a derived table that a turn makes anew, and the bytes of events that it reads."""

    hours: int
    read: float


class Intake(NamedTuple):
    """What a turn takes in and what that touches; sizes are bytes."""

    landed: float
    objects: float
    arrival_hours: int
    # Arrival hours of which lines are rejected.
    quarantined: int
    event_hours: int
    # Rows that a touched event hour has at most afterwards.
    rows_an_hour: float
    # Present versions of the touched event hours.
    current: float
    derived: Sequence[Built]


def turned(intake: Intake, scanned: Mapping[str, float] | None = None) -> Turned:
    """The turn that takes this in; `scanned` are the bytes of each step if they are known."""
    volume = volume_of(intake)
    queries, found = scanning.queries(volume), scanning.scanned(volume)
    found |= scanned or {}
    built = sum(table.hours for table in intake.derived)
    events = scanning.files(intake.event_hours, volume.staged)
    derived = scanning.files(built, volume.read * DERIVED)
    return Turned(
        Turn(
            intake.arrival_hours,
            intake.event_hours,
            merges=round(queries["merge"]),
            derives=round(queries["derive"]),
            flips=intake.event_hours + intake.quarantined + built,
            polls=sum(round(n) * polls(found[step] / n) for step, n in queries.items() if n),
        ),
        queries,
        found,
        # Events are read to merge, to audit, to derive and to audit that; new ones to audit.
        files_read=intake.objects + 4 * events + 2 * derived,
        # The delta is one, and what is rejected of each hour.
        files_written=1 + intake.quarantined + events + derived,
        listings=intake.arrival_hours + 4 * intake.event_hours + 2 * built,
    )


def volume_of(intake: Intake) -> Volume:
    """What the turn's queries read, and in how many chunks."""
    return Volume(
        landed=intake.landed,
        current=intake.current,
        read=sum(table.read for table in intake.derived),
        event_chunks=chunks(intake.event_hours, intake.rows_an_hour),
        # Rejects are few, so their rows do not bound a chunk.
        quarantine_chunks=chunks(intake.quarantined, 0),
        derived_chunks=sum(chunks(table.hours, intake.rows_an_hour) for table in intake.derived),
    )


def chunks(partitions: int, rows_each: float) -> int:
    """Into how many chunks partitions of so many rows each are cut, as `partitions.cut` does."""
    fitting = MAX_CHUNK_ROWS // rows_each if rows_each else MAX_CHUNK_PARTITIONS
    return ceil(partitions / max(1, min(MAX_CHUNK_PARTITIONS, int(fitting))))
