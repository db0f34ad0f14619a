"""The statement that reads a slice's raw bytes, once, and writes its delta.

Reads: landing. Writes: delta, one row per raw line. It includes late, duplicate and broken lines; a
rejected line has its reason and its text.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from springtide.dataset.declaration import EVENT_TIME, DataSet
from springtide.dataset.layout import Layout
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import Erasure
from springtide.model.lanes import KEY, LATE, REJECTED, fresh_lanes
from springtide.sql.arrival import START, arrival_hour
from springtide.sql.erase import without_erased
from springtide.sql.fields import DOCUMENT, MEMBERS, TEXT, Fields
from springtide.sql.parquet_rows import ROWS, row_text
from springtide.sql.quoting import columns, identifier, listed, literal, literals
from springtide.sql.reasons import ARRIVAL, BEGINS, MALFORMED, begins, detail, reason
from springtide.sql.records import records
from springtide.sql.unload import unload

_IS_OBJECT = '"landed.is_object"'
_LINE = f"springtide_line,\n    source_path,\n    arrival_hour,\n    {TEXT}"


def extract(
    data_set: DataSet,
    hours: Sequence[ArrivalHour],
    excluded: Iterable[str],
    target: str,
    fresh_hours: int,
    erasures: Sequence[Erasure] = (),
) -> str:
    """The UNLOAD that writes the delta of `hours` to `target`, each row to its lane.

    `excluded` are s3:// URIs of objects. Trino drops their splits without opening them, so an
    object that fails the query can be skipped. A line that `erasures` match leaves only a row that
    counts it.
    """
    fields = Fields(data_set)
    payload = [field.name for field in data_set.fields]
    # A field of this name is the event time.
    added = [EVENT_TIME] if EVENT_TIME not in payload else []
    moment = "".join(f"{identifier(data_set.event_time)} AS {name},\n    " for name in added)
    sent = [group.sent for group in fields.groups]
    groups = [column for group in fields.groups for column in (group.sent, group.values)]
    # If a line may hold several events, these are taken out of it first.
    several = data_set.concatenated or data_set.records
    opened, source = (records(data_set) + ",\n", "records") if several else ("", "lines")
    bytes_ = "to_utf8(springtide_line)"
    select = f"""WITH landed AS (
  SELECT
    {row_text(data_set.columns) if data_set.columns else "line"} AS springtide_line,
    "$path" AS source_path,
    {arrival_hour(data_set.landing, hours)} AS arrival_hour
  FROM landing AS {ROWS}
  WHERE {_where(data_set.landing, hours, excluded)}
),
lines AS (
  SELECT
    springtide_line,
    source_path,
    arrival_hour,
    -- A BOM is not part of the document; concatenated files may have one on any line.
    CASE
      WHEN starts_with(springtide_line, chr(65279)) THEN substr(springtide_line, 2)
      ELSE springtide_line
    END AS {TEXT}
  FROM landed
),
{opened}objects AS (
  SELECT
    {_LINE},
    -- Only an object is an event: an array would be cast by position. Trino would read broken UTF-8
    -- with replacement characters; such a line is kept as it is instead.
    starts_with(ltrim({TEXT}), '{{')
      AND from_utf8(to_utf8(springtide_line)) = springtide_line AS {_IS_OBJECT}
  FROM {source}
),
documents AS (
  SELECT
    {_LINE},
    {_IS_OBJECT},
    CASE WHEN {_IS_OBJECT} THEN
      {fields.document()}
    END AS {DOCUMENT}
  FROM objects
),
parsed AS (
  SELECT
    {_LINE},
    {DOCUMENT},
    CASE WHEN {_IS_OBJECT} AND {DOCUMENT} IS NULL THEN
      {fields.members()}
    END AS {MEMBERS}
  FROM documents
),
sent AS (
  SELECT
    {_LINE},
    {DOCUMENT} IS NULL AND {MEMBERS} IS NULL AS {MALFORMED},
    {listed(fields.sent(), 4)}
  FROM parsed
),
converted AS (
  SELECT
    {_LINE},
    {MALFORMED},
    {listed(sent, 4)},
    {listed(fields.values(), 4)}
  FROM sent
),
typed AS (
  SELECT
    {_LINE},
    {MALFORMED},
    {listed(groups, 4)},
    {listed(fields.columns(), 4)},
    {START} AS {ARRIVAL},
    {begins()} AS {BEGINS}
  FROM converted
),
judged AS (
  SELECT
    {_LINE},
    {listed(sent, 4)},
    {listed(fields.unfit(), 4)},
    {columns(payload, 4)},
    {moment}{ARRIVAL},
    {BEGINS},
    {reason(data_set, fields)} AS springtide_reject_reason
  FROM typed
)
SELECT
  {columns(payload + added)},
  date_format(event_time, '%Y-%m-%d') AS event_date,
  date_format(event_time, '%H') AS event_hour,
  arrival_hour,
  source_path,
  {fields.misfits()} AS springtide_misfits,
  springtide_reject_reason,
  {detail(data_set, fields)} AS springtide_reject_detail,
  CASE WHEN springtide_reject_reason IS NOT NULL THEN from_utf8({bytes_}) END AS springtide_line,
  -- The bytes themselves, where the text cannot stand for them.
  CASE
    WHEN springtide_reject_reason IS NOT NULL AND to_utf8(from_utf8({bytes_})) <> {bytes_}
      THEN {bytes_}
  END AS springtide_line_bytes,
  {_lane(fresh_hours)} AS {KEY}
FROM judged"""
    return unload(without_erased(select, data_set, erasures), target, (KEY,))


def _lane(fresh_hours: int) -> str:
    """The lane of a row, from its columns event_time, ARRIVAL and springtide_reject_reason.

    An event of its own arrival hour, or of a later one, is in lane 0.
    """
    branches = "\n".join(
        f"    WHEN event_time >= date_add('hour', {-late}, {ARRIVAL}) THEN {literal(name)}"
        for late, name in enumerate(fresh_lanes(fresh_hours))
    )
    return f"""CASE
    WHEN springtide_reject_reason IS NOT NULL THEN {literal(REJECTED)}
{branches}
    ELSE {literal(LATE)}
  END"""


def _where(layout: Layout, hours: Sequence[ArrivalHour], excluded: Iterable[str]) -> str:
    units = chain.from_iterable(map(layout.units, hours))
    where = f"datehour IN ({literals(units)})"
    stepped_around = sorted(excluded)
    if stepped_around:
        where += f'\n    AND "$path" NOT IN ({literals(stepped_around)})'
    return where
