"""Chooses what the next slice ingests; makes no AWS calls."""

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
    """An arrival hour that is to be ingested, with all its objects.

    `max_hours` bounds the slice it may be part of, after a failure.
    """

    hour: ArrivalHour
    objects: tuple[LandedObject, ...]
    max_hours: int = MAX_SLICE_HOURS


class Choice(NamedTuple):
    """What a slice takes, and the candidate at which the next one continues, if any was seen."""

    taken: tuple[Candidate, ...]
    left: Candidate | None


def choose(candidates: Iterator[Candidate], max_bytes: int) -> Choice:
    """Takes whole hours in order until the slice is full: at least one, however large it is."""
    chosen: list[Candidate] = []
    size = 0
    limit = MAX_SLICE_HOURS
    for candidate in candidates:
        weight = total_bytes(candidate.objects)
        limit = min(limit, candidate.max_hours)
        if chosen and (size + weight > max_bytes or len(chosen) >= limit):
            return Choice(tuple(chosen), candidate)
        chosen.append(candidate)
        size += weight
    return Choice(tuple(chosen), None)


def cut(candidates: Iterator[Candidate], max_bytes: int) -> Iterator[Choice]:
    """All the slices that turns would take, one after the other, if nothing changed meanwhile."""
    while True:
        choice = choose(candidates, max_bytes)
        if not choice.taken:
            return
        yield choice
        if choice.left is not None:
            candidates = chain([choice.left], candidates)
