"""The statements that compare staged versions with what they must contain.

Events. Reads: the staged versions, events and deltas, their keys only. Grain of the result: one row
per partition, counting keys, copies, and keys of either side that the other lacks.

Quarantine. Reads: the staged versions, and quarantine or delta. Grain: one row per arrival hour.
"""

from collections.abc import Sequence

from springtide.dataset.declaration import DataSet
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.predicates import Base, DeltaRows, covers, is_current
from springtide.sql.quoting import columns, identifier, listed, literal, sourced


def audit_events(
    data_set: DataSet,
    deltas: Sequence[DeltaRows],
    chunk: Sequence[Partition],
    bases: Sequence[Base],
    staged: str,
    *,
    rebuilt: str | None = None,
    erased: str | None = None,
) -> str:
    """The SELECT that audits the partitions of a chunk in the staged version.

    It counts current rows of the versions in `bases`, which the merge has read. Rows of objects
    that the delta `rebuilt` read again are counted, but not expected; nor are current rows for
    which the predicate `erased` is true.
    """
    touched = covers(EVENTS.keys, chunk)
    places = data_set.event_keys
    key = [*data_set.key_columns, *places]
    names, source_names = columns(key, 4), sourced(key, data_set.renamed)
    same = "\n    AND ".join(f"staged.{identifier(n)} = expected.{identifier(n)}" for n in key)
    either = [f"coalesce(expected.{identifier(n)}, staged.{identifier(n)})" for n in places]
    read_again = f"""CASE WHEN source_path IN (
      SELECT source_path
      FROM delta
      WHERE springtide_version = {literal(rebuilt or "")}
    ) THEN 0 ELSE 1 END"""
    expected_of_current = read_again if rebuilt else "1"
    if erased:
        expected_of_current = f"CASE WHEN {erased} THEN 0 ELSE 1 END"
    arrived = "".join(
        f"""
  UNION ALL
  SELECT
    {source_names},
    0 AS "audit.from_current",
    {read_again if rebuilt not in (None, *rows.partitions) else "1"} AS "audit.is_expected"
  FROM delta
  WHERE {rows.predicate(EVENTS.keys)}"""
        for rows in deltas
    )
    return f"""WITH placed AS (
  SELECT
    {columns(data_set.key_columns, 4)},
    -- Where the row lies, not where it belongs: a row in a wrong folder shows as one missing.
    {from_path(places)}
  FROM events_versions
  WHERE springtide_version = {literal(staged)}
),
staged AS (
  SELECT
    {names},
    count(*) AS "audit.copies"
  FROM placed
  GROUP BY
    {names}
),
sources AS (
  SELECT
    {source_names},
    1 AS "audit.from_current",
    {expected_of_current} AS "audit.is_expected"
  FROM events
  WHERE {touched}
    AND {is_current(bases)}{arrived}
),
expected AS (
  SELECT
    {names},
    max("audit.is_expected") AS "audit.is_expected",
    sum("audit.from_current") AS "audit.current_rows",
    count(*) - sum("audit.from_current") AS "audit.delta_rows"
  FROM sources
  GROUP BY
    {names}
)
SELECT
  {_named(either, places)},
  coalesce(sum(staged."audit.copies"), 0) AS staged_rows,
  coalesce(sum(expected."audit.is_expected"), 0) AS expected_keys,
  coalesce(sum(expected."audit.current_rows"), 0) AS current_rows,
  coalesce(sum(expected."audit.delta_rows"), 0) AS delta_rows,
  count_if(staged.event_date IS NULL AND expected."audit.is_expected" = 1) AS missing_keys,
  count_if(staged.event_date IS NOT NULL AND coalesce(expected."audit.is_expected", 0) = 0)
    AS foreign_keys,
  count_if(staged."audit.copies" > 1) AS doubled_keys
FROM staged
FULL OUTER JOIN expected
  ON {same}
GROUP BY
  {listed(either)}"""


def from_path(keys: Sequence[str]) -> str:
    """The partition keys of the folder in which a row lies, as columns of a SELECT."""
    values = [f"""regexp_extract("$path", '/{key}=([^/]*)/', 1)""" for key in keys]
    return _named(values, keys, 4)


def _named(values: Sequence[str], names: Sequence[str], indent: int = 2) -> str:
    pairs = zip(values, names, strict=True)
    return listed((f"{value} AS {identifier(name)}" for value, name in pairs), indent)


def compare_rejects(staged: str, source: str, where: str) -> str:
    """The SELECT that counts a staged version's rejects beside those of `delta` or `quarantine`."""
    return f"""WITH counted AS (
  SELECT
    regexp_extract("$path", '/arrival_hour=([^/]*)/', 1) AS arrival_hour,
    1 AS staged_rows,
    0 AS expected_rows
  FROM quarantine_versions
  WHERE springtide_version = {literal(staged)}
  UNION ALL
  SELECT
    arrival_hour,
    0 AS staged_rows,
    1 AS expected_rows
  FROM {source}
  WHERE {where}
)
SELECT
  arrival_hour,
  sum(staged_rows) AS staged_rows,
  sum(expected_rows) AS expected_rows
FROM counted
GROUP BY arrival_hour"""
