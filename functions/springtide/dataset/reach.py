"""What derived tables look at, and what they are touched by; pure functions."""

from collections.abc import Iterable

from springtide.dataset.declaration import Derived
from springtide.model.partitions import GRAINS, Partition, around


def read_by(derived: Derived, grain: str, built: Iterable[Partition]) -> list[Partition]:
    """The partitions of `events`, of that grain, that building some of the table reads."""
    before, after = derived.reach_hours, derived.reach_after_hours
    return sorted({near for each in built for near in around(each, before, after, grain)})


def reached_by(derived: Derived, touched: Iterable[Partition]) -> list[Partition]:
    """The partitions of the table whose rows look at some of `events`.

    A day that is retried of a daily table reaches no partition of an hourly one.
    """
    before, after = derived.reach_after_hours, derived.reach_hours
    return sorted(
        {
            near
            for each in touched
            if len(each) >= len(GRAINS[derived.grain])
            for near in around(each, before, after, derived.grain)
        }
    )
