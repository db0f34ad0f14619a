"""The statements that build and audit a derived table, around the data set's own SQL.

Reads: events, the built hours and the reach before them. Writes: the built hours of the table.
Grain of the audit's result: one row per event hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from springtide.dataset.declaration import Derived
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.predicates import Base, all_current, covers, is_current
from springtide.sql.quoting import identifier, literal
from springtide.sql.unload import unload


def neighbours(hour: Partition, offsets: Sequence[int]) -> list[Partition]:
    """The event hours that many hours away from an event hour."""
    moment = datetime.strptime("T".join(hour), "%Y-%m-%dT%H")
    shifted = (moment + timedelta(hours=offset) for offset in offsets)
    return [(f"{other:%Y-%m-%d}", f"{other:%H}") for other in shifted]


def read_hours(derived: Derived, built: Sequence[Partition]) -> list[Partition]:
    """The event hours that building some reads: those, and the reach before each."""
    offsets = range(-derived.reach_hours, 1)
    return sorted({near for hour in built for near in neighbours(hour, offsets)})


def derive(derived: Derived, built: Sequence[Partition], bases: Sequence[Base], target: str) -> str:
    """The UNLOAD that builds the table's rows of those event hours.

    `bases` are the current versions of what it reads; nothing is written if others are read.
    """
    read = covers(EVENTS.keys, read_hours(derived, built))
    select = filled(
        derived.sql,
        built_hours=covers(EVENTS.keys, built),
        read_hours=f"({read}\n  AND {all_current(bases)})",
    )
    return unload(select, target, EVENTS.keys)


def audit_derived(
    derived: Derived, built: Sequence[Partition], bases: Sequence[Base], staged: str
) -> str:
    """The SELECT that compares a staged version's keys with those that it must have."""
    touched = covers(EVENTS.keys, built)
    names = ",\n    ".join(identifier(name) for name in derived.key)
    same = "\n    AND ".join(
        f"staged.{identifier(n)} = expected.{identifier(n)}" for n in derived.key
    )
    return f"""WITH placed AS (
  SELECT
    {names},
    regexp_extract("$path", '/event_date=([^/]*)/', 1) AS event_date,
    regexp_extract("$path", '/event_hour=([^/]*)/', 1) AS event_hour
  FROM {identifier(derived.table + "_versions")}
  WHERE version = {literal(staged)}
),
staged AS (
  SELECT
    {names},
    event_date,
    event_hour,
    count(*) AS copies
  FROM placed
  GROUP BY
    {names},
    event_date,
    event_hour
),
expected AS (
{filled(derived.keys_sql, built_hours=touched)}
),
compared AS (
  SELECT
    coalesce(expected.event_date, staged.event_date) AS event_date,
    coalesce(expected.event_hour, staged.event_hour) AS event_hour,
    coalesce(sum(staged.copies), 0) AS staged_rows,
    count(expected.event_date) AS expected_keys,
    count_if(staged.event_date IS NULL) AS missing_keys,
    count_if(expected.event_date IS NULL) AS foreign_keys,
    count_if(staged.copies > 1) AS doubled_keys
  FROM staged
  FULL OUTER JOIN expected
    ON {same}
    AND staged.event_date = expected.event_date
    AND staged.event_hour = expected.event_hour
  GROUP BY
    coalesce(expected.event_date, staged.event_date),
    coalesce(expected.event_hour, staged.event_hour)
),
source AS (
  SELECT
    event_date,
    event_hour,
    count(*) AS current_rows
  FROM events
  WHERE {touched}
    AND {is_current(bases)}
  GROUP BY
    event_date,
    event_hour
)
SELECT
  coalesce(compared.event_date, source.event_date) AS event_date,
  coalesce(compared.event_hour, source.event_hour) AS event_hour,
  compared.staged_rows,
  compared.expected_keys,
  compared.missing_keys,
  compared.foreign_keys,
  compared.doubled_keys,
  source.current_rows
FROM compared
FULL OUTER JOIN source
  ON compared.event_date = source.event_date
    AND compared.event_hour = source.event_hour"""


def filled(sql: str, **parameters: str) -> str:
    """The SQL with its parameters put in; which ones it has was checked when it was loaded."""
    for name, value in parameters.items():
        sql = sql.replace("{" + name + "}", value)
    return sql.rstrip()
