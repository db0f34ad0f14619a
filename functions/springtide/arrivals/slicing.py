"""Choosing what the next slice takes in; nothing here talks to AWS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from springtide.arrivals.landing import LandedObject, total_bytes
from springtide.model.arrival import ArrivalHour

# Every chunk of partitions costs events of the run's history, which ends at 25,000. With no more
# hours a slice than these, all turns of a run stay below that, however late the events are
# (tests/pipeline/test_history.py). It bounds the extract's statement too, which names every hour. A
# multiple of MAX_CHUNK_PARTITIONS, so that rejects of every hour fill their chunks.
MAX_SLICE_HOURS = 480


class Candidate(NamedTuple):
    """An arrival hour that is to be taken in.

    `after` is the last key that earlier slices took of it, None if it is taken from its beginning;
    `max_hours` bounds the slice it may be part of, after a failure.
    """

    hour: ArrivalHour
    objects: tuple[LandedObject, ...]
    after: str | None = None
    max_hours: int = MAX_SLICE_HOURS

    @property
    def remaining(self) -> tuple[LandedObject, ...]:
        """The objects that no earlier slice took."""
        if self.after is None:
            return self.objects
        return tuple(item for item in self.objects if item.key > self.after)


class Taken(NamedTuple):
    """An arrival hour, or a part of its objects in key order, as a slice takes it.

    `upto` is the last key taken, None if the hour is finished with this slice.
    """

    candidate: Candidate
    objects: tuple[LandedObject, ...]
    upto: str | None

    @property
    def partial(self) -> bool:
        """Whether the slice reads only some of the hour's objects."""
        return self.candidate.after is not None or self.upto is not None


class Choice(NamedTuple):
    """What a slice takes, and the candidate at which the next one goes on, if any was looked at."""

    taken: tuple[Taken, ...]
    left: Candidate | None


def choose(candidates: Iterator[Candidate], max_bytes: int) -> Choice:
    """Takes whole hours in order until the slice is full; a larger hour alone is taken in parts.

    A part is a slice by itself, so that an hour's rejects are replaced whole or added to, not both.
    """
    chosen: list[Taken] = []
    size = 0
    limit = MAX_SLICE_HOURS
    for candidate in candidates:
        remaining = candidate.remaining
        weight = total_bytes(remaining)
        alone = weight > max_bytes or candidate.after is not None
        limit = min(limit, candidate.max_hours)
        full = size + weight > max_bytes or len(chosen) >= limit
        if chosen and (full or alone):
            return Choice(tuple(chosen), candidate)
        if alone:
            part = _head(remaining, max_bytes)
            upto = None if len(part) == len(remaining) else part[-1].key
            return Choice((Taken(candidate, part, upto),), candidate)
        chosen.append(Taken(candidate, remaining, None))
        size += weight
    return Choice(tuple(chosen), None)


def cut(candidates: Iterator[Candidate], max_bytes: int) -> Iterator[Choice]:
    """All the slices that turns would take, one after the other, if nothing changed meanwhile."""
    while True:
        choice = choose(candidates, max_bytes)
        if not choice.taken:
            return
        yield choice
        last = choice.taken[-1]
        if last.upto is not None:
            candidates = chain([last.candidate._replace(after=last.upto)], candidates)
        elif choice.left is not None and choice.left is not last.candidate:
            candidates = chain([choice.left], candidates)


def _head(objects: tuple[LandedObject, ...], max_bytes: int) -> tuple[LandedObject, ...]:
    """The first objects that fit, at least one."""
    size = 0
    for count, item in enumerate(objects):
        size += item.size
        if size > max_bytes and count > 0:
            return objects[:count]
    return objects
