"""Which partitions of `events` a derived table reads, and which of its own they affect."""

from collections.abc import Iterable

from springtide.dataset.declaration import Derived
from springtide.model.partitions import GRAINS, Partition, around


def read_by(derived: Derived, grain: str, built: Iterable[Partition]) -> list[Partition]:
    """The partitions of `events`, at grain `grain`, that building these partitions reads."""
    before, after = derived.reach_hours, derived.reach_after_hours
    return sorted({near for each in built for near in around(each, before, after, grain)})


def reached_by(derived: Derived, touched: Iterable[Partition]) -> list[Partition]:
    """The partitions of the table whose rows read any of these partitions of `events`.

    A retried day of a daily table affects no partition of an hourly one.
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
