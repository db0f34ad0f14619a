"""Chooses what the next slice ingests; makes no AWS calls."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from springtide.arrivals.landing import LandedObject, total_bytes
from springtide.model.arrival import ArrivalHour

# Every chunk of partitions adds events to the run's history, which ends at 25,000. With at most
# this many hours a slice, all turns of a run stay below that, however late the events are
# (tests/pipeline/test_history.py). It also bounds the extract's statement, which names every hour.
# A multiple of MAX_CHUNK_PARTITIONS, so that rejects of every hour fill their chunks.
MAX_SLICE_HOURS = 480


class Candidate(NamedTuple):
    """An arrival hour to ingest, with all its objects.

    After a failure, `max_hours` bounds the slice that it may be part of.
    """

    hour: ArrivalHour
    objects: tuple[LandedObject, ...]
    max_hours: int = MAX_SLICE_HOURS


class Choice(NamedTuple):
    """The hours that a slice takes, and the candidate at which the next one continues, if any."""

    taken: tuple[Candidate, ...]
    left: Candidate | None


def choose(candidates: Iterator[Candidate], max_bytes: int) -> Choice:
    """Takes whole hours in order until the slice is full; always the first, however large it is."""
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
    """All slices that the turns would take, one after the other, if nothing changed meanwhile."""
    while True:
        choice = choose(candidates, max_bytes)
        if not choice.taken:
            return
        yield choice
        if choice.left is not None:
            candidates = chain([choice.left], candidates)
