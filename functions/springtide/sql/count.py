"""The statement that counts a slice's delta: objects, event hours, reject reasons, lateness.

Reads: delta, narrow columns of it; for a rebuild also the keys of delta and events, and of
deltas in which rows wait. Grain of the result: one row per kind and thing counted.
"""

from collections.abc import Collection, Sequence

from springtide.dataset.declaration import DataSet
from springtide.model import lanes
from springtide.model.lanes import KEY
from springtide.model.lateness import age_sql
from springtide.model.partitions import EVENTS, Partition
from springtide.sql.arrival import START
from springtide.sql.predicates import covers
from springtide.sql.quoting import columns, literal, literals, named, sourced
from springtide.sql.reasons import BEGINS_AS

OBJECT, EVENT_HOUR, REJECT, LATE = "object", "event_hour", "reject", "late"
MISFIT, BINARY = "misfit", "binary"
MOVED, SOURCE, SEEN = "moved", "source", "seen"


def count(data_set: DataSet, version: str) -> str:
    """The SELECT over the delta of that version; columns kind, subject, aspect, lines.

    `event_hour`: accepted lines of a partition of `events` in a lane, with the first arrival hour
    of them.
    `misfit`: accepted lines in which a field's value does not fit its type. `binary`: objects that
    gave nothing but malformed lines, one of which begins as a binary format does.
    """
    where = f"springtide_version = {literal(version)}"
    age = age_sql("event_time", START)
    return f"""SELECT
  '{OBJECT}' AS kind,
  source_path AS subject,
  arrival_hour AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
GROUP BY source_path, arrival_hour
UNION ALL
SELECT
  '{EVENT_HOUR}' AS kind,
  {named(data_set.event_keys)} AS subject,
  {KEY} || ' ' || min(arrival_hour) AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
  AND springtide_reject_reason IS NULL
GROUP BY
  {columns(data_set.event_keys)},
  {KEY}
UNION ALL
SELECT
  '{REJECT}' AS kind,
  arrival_hour AS subject,
  springtide_reject_reason AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
  AND springtide_reject_reason IS NOT NULL
GROUP BY arrival_hour, springtide_reject_reason
UNION ALL
SELECT
  '{LATE}' AS kind,
  arrival_hour AS subject,
  {age} AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
  AND springtide_reject_reason IS NULL
  AND event_time < {START}
GROUP BY
  arrival_hour,
  {age}
UNION ALL
SELECT
  '{MISFIT}' AS kind,
  arrival_hour AS subject,
  springtide_field AS aspect,
  count(*) AS lines
FROM delta
CROSS JOIN UNNEST(split(springtide_misfits, ',')) AS of_line (springtide_field)
WHERE {where}
  AND springtide_reject_reason IS NULL
  AND springtide_misfits IS NOT NULL
GROUP BY arrival_hour, springtide_field
UNION ALL
SELECT
  '{BINARY}' AS kind,
  source_path AS subject,
  arrival_hour AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
GROUP BY source_path, arrival_hour
HAVING count(*) = count_if(springtide_reject_reason = 'malformed')
  AND count_if(springtide_reject_detail LIKE '{BEGINS_AS}%') > 0"""


def count_rebuild(
    data_set: DataSet, version: str, hours: Sequence[Partition], waiting: Collection[str]
) -> str:
    """The same with what a rebuild of partitions of `events` has to know besides.

    `waiting` are the versions of deltas in which late rows wait. `moved`: partitions whose keys
    differ between what the objects of the delta gave before, rows that wait among it, and what they
    give now. `source`: objects that the hours' rows came from, without a line in the
    delta. `seen`: the rows of `events` as the statement found it, since a query may find a
    partition as it was before its last flip.
    """
    where = f"springtide_version = {literal(version)}"
    key = [*data_set.key_columns, *data_set.event_keys]
    keys, published_keys = columns(key, 4), sourced(key, data_set.renamed, 4)
    places = columns(data_set.event_keys, 4)
    again = f"""source_path IN (
    SELECT source_path
    FROM delta
    WHERE {where}
  )"""
    waits = f"""
  UNION ALL
  SELECT
    {published_keys}
  FROM delta
  WHERE springtide_version IN ({literals(sorted(waiting))})
    AND {KEY} = {literal(lanes.LATE)}
    AND {again}"""
    return f"""WITH replaced AS (
  SELECT
    {published_keys}
  FROM events
  WHERE {again}{waits if waiting else ""}
),
published AS (
  SELECT
    {published_keys}
  FROM events
),
accepted AS (
  SELECT
    {keys}
  FROM delta
  WHERE {where}
    AND springtide_reject_reason IS NULL
),
vanished AS (
  SELECT
    {keys}
  FROM replaced
  EXCEPT
  SELECT
    {keys}
  FROM accepted
),
gained AS (
  SELECT
    {keys}
  FROM accepted
  EXCEPT
  SELECT
    {keys}
  FROM published
),
moved AS (
  SELECT
    {places}
  FROM vanished
  UNION ALL
  SELECT
    {places}
  FROM gained
)
{count(data_set, version)}
UNION ALL
SELECT
  '{MOVED}' AS kind,
  {named(data_set.event_keys)} AS subject,
  CAST(NULL AS varchar) AS aspect,
  count(*) AS lines
FROM moved
GROUP BY
  {columns(data_set.event_keys)}
UNION ALL
SELECT
  '{SOURCE}' AS kind,
  source_path AS subject,
  arrival_hour AS aspect,
  count(*) AS lines
FROM events
WHERE {covers(EVENTS.keys, hours)}
  AND source_path NOT IN (
    SELECT source_path
    FROM delta
    WHERE {where}
  )
GROUP BY source_path, arrival_hour
UNION ALL
{all_rows(SEEN, "events")}"""


def all_rows(kind: str, table: str) -> str:
    """The SELECT of how many rows a table has as the statement finds it; columns as `count`."""
    return f"""SELECT
  '{kind}' AS kind,
  CAST(NULL AS varchar) AS subject,
  CAST(NULL AS varchar) AS aspect,
  count(*) AS lines
FROM {table}"""
