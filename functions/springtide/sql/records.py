"""The part of Extract that takes events out of lines which hold several of them.

A line may be several documents, one after the other. Each is an event where dataset.toml declares
`concatenated`; where it declares `records`, each has its events in a list, or in lists within
lists, which `records` names from the outside in. Such an event becomes a text of its own, with what
its fields want of the levels around it.
"""

import json
from collections.abc import Iterable

from springtide.dataset.declaration import OUTERMOST, DataSet
from springtide.sql.conversions import like
from springtide.sql.fields import TEXT
from springtide.sql.json_paths import json_path

# Two documents on a line, and a text with such a place within its quotes: that line is not cut.
_BETWEEN = r"\}\s*\{"
_QUOTED = r'^(?:[^"]*"(?:[^"\\]|\\.)*")*[^"]*"(?:[^"\\]|\\.)*\}\s*\{'
_CUT = f"regexp_replace({TEXT}, '{_BETWEEN}', '}}' || chr(10) || '{{')"
# A line that is one document stays as it was landed, with its BOM.
_LINE_OR_DOCUMENT = "CASE WHEN cardinality(documents) = 1 THEN springtide_line ELSE document END"


def records(data_set: DataSet) -> str:
    """CTEs from `lines` to `records`, whose `springtide_line` and TEXT are an event's, or none's.

    A document without its list, or with an empty one, stays whole; it has no TEXT and is malformed.
    """
    if not data_set.records:
        return f"{_cut()},\n{_each_document()}"
    levels = [_level(number) for number in range(len(data_set.records) + 1)]
    before = "springtide_line,\n    source_path,\n    arrival_hour,\n    document"
    steps = [
        _cut(),
        f"""level_0 AS (
  SELECT
    {_LINE_OR_DOCUMENT} AS springtide_line,
    source_path,
    arrival_hour,
    document,
    TRY(json_parse(document)) AS {levels[0]}
  FROM cut
  CROSS JOIN UNNEST(documents) AS of_line (document)
)""",
    ]
    for number, name in enumerate(data_set.records):
        found = f"json_extract({levels[number]}, {json_path([name])})"
        outer = ",\n    ".join(levels[: number + 1])
        steps.append(f"""level_{number + 1} AS (
  SELECT
    {before},
    {outer},
    item AS {levels[number + 1]}
  FROM level_{number}
  CROSS JOIN UNNEST(
    CASE
      WHEN json_array_length({found}) > 0
      -- A null among them is an element that is no event.
      THEN transform(CAST({found} AS ARRAY(JSON)), x -> coalesce(x, json_parse('null')))
      ELSE ARRAY[CAST(NULL AS JSON)]
    END
  ) AS of_list (item)
)""")
    event = _event(data_set, levels)
    steps.append(f"""records AS (
  SELECT
    CASE WHEN {levels[-1]} IS NULL THEN springtide_line ELSE {event} END AS springtide_line,
    source_path,
    arrival_hour,
    CASE WHEN {levels[-1]} IS NOT NULL THEN {event} END AS {TEXT}
  FROM level_{len(data_set.records)}
)""")
    return ",\n".join(steps)


def _cut() -> str:
    return f"""cut AS (
  SELECT
    springtide_line,
    source_path,
    arrival_hour,
    CASE
      WHEN {like(TEXT, _BETWEEN)} AND NOT {like(TEXT, _QUOTED)}
      THEN split({_CUT}, chr(10))
      ELSE ARRAY[{TEXT}]
    END AS documents
  FROM lines
)"""


def _each_document() -> str:
    return f"""records AS (
  SELECT
    {_LINE_OR_DOCUMENT} AS springtide_line,
    source_path,
    arrival_hour,
    document AS {TEXT}
  FROM cut
  CROSS JOIN UNNEST(documents) AS of_line (document)
)"""


def _level(number: int) -> str:
    return f'"landed.level.{number}"'


def _event(data_set: DataSet, levels: list[str]) -> str:
    """The event as JSON text: its own members behind those that fields want from further out."""
    own = f"json_format({levels[-1]})"
    names = [OUTERMOST, *data_set.records[:-1]]
    places = [(*field.json_in, *field.path) for field in data_set.fields]
    wanted = {
        name: list(dict.fromkeys(str(place[1]) for place in places if place[0] == name))
        for name in names
    }
    outer = [
        f"{_quoted(name)}:{{' || {_members(level, wanted[name])} || '}}"
        for name, level in zip(names, levels, strict=False)
        if wanted[name]
    ]
    if not outer:
        return own
    joined = ",".join(outer)
    rest = f"CASE WHEN {own} = '{{}}' THEN '}}' ELSE ',' || substr({own}, 2) END"
    return f"CASE WHEN substr({own}, 1, 1) = '{{' THEN '{{{joined}' || {rest} ELSE {own} END"


def _members(level: str, names: Iterable[str]) -> str:
    return " || ',' || ".join(
        f"'{_quoted(name)}:' || coalesce(json_format(json_extract({level}, {json_path([name])})),"
        " 'null')"
        for name in names
    )


def _quoted(name: str) -> str:
    """A member's name in JSON, within an SQL text; paths have no quotes and no backslashes."""
    return json.dumps(name, ensure_ascii=False).replace("'", "''")
