"""The statements that find rows with an erased value and leave them out.

The count reads: events, all of it, and quarantine. Grain of its result: one row per partition of
events, per landing object, and per arrival hour and reason of rejects or class of lateness.
"""

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence

from springtide.dataset.declaration import ERASED, DataSet, Field
from springtide.dataset.tables import IN_DELTA, REASON, delta_columns, quarantine_columns
from springtide.model.documents import Erasure
from springtide.model.lanes import KEY, REJECTED
from springtide.model.lateness import age_sql
from springtide.model.partitions import QUARANTINE, Partition
from springtide.sql.arrival import START
from springtide.sql.count import LATE, NONE, UNION, all_rows, tally
from springtide.sql.predicates import covers
from springtide.sql.quoting import identifier, literal, literals, named
from springtide.sql.unload import unload

HOUR, SOURCE, LINES, LINES_SOURCE = "hour", "source", "lines", "lines_source"
SEEN, SEEN_LINES = "seen", "seen_lines"
# The columns that a reject keeps of an erased line, besides the reason.
_KEPT = ("source_path", "arrival_hour")
_IS_ERASED = '"erased.is"'


def is_erased(data_set: DataSet, erasures: Iterable[Erasure]) -> str:
    """A predicate on rows of `events` and `delta`; never NULL."""
    return _either(_by_value(data_set, each) for each in erasures)


def line_is_erased(data_set: DataSet, erasures: Iterable[Erasure], line: str = "line") -> str:
    """A predicate on rejected lines, never NULL: the field's member has an erased value.

    `line` is the column with the text.
    """
    return _either(_by_text(data_set, each, line) for each in erasures)


def _either(predicates: Iterable[str]) -> str:
    return "coalesce(" + "\n    OR ".join(predicates) + ", FALSE)"


def _by_value(data_set: DataSet, erasure: Erasure) -> str:
    field = _field(data_set, erasure)
    value = identifier(field.name)
    if field.name in data_set.renamed:
        value = f"coalesce({value}, {identifier(field.was)})"
    if field.sql_type != "varchar":
        value = f"CAST({value} AS varchar)"
    return f"({value} IN ({literals(erasure['values'])}) AND {_arrived(erasure)})"


def _by_text(data_set: DataSet, erasure: Erasure, line: str) -> str:
    pattern = _pattern(_field(data_set, erasure), erasure["values"])
    return f"(regexp_like({line}, {literal(pattern)}) AND {_arrived(erasure)})"


def _field(data_set: DataSet, erasure: Erasure) -> Field:
    """The field that an erasure means, whatever its name is now."""
    return next(f for f in data_set.fields if erasure["field"] in (f.name, f.was))


def _arrived(erasure: Erasure) -> str:
    return f"arrival_hour <= {literal(erasure['upto'])}"


def _pattern(field: Field, values: Iterable[str]) -> str:
    """The pattern of the field's member and one of the values, in a line's text."""
    names = [step for step in field.path if isinstance(step, str)]
    name = "".join(
        f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c)
        for c in names[-1]
    )
    spelled = {json.dumps(v, ensure_ascii=a)[1:-1] for v in values for a in (False, True)}
    value = "|".join(map(re.escape, sorted(spelled)))
    # A JSON document within a string has its quotes escaped. The value may be within a list.
    part = "0-9A-Za-z_.+-"  # characters of a longer name or value
    return rf'(^|[^{part}]){name}\\?"\s*:[\s\["\\]*(?:{value})($|[^{part}])'


def count_erased(data_set: DataSet, erasure: Erasure) -> str:
    """The SELECT that finds rows with the values; columns kind, subject, aspect, lines.

    `seen` and `seen_lines` are all rows of the two tables as the statement found them.
    """
    rows = f"events\nWHERE {is_erased(data_set, [erasure])}"
    lines = f"quarantine\nWHERE {line_is_erased(data_set, [erasure])}"
    hour, late = named(data_set.event_keys), f"{rows}\n  AND event_time < {START}"
    counted = (
        tally(HOUR, hour, NONE, rows, hour),
        tally(SOURCE, "source_path", "arrival_hour", rows),
        tally(LATE, "arrival_hour", age_sql("event_time", START), late),
        tally(LINES, "arrival_hour", "reject_reason", lines),
        tally(LINES_SOURCE, "source_path", "arrival_hour", lines),
        all_rows(SEEN, "events"),
        all_rows(SEEN_LINES, "quarantine"),
    )
    return UNION.join(counted)


def without_lines(
    data_set: DataSet, erasure: Erasure, hours: Sequence[Partition], target: str
) -> str:
    """The UNLOAD of arrival hours' rejects, in which an erased line keeps only its reason."""
    select = f"""SELECT
  {_emptied(quarantine_columns())},
  arrival_hour
FROM (
  SELECT
    *,
    {line_is_erased(data_set, [erasure])} AS {_IS_ERASED}
  FROM quarantine
  WHERE {covers(QUARANTINE.keys, hours)}
)"""
    return unload(select, target, QUARANTINE.keys)


def without_erased(select: str, data_set: DataSet, erasures: Sequence[Erasure]) -> str:
    """An extract's SELECT in which erased events are rejects without content."""
    if not erasures:
        return select
    data_set = dataclasses.replace(data_set, retired=())  # no line has such a value
    gone = f"""(
      {is_erased(data_set, erasures)}
      OR ({REASON} IS NOT NULL AND {line_is_erased(data_set, erasures, IN_DELTA["line"])})
    )"""
    return f"""SELECT
  {_emptied(delta_columns(data_set))},
  CASE WHEN {_IS_ERASED} THEN {literal(REJECTED)} ELSE {KEY} END AS {KEY}
FROM (
  SELECT
    *,
    {gone} AS {_IS_ERASED}
  FROM (
{select}
  )
)"""


def _emptied(names: Iterable[tuple[str, str]]) -> str:
    """A SELECT list in which an erased row has no content."""
    return ",\n  ".join(
        identifier(name)
        if name in _KEPT
        else f"CASE WHEN {_IS_ERASED} THEN {literal(ERASED)} ELSE {name} END AS {name}"
        if name in ("reject_reason", REASON)
        else f"CASE WHEN NOT {_IS_ERASED} THEN {identifier(name)} END AS {identifier(name)}"
        for name, _ in names
    )
