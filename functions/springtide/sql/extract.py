"""The statement that reads a slice's raw bytes, once, and writes its delta.

Reads: landing. Writes: delta, one row per raw line. Late, duplicate and broken lines are all in it;
a rejected line carries its reason and its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from springtide.dataset.declaration import DataSet, Field
from springtide.model.arrival import ArrivalHour
from springtide.sql.quoting import columns, identifier, literal, literals
from springtide.sql.unload import unload

NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$"
INTEGER = r"^[+-]?[0-9]+$"
ISO8601_WITH_OFFSET = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
)
# Beyond the years 1 to 9999 dates have no text form; such times are clamped, and rejected as too
# old or in the future.
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799
# Integers up to here are exact in a double.
_EXACT_INTEGER = 9007199254740991


class ObjectRange(NamedTuple):
    """Part of an arrival hour: the objects after one key and up to another, in key order."""

    hour: ArrivalHour
    after: str | None
    upto: str | None


def extract(
    data_set: DataSet,
    hours: Sequence[ArrivalHour],
    ranges: Sequence[ObjectRange],
    excluded: Iterable[str],
    target: str,
) -> str:
    """The UNLOAD that writes the delta of whole `hours` and of `ranges` of hours to `target`.

    `excluded` and the ranges' bounds are s3:// URIs of objects. Excluded ones are not even opened:
    Trino drops their splits, so an object that fails the query can be stepped around.
    """
    payload = [field.name for field in data_set.fields]
    top = dict.fromkeys(field.path[0].lower() for field in data_set.fields)
    members = ",\n        ".join(f"{_member(name)} JSON" for name in top)
    texts = ",\n    ".join(
        f"{_text(field)} AS {identifier(field.name)}" for field in data_set.fields
    )
    typed = ",\n    ".join(f"{_typed(f)} AS {identifier(f.name)}" for f in data_set.fields)
    numbers = "".join(
        f",\n    CASE WHEN {_like(identifier(f.name), NUMBER)}"
        f" THEN TRY_CAST({identifier(f.name)} AS double) END AS {_number(f)}"
        for f in data_set.fields
        if f.type in ("bigint", "double")
    )
    select = f"""WITH lines AS (
  SELECT
    line,
    "$path" AS source_path,
    replace(substr(datehour, 1, 10), '/', '-') || 'T' || substr(datehour, 12, 2) AS arrival_hour,
    -- A byte order mark is none of a document; concatenated files leave them at any line.
    CASE WHEN strpos(line, chr(65279)) = 1 THEN substr(line, 2) ELSE line END AS text
  FROM landing
  WHERE {_where(hours, ranges, excluded)}
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
    END AS document
  FROM lines
),
texts AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    document IS NULL AS malformed,
    {texts}
  FROM documents
),
numbers AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    malformed,
    {columns(payload, 4)}{numbers}
  FROM texts
),
typed AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    malformed,
    {typed}
  FROM numbers
),
judged AS (
  SELECT
    line,
    source_path,
    arrival_hour,
    {columns(payload, 4)},
    {identifier(data_set.event_time)} AS event_time,
    {_reason(data_set)} AS reject_reason
  FROM typed
)
SELECT
  {columns(payload)},
  event_time,
  date_format(event_time, '%Y-%m-%d') AS event_date,
  date_format(event_time, '%H') AS event_hour,
  arrival_hour,
  source_path,
  reject_reason,
  CASE WHEN reject_reason = 'malformed' THEN {_detail("line")} END AS reject_detail,
  CASE WHEN reject_reason IS NOT NULL THEN from_utf8(to_utf8(line)) END AS line,
  -- The bytes themselves, where the text cannot stand for them.
  CASE
    WHEN reject_reason IS NOT NULL AND to_utf8(from_utf8(to_utf8(line))) <> to_utf8(line)
    THEN to_utf8(line)
  END AS line_bytes
FROM judged"""
    return unload(select, target)


def _where(
    hours: Sequence[ArrivalHour], ranges: Sequence[ObjectRange], excluded: Iterable[str]
) -> str:
    parts = []
    if hours:
        parts.append(f"datehour IN ({literals(h.path for h in hours)})")
    for part in ranges:
        bounds = [f"datehour = {literal(part.hour.path)}"]
        if part.after is not None:
            bounds.append(f'"$path" > {literal(part.after)}')
        if part.upto is not None:
            bounds.append(f'"$path" <= {literal(part.upto)}')
        parts.append("(" + " AND ".join(bounds) + ")")
    where = parts[0] if len(parts) == 1 else "(" + "\n    OR ".join(parts) + ")"
    stepped_around = sorted(excluded)
    if stepped_around:
        where += f'\n    AND "$path" NOT IN ({literals(stepped_around)})'
    return where


def _member(name: str) -> str:
    """A ROW field's name; CAST matches it against the document's keys in lower case."""
    return '"' + name + '"'


def _text(field: Field) -> str:
    top = f"document.{_member(field.path[0].lower())}"
    if len(field.path) == 1:
        return f"TRY_CAST({top} AS varchar)"
    nested = "".join(f'["{name}"]' for name in field.path[1:])
    return f"json_extract_scalar({top}, {literal('$' + nested)})"


def _typed(field: Field) -> str:
    text = identifier(field.name)
    match field.type:
        case "varchar":
            return text
        case "boolean":
            return f"CASE {text} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
        case "double":
            return _number(field)
        case "bigint":
            return _bigint(text, _number(field))
        case _:
            return _timestamp(text, field.formats)


def _like(text: str, pattern: str) -> str:
    return f"regexp_like({text}, {literal(pattern)})"


def _number(field: Field) -> str:
    """The column of a field's text as a double; no field's own name has a dot."""
    return f'"{field.name}.number"'


def _bigint(text: str, number: str) -> str:
    """An integer, or a number without a fraction: some producers write 12 as 12.0."""
    return (
        f"CASE\n      WHEN {_like(text, INTEGER)} THEN TRY_CAST({text} AS bigint)\n"
        f"      WHEN {number} = floor({number}) AND abs({number}) <= {_EXACT_INTEGER}"
        f" THEN TRY_CAST({number} AS bigint)\n    END"
    )


def _timestamp(text: str, formats: Sequence[str]) -> str:
    """A UTC timestamp of milliseconds; a text without an offset names no moment and is NULL."""
    branches = []
    seconds = {"epoch_s": "", "epoch_ms": " / 1000"}
    for name in formats:
        if name in seconds:
            number = f"TRY_CAST({text} AS double){seconds[name]}"
            clamped = f"least(greatest({number}, {_FIRST_SECOND}e0), {_LAST_SECOND}e0)"
            branches.append(
                f"WHEN regexp_like({text}, {literal(NUMBER)}) THEN from_unixtime({clamped})"
            )
        else:
            branches.append(
                f"WHEN regexp_like({text}, {literal(ISO8601_WITH_OFFSET)})"
                f" THEN TRY(from_iso8601_timestamp({text}))"
            )
    moment = "CASE\n      " + "\n      ".join(branches) + "\n    END"
    return f"CAST({moment} AT TIME ZONE 'UTC' AS timestamp)"


def _reason(data_set: DataSet) -> str:
    arrival = "date_parse(arrival_hour, '%Y-%m-%dT%H')"
    event_time = identifier(data_set.event_time)
    missing = " OR ".join(f"{identifier(name)} IS NULL" for name in data_set.key)
    # The arrival hour ends an hour after its start; an event may have arrived in its last second.
    latest = data_set.in_future_hours + 1
    branches = [
        "WHEN malformed THEN 'malformed'",
        f"WHEN {missing} THEN 'missing_key'",
        f"WHEN {event_time} IS NULL THEN 'missing_event_time'",
        f"WHEN {event_time} < date_add('hour', {-data_set.too_old_hours}, {arrival})"
        " THEN 'too_old'",
        f"WHEN {event_time} > date_add('hour', {latest}, {arrival}) THEN 'in_future'",
        *(f"WHEN ({rule.reject_when}) THEN {literal(rule.reason)}" for rule in data_set.rules),
    ]
    return "CASE\n      " + "\n      ".join(branches) + "\n    END"


def _detail(line: str) -> str:
    """What a malformed line most likely is, for the person who finds it in the quarantine."""
    return f"""CASE
    WHEN strpos({line}, '}}{{') > 0
    THEN 'several documents on one line: the producer writes no line ends'
    WHEN trim({line}) = '' THEN 'blank line'
    WHEN substr(ltrim({line}), 1, 1) = '[' THEN 'an array is not an event'
    ELSE 'not a JSON object'
  END"""
