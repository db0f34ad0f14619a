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
UNION = "\nUNION ALL\n"
NONE = "CAST(NULL AS varchar)"


def count(data_set: DataSet, version: str) -> str:
    """The SELECT over a version of the delta; columns kind, subject, aspect, lines.

    `event_hour`: accepted lines of a partition of `events` in a lane, with their first arrival
    hour. `misfit`: accepted lines in which a field's value does not fit its type. `binary`: objects
    whose lines are all malformed, one of them beginning as a binary format does.
    """
    where = f"WHERE springtide_version = {literal(version)}"
    accepted = f"{where}\n  AND springtide_reject_reason IS NULL"
    rejected = f"{where}\n  AND springtide_reject_reason IS NOT NULL"
    misfits = f"""delta
CROSS JOIN UNNEST(split(springtide_misfits, ',')) AS of_line (springtide_field)
{accepted}
  AND springtide_misfits IS NOT NULL"""
    hour, first = named(data_set.event_keys), f"{KEY} || ' ' || min(arrival_hour)"
    age = age_sql("event_time", START)
    binary = f"""
HAVING count(*) = count_if(springtide_reject_reason = 'malformed')
  AND count_if(springtide_reject_detail LIKE '{BEGINS_AS}%') > 0"""
    counted = (
        tally(OBJECT, "source_path", "arrival_hour", f"delta\n{where}"),
        tally(EVENT_HOUR, hour, first, f"delta\n{accepted}", f"{hour}, {KEY}"),
        tally(REJECT, "arrival_hour", "springtide_reject_reason", f"delta\n{rejected}"),
        tally(LATE, "arrival_hour", age, f"delta\n{accepted}\n  AND event_time < {START}"),
        tally(MISFIT, "arrival_hour", "springtide_field", misfits),
        tally(BINARY, "source_path", "arrival_hour", f"delta\n{where}") + binary,
    )
    return UNION.join(counted)


def count_rebuild(
    data_set: DataSet, version: str, hours: Sequence[Partition], waiting: Collection[str]
) -> str:
    """The same SELECT with what a rebuild of partitions of `events` also needs.

    `waiting` are the versions of deltas in which late rows wait. `moved`: partitions whose keys
    differ between what the delta's objects gave before, waiting rows included, and what they give
    now. `source`: objects that the hours' rows came from, without a line in the delta. `seen`: the
    rows of `events` as the statement found it, since a query may find a partition as it was before
    its last flip.
    """
    where = f"springtide_version = {literal(version)}"
    key = [*data_set.key_columns, *data_set.event_keys]
    keys, published_keys = columns(key, 4), sourced(key, data_set.renamed)
    hour, places = named(data_set.event_keys), columns(data_set.event_keys, 4)
    again = f"""source_path IN (
    SELECT source_path
    FROM delta
    WHERE {where}
  )"""
    not_read = f"events\nWHERE {covers(EVENTS.keys, hours)}\n  AND NOT {again}"
    counted = (
        count(data_set, version),
        tally(MOVED, hour, NONE, "moved", hour),
        tally(SOURCE, "source_path", "arrival_hour", not_read),
        all_rows(SEEN, "events"),
    )
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
    {published_keys}
  FROM events
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
{UNION.join(counted)}"""


def tally(kind: str, subject: str, aspect: str, source: str, by: str | None = None) -> str:
    """The SELECT that counts the rows of a kind by subject and aspect, and by `by` if given.

    `source` is what follows FROM.
    """
    return f"{_lines(kind, subject, aspect, source)}\nGROUP BY {by or f'{subject}, {aspect}'}"


def all_rows(kind: str, table: str) -> str:
    """The SELECT of a table's number of rows as the statement finds it; columns as in `count`."""
    return _lines(kind, NONE, NONE, table)


def _lines(kind: str, subject: str, aspect: str, source: str) -> str:
    return f"""SELECT
  '{kind}' AS kind,
  {subject} AS subject,
  {aspect} AS aspect,
  count(*) AS lines
FROM {source}"""
