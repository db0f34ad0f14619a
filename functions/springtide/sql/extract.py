"""The statement that reads a slice's raw bytes, once, and writes its delta.

Reads: landing. Writes: delta, one row per raw line. Late, duplicate and broken lines are all in it;
a rejected line carries its reason and its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from springtide.dataset.declaration import DataSet
from springtide.model.arrival import ArrivalHour
from springtide.model.lanes import KEY
from springtide.sql import fields, lanes
from springtide.sql.quoting import columns, identifier, literals
from springtide.sql.reasons import ARRIVAL, BEGINS, arrival, begins, detail, reason
from springtide.sql.unload import unload

# A function of Trino takes 127 arguments.
_ARGUMENTS = 100


def extract(
    data_set: DataSet,
    hours: Sequence[ArrivalHour],
    excluded: Iterable[str],
    target: str,
    fresh_hours: int,
) -> str:
    """The UNLOAD that writes the delta of `hours` to `target`, each row to its lane.

    `excluded` are s3:// URIs of objects. They are not even opened: Trino drops their splits, so an
    object that fails the query can be stepped around.
    """
    all_fields = data_set.fields
    payload = [field.name for field in all_fields]
    top = dict.fromkeys(field.path[0].lower() for field in all_fields)
    members = ",\n        ".join(f'"{name}" JSON' for name in top)
    texts = [fields.text(field) for field in all_fields]
    scalars = _listed((fields.scalar(field), fields.text(field)) for field in all_fields)
    numbers = _lines(
        f"{value} AS {fields.number_column(field)}"
        for field in all_fields
        if (value := fields.number(field)) is not None
    )
    typed = _listed((fields.typed(field), identifier(field.name)) for field in all_fields)
    all_texts = ",\n    ".join(texts)
    own_texts = _lines(text for text in texts if text not in map(identifier, payload))
    bounded = _listed((fields.bounded(field), identifier(field.name)) for field in all_fields)
    event_time = identifier(data_set.event_time)
    select = f"""WITH lines AS (
  SELECT
    line,
    "$path" AS source_path,
    replace(substr(datehour, 1, 10), '/', '-') || 'T' || substr(datehour, 12, 2) AS arrival_hour,
    -- A BOM is not part of the document; concatenated files may have one on any line.
    CASE WHEN strpos(line, chr(65279)) = 1 THEN substr(line, 2) ELSE line END AS text
  FROM landing
  WHERE {_where(hours, excluded)}
),
documents AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    -- Only an object is an event: an array would be cast by position. Trino would read broken UTF-8
    -- with replacement characters; such a line is kept as it is instead. The cast stands right over
    -- json_parse, so that Trino makes one strict step of the two: nothing may trail the document,
    -- and no field may come twice.
    CASE WHEN substr(ltrim(text), 1, 1) = '{{' AND from_utf8(to_utf8(line)) = line THEN
      TRY(CAST(json_parse(text) AS ROW(
        {members}
      )))
    END AS {fields.DOCUMENT}
  FROM lines
),
texts AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {fields.DOCUMENT},
    {scalars}
  FROM documents
),
numbers AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {fields.DOCUMENT},
    {numbers}{all_texts}
  FROM texts
),
typed AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {fields.DOCUMENT},
    {own_texts}{typed}
  FROM numbers
),
bounded AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {fields.DOCUMENT},
    {own_texts}{bounded},
    {event_time} AS {fields.MOMENT},
    {arrival()} AS {ARRIVAL},
    {begins()} AS {BEGINS}
  FROM typed
),
judged AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {fields.DOCUMENT},
    {own_texts}{columns(payload, 4)},
    {event_time} AS event_time,
    {ARRIVAL},
    {BEGINS},
    {reason(data_set)} AS reject_reason
  FROM bounded
)
SELECT
  {columns(payload)},
  event_time,
  date_format(event_time, '%Y-%m-%d') AS event_date,
  date_format(event_time, '%H') AS event_hour,
  arrival_hour,
  source_path,
  {_misfits(data_set)} AS misfits,
  reject_reason,
  {detail(data_set)} AS reject_detail,
  CASE WHEN reject_reason IS NOT NULL THEN from_utf8(to_utf8(line)) END AS line,
  -- The bytes themselves, where the text cannot stand for them.
  CASE
    WHEN reject_reason IS NOT NULL AND to_utf8(from_utf8(to_utf8(line))) <> to_utf8(line)
    THEN to_utf8(line)
  END AS line_bytes,
  {lanes.lane(fresh_hours)} AS {KEY}
FROM judged"""
    return unload(select, target, (KEY,))


def _where(hours: Sequence[ArrivalHour], excluded: Iterable[str]) -> str:
    where = f"datehour IN ({literals(h.path for h in hours)})"
    stepped_around = sorted(excluded)
    if stepped_around:
        where += f'\n    AND "$path" NOT IN ({literals(stepped_around)})'
    return where


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Expressions with the names that they get."""
    return ",\n    ".join(f"{value} AS {name}" for value, name in pairs)


def _lines(columns: Iterable[str]) -> str:
    return "".join(f"{column},\n    " for column in columns)


def _misfits(data_set: DataSet) -> str:
    """The names of fields that were sent and do not fit their type, with commas; NULL for none."""
    names = [fields.misfit(field) for field in data_set.fields]
    parts = [names[at : at + _ARGUMENTS] for at in range(0, len(names), _ARGUMENTS)]
    joined = [_joined(part) for part in parts]
    return joined[0] if len(joined) == 1 else _joined(joined)


def _joined(names: Iterable[str]) -> str:
    listed = "".join(f",\n    {name}" for name in names)
    return f"nullif(concat_ws(','{listed}), '')"
