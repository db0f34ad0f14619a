"""Predicates on partition keys, in the form that prunes in the metastore."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from springtide.model.lanes import KEY
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.quoting import identifier, literals


def covers(keys: tuple[str, ...], partitions: Iterable[Partition]) -> str:
    """A predicate that is true in exactly those partitions, all of one grain; FALSE for none.

    It is an OR of ANDs: Trino derives no constraint from `(date, hour) IN ((…), …)` and would scan
    the whole table (trinodb/trino#25638). Dates with the same hours are grouped, so that years of
    whole days still fit into a statement.
    """
    ordered = sorted(set(partitions))
    if not ordered:
        return "FALSE"
    if len(ordered[0]) == 1:
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


class DeltaRows(NamedTuple):
    """The rows that a statement reads of deltas: these lanes, and of each version these partitions.

    Rows of a partition may be merged already in one delta, and still wait in another.
    """

    lanes: Sequence[str]
    partitions: Mapping[str, Collection[Partition]]

    def predicate(self, keys: tuple[str, ...]) -> str:
        """True for exactly these rows; `keys` are those of the partitions.

        Versions and lanes are named first and at the top level, as injected keys require.
        """
        alike: dict[tuple[Partition, ...], list[str]] = defaultdict(list)
        for version, partitions in sorted(self.partitions.items()):
            alike[tuple(sorted(set(partitions)))].append(version)
        groups = [
            covers(keys, partitions)
            if len(alike) == 1
            else f"(springtide_version IN ({literals(versions)}) AND {covers(keys, partitions)})"
            for partitions, versions in alike.items()
        ]
        either = groups[0] if len(groups) == 1 else "(" + "\n    OR ".join(groups) + ")"
        return f"""springtide_version IN ({literals(sorted(self.partitions))})
    AND {KEY} IN ({literals(self.lanes)})
    AND {either}"""


class Base(NamedTuple):
    """An event hour's current version: where it lies, and its rows."""

    partition: Partition
    location: str
    rows: int


def is_current(bases: Iterable[Base]) -> str:
    """A predicate on rows of `events`: they lie in these versions and not in earlier ones."""
    folders = sorted(base.location.partition("/version=")[2] for base in bases)
    if not folders:
        return "FALSE"
    return f"""regexp_extract("$path", '/version=(.*/)', 1) IN ({literals(folders)})"""


def all_current(bases: Iterable[Base]) -> str:
    """A predicate that is true if the statement reads exactly these versions, whole.

    AWS does not say how soon a query sees a flipped pointer. A statement looks each partition up
    once, so this predicate sees what the statement reads. If that is an earlier version, the
    statement writes nothing, and its audit fails.
    """
    bases = list(bases)
    rows = sum(base.rows for base in bases)
    touched = covers(EVENTS.keys, (base.partition for base in bases))
    return f"""(
    SELECT count(*)
    FROM events
    WHERE {touched}
    AND {is_current(bases)}
  ) = {rows}"""
