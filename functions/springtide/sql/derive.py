"""The statements that build and audit a derived table, around the data set's own SQL.

Reads: events, the hours of the built partitions and those around them that its rows need. Writes:
these partitions. Grain of the audit's result: one row per partition.
"""

from collections.abc import Sequence

from springtide.dataset.declaration import DataSet, Derived
from springtide.dataset.tables import event_columns
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.audit import from_path
from springtide.sql.predicates import Base, all_current, covers, is_current
from springtide.sql.quoting import columns, identifier, literal, sourced
from springtide.sql.unload import unload


def derive(
    data_set: DataSet,
    derived: Derived,
    built: Sequence[Partition],
    bases: Sequence[Base],
    target: str,
) -> str:
    """The UNLOAD that builds those partitions of the table.

    `bases` are the versions that it must read; if it finds others, it writes nothing.
    """
    select = _over_events(data_set, bases, filled(derived.sql, **_hours(built, bases)))
    return unload(select, target, derived.partition_keys)


def audit_derived(
    data_set: DataSet,
    derived: Derived,
    built: Sequence[Partition],
    bases: Sequence[Base],
    staged: str,
) -> str:
    """The SELECT that compares a staged version's keys with those that it must have.

    A NULL in a key is a value like any other: rows are grouped by the key, not joined.
    """
    places = columns(derived.partition_keys, 4)
    names = columns([*derived.key, *derived.partition_keys], 4)
    return f"""WITH expected AS (
{_over_events(data_set, bases, filled(derived.keys_sql, **_hours(built, bases)))}
),
compared AS (
  SELECT
    {columns(derived.key, 4)},
    {from_path(derived.partition_keys)},
    1 AS staged_rows,
    0 AS expected_rows
  FROM {identifier(derived.table + "_versions")}
  WHERE springtide_version = {literal(staged)}
  UNION ALL
  SELECT
    {names},
    0 AS staged_rows,
    1 AS expected_rows
  FROM expected
),
counted AS (
  SELECT
    {names},
    sum(staged_rows) AS staged_rows,
    sum(expected_rows) AS expected_rows
  FROM compared
  GROUP BY
    {names}
),
totals AS (
  SELECT
    {places},
    0 AS staged_rows,
    0 AS expected_rows,
    count(*) AS current_rows
  FROM events
  WHERE {covers(EVENTS.keys, built)}
    AND {is_current(bases)}
  GROUP BY
    {places}
  UNION ALL
  SELECT
    {places},
    staged_rows,
    expected_rows,
    0 AS current_rows
  FROM counted
)
SELECT
  {columns(derived.partition_keys)},
  sum(staged_rows) AS staged_rows,
  count_if(expected_rows > 0) AS expected_keys,
  count_if(expected_rows > 0 AND staged_rows = 0) AS missing_keys,
  count_if(expected_rows = 0 AND staged_rows > 0) AS foreign_keys,
  count_if(staged_rows > 1) AS doubled_keys,
  sum(current_rows) AS current_rows
FROM totals
GROUP BY
  {columns(derived.partition_keys)}"""


def _over_events(data_set: DataSet, bases: Sequence[Base], sql: str) -> str:
    """The data set's own SQL, reading renamed columns of `events` under both names.

    In partitions that were not merged since a rename, only the former column has values.
    """
    if not data_set.renamed:
        return sql
    names = [*(name for name, _ in event_columns(data_set)), *data_set.event_keys]
    return f"""WITH events AS (
  SELECT
    {sourced(names, data_set.renamed)},
    "$path"
  FROM events
  WHERE {covers(EVENTS.keys, (base.partition for base in bases))}
)
SELECT *
FROM (
{sql}
)"""


def _hours(built: Sequence[Partition], bases: Sequence[Base]) -> dict[str, str]:
    """What {built_hours} and {read_hours} stand for; the latter only while all are current."""
    read = covers(EVENTS.keys, (base.partition for base in bases))
    return {
        "built_hours": covers(EVENTS.keys, built),
        "read_hours": f"({read}\n  AND {all_current(bases)})",
    }


def filled(sql: str, **parameters: str) -> str:
    """The SQL with its parameters filled in; they were checked when it was loaded."""
    for name, value in parameters.items():
        sql = sql.replace("{" + name + "}", value)
    return sql.rstrip()
