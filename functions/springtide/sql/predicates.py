"""Predicates on partition keys, in the form that prunes in the metastore."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from springtide.partitions import Partition
from springtide.sql.quoting import identifier, literals


def covers(keys: tuple[str, ...], partitions: Iterable[Partition]) -> str:
    """A predicate that is true in exactly those partitions, FALSE for none.

    An OR of ANDs: Trino derives no constraint from `(date, hour) IN ((…), …)` and would scan the
    whole table (trinodb/trino#25638).
    """
    ordered = sorted(set(partitions))
    if not ordered:
        return "FALSE"
    if len(keys) == 1:
        return f"({identifier(keys[0])} IN ({literals(values[0] for values in ordered)}))"
    first, last = (identifier(key) for key in keys)
    groups = [
        f"({first} = {literals([value])} AND {last} IN ({literals(p[1] for p in group)}))"
        for value, group in groupby(ordered, key=lambda p: p[0])
    ]
    return "(" + "\n    OR ".join(groups) + ")"
