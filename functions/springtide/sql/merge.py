"""The statements that write new versions of the affected partitions.

Events. Reads: events (only these hours), the slice's delta, and deltas in which rows wait for these
hours. Writes: one row per key, the newest revision's; a total order over the published columns
breaks ties. So late and duplicate events end up in the same place, in whatever order they come and
however long they wait, and running again gives the same rows. A rebuild leaves out earlier rows of
the objects that it has read again, current and waiting ones.

Quarantine. Reads: quarantine (only these arrival hours) and delta. Writes: the rejects of the
slice's objects, and those of objects that the slice did not read again.
"""

from collections.abc import Sequence

from springtide.dataset.declaration import DataSet
from springtide.dataset.tables import IN_DELTA, event_columns, quarantine_columns
from springtide.model.partitions import EVENTS, QUARANTINE, Partition
from springtide.sql.predicates import Base, DeltaRows, all_current, covers
from springtide.sql.quoting import columns, identifier, literal, sourced
from springtide.sql.unload import unload


def merge_events(
    data_set: DataSet,
    deltas: Sequence[DeltaRows],
    chunk: Sequence[Partition],
    bases: Sequence[Base],
    target: str,
    *,
    rebuilt: str | None = None,
    erased: str | None = None,
) -> str:
    """The UNLOAD that merges current rows and those of the deltas, for the chunk's event hours.

    `bases` are the current versions; if it finds others, it writes nothing. `rebuilt`: the delta
    that replaces all earlier rows of its objects. `erased`: a predicate on current rows to leave
    out.
    """
    published = [name for name, _ in event_columns(data_set)]
    touched = covers(EVENTS.keys, chunk)
    folder = columns(data_set.event_keys, 4)
    key = ", ".join(identifier(name) for name in data_set.key_columns)
    others = f"""
    AND source_path NOT IN (
      SELECT source_path
      FROM delta
      WHERE springtide_version = {literal(rebuilt or "")}
    )"""
    gone = f"\n    AND NOT {erased}" if erased else ""
    arrived = "".join(
        f"""
  UNION ALL
  SELECT
    {sourced(published, data_set.renamed)},
    {folder}
  FROM delta
  WHERE {rows.predicate(EVENTS.keys)}{others if rebuilt not in (None, *rows.partitions) else ""}"""
        for rows in deltas
    )
    select = f"""WITH candidates AS (
  SELECT
    {sourced(published, data_set.renamed)},
    {folder}
  FROM events
  WHERE {touched}{others if rebuilt else ""}{gone}{arrived}
),
ranked AS (
  SELECT
    {columns(published, 4)},
    {folder},
    row_number() OVER (
      PARTITION BY {key}
      ORDER BY
        {_newest_first(data_set)}
    ) AS "merged.position"
  FROM candidates
)
SELECT
  {columns(published)},
  {columns(data_set.event_keys)}
FROM ranked
WHERE "merged.position" = 1
  AND {all_current(bases)}"""
    return unload(select, target, data_set.event_keys)


def merge_quarantine(rows: DeltaRows, target: str) -> str:
    """The UNLOAD of arrival hours' rejects, which replace those of each hour as a whole."""
    published = ",\n  ".join(
        f"{identifier(IN_DELTA[name])} AS {name}" if name in IN_DELTA else identifier(name)
        for name, _ in quarantine_columns()
    )
    select = f"""SELECT
  {published},
  arrival_hour
FROM delta
WHERE {rows.predicate(QUARANTINE.keys)}"""
    return unload(select, target, QUARANTINE.keys)


def _newest_first(data_set: DataSet) -> str:
    """A total order over all published columns, so that no two different rows can tie."""
    later_wins = [f.name for f in data_set.fields if f.name not in data_set.key]
    if data_set.revision is not None:
        later_wins.remove(data_set.revision)
        later_wins.insert(0, data_set.revision)
    # A copy of an event that was read before a column was retired still has that column's value.
    later_wins += [column.name for column in data_set.retired]
    order = [f"{identifier(name)} DESC NULLS LAST" for name in later_wins]
    order += ["arrival_hour ASC NULLS LAST", "source_path ASC NULLS LAST"]
    return ",\n        ".join(order)
