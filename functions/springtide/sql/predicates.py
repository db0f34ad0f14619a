"""Predicates on partition keys, in the form that prunes in the metastore."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from springtide.model.partitions import Partition
from springtide.sql.quoting import identifier, literals


def covers(keys: tuple[str, ...], partitions: Iterable[Partition]) -> str:
    """A predicate that is true in exactly those partitions, FALSE for none.

    An OR of ANDs: Trino derives no constraint from `(date, hour) IN ((…), …)` and would scan the
    whole table (trinodb/trino#25638). Dates of the same hours stand together, so that years of
    whole days still fit into a statement.
    """
    ordered = sorted(set(partitions))
    if not ordered:
        return "FALSE"
    if len(keys) == 1:
        return f"({identifier(keys[0])} IN ({literals(values[0] for values in ordered)}))"
    first, last = (identifier(key) for key in keys)
    hours: dict[str, list[str]] = defaultdict(list)
    for date, hour in ordered:
        hours[date].append(hour)
    dates: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for date, of_date in hours.items():
        dates[tuple(of_date)].append(date)
    groups = [
        f"({first} IN ({literals(alike)}) AND {last} IN ({literals(of_dates)}))"
        for of_dates, alike in dates.items()
    ]
    return "(" + "\n    OR ".join(groups) + ")"
