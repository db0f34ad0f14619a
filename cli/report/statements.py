"""The SQL of the report: each statement counts in the engine and returns a bounded result."""

from collections.abc import Iterable
from datetime import datetime

from springtide.sql.quoting import identifier, literal, literals

from cli.report.series import Series

MAX_CELLS = 4000  # cells of the heat map, those with the most rows
EXAMPLES = 3  # examples of each reason
SHOWN_CHARACTERS = 300  # characters of an example's line
BUSIEST = 6
_BUCKET_MINUTES = 5
_HOUR = "date_format(event_time, '%Y-%m-%dT%H')"


def landed(first_day: str) -> str:
    """Rows of `events` by arrival hour and event hour, and the number of cells."""
    return f"""SELECT
  arrival_hour,
  {_HOUR} AS hour_of_event,
  count(*) AS n,
  count(*) OVER () AS cells
FROM events
WHERE event_date >= {literal(first_day)}
GROUP BY arrival_hour, {_HOUR}
ORDER BY n DESC, arrival_hour DESC
LIMIT {MAX_CELLS}"""


def examples(first_day: str) -> str:
    """Some rejected lines of each reason, the newest arrivals first."""
    return f"""SELECT reject_reason, reject_detail, arrival_hour, source_path, line, characters
FROM (
  SELECT
    reject_reason,
    reject_detail,
    arrival_hour,
    source_path,
    substr(line, 1, {SHOWN_CHARACTERS}) AS line,
    length(line) AS characters,
    row_number() OVER (
      PARTITION BY reject_reason ORDER BY arrival_hour DESC, source_path, line
    ) AS place
  FROM quarantine
  WHERE arrival_hour >= {literal(first_day)}
) AS rejected
WHERE place <= {EXAMPLES}
ORDER BY reject_reason, place"""


def contents(versions: Iterable[str], moments: Iterable[tuple[datetime, datetime]]) -> str:
    """Rows of versions of `events` by event hour and arrival hour, between two times."""
    within = " OR ".join(
        f"(event_time >= TIMESTAMP '{start:%Y-%m-%d %H:%M:%S}'"
        f" AND event_time < TIMESTAMP '{end:%Y-%m-%d %H:%M:%S}')"
        for start, end in moments
    )
    return f"""SELECT
  springtide_version AS version,
  {_HOUR} AS hour_of_event,
  arrival_hour,
  count(*) AS n
FROM events_versions
WHERE springtide_version IN ({literals(versions)}) AND ({within})
GROUP BY springtide_version, {_HOUR}, arrival_hour"""


def over_a_day(series: Series, day: str) -> str:
    """The mean of a column in five-minute steps of a day, for the busiest values of another."""
    table, by, line = (identifier(n) for n in (series.table, series.by, series.line))
    minutes = f"hour(event_time) * 60 + minute(event_time) / {_BUCKET_MINUTES} * {_BUCKET_MINUTES}"
    marked = f"CASE WHEN {series.marked_when or 'FALSE'} THEN 1 ELSE 0 END"
    return f"""WITH busiest AS (
  SELECT {by} AS chosen, sum({identifier(series.busiest)}) AS total
  FROM {table}
  WHERE event_date = {literal(day)} AND {by} IS NOT NULL
  GROUP BY {by}
  ORDER BY total DESC, chosen
  LIMIT {BUSIEST}
)
SELECT CAST(chosen AS varchar) AS name, total, {minutes} AS minutes,
  avg({line}) AS value, max({marked}) AS marked
FROM {table} JOIN busiest ON {by} = chosen
WHERE event_date = {literal(day)}
GROUP BY chosen, total, {minutes}
ORDER BY total DESC, name, minutes"""
