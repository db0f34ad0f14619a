"""The part of Extract that takes events out of lines that hold several of them.

A line may be several documents, one after the other. Each is an event if dataset.toml declares
`concatenated`. If it declares `records`, each document has its events in a list, or in nested
lists, which `records` names from the outside in. Such an event becomes a text of its own, with the
members of the levels around it that its fields need.
"""

import json
from collections.abc import Iterable

from springtide.dataset.declaration import OUTERMOST, DataSet
from springtide.sql.conversions import like
from springtide.sql.fields import TEXT
from springtide.sql.json_paths import json_path
from springtide.sql.quoting import quoted

# Two documents on a line. A line that has this within a string is not cut.
_BETWEEN = r"\}\s*\{"
_QUOTED = r'^(?:[^"]*"(?:[^"\\]|\\.)*")*[^"]*"(?:[^"\\]|\\.)*\}\s*\{'
_CUT = f"regexp_replace({TEXT}, '{_BETWEEN}', '}}' || chr(10) || '{{')"
# The columns that a row keeps of its line and of the levels around it are computed before its list
# becomes rows: so a document is parsed once, and not once per event.
_LEVEL = '"landed.level"'
_OUTER = '"landed.outer"'  # members of the outer levels that fields need, as JSON text
_ITEMS = '"landed.items"'
_OWN = '"landed.own"'  # the event itself, as JSON text
_PLACE = "source_path,\n    arrival_hour"


def records(data_set: DataSet) -> str:
    """CTEs from `lines` to `records`; `springtide_line` and TEXT are an event's, or NULL.

    A document whose list is missing or empty stays whole; it has no TEXT and is malformed.
    """
    if not data_set.records:
        return f"{_cut()},\n{_of_documents('records', f'document AS {TEXT}')}"
    wanted = _wanted(data_set)
    document = _document([data_set.records[0], *wanted[0][1]])
    steps = [_cut(), _of_documents("level_0", f"{document} AS {_LEVEL},\n    '' AS {_OUTER}")]
    for number, (name, around) in enumerate(zip(data_set.records, wanted, strict=True), 1):
        outer = f"{_OUTER} || {_members(*around)}" if around[1] else _OUTER
        steps.append(_list(number, name, outer, last=number == len(data_set.records)))
    event = f"""CASE
      WHEN {_OUTER} = '' OR substr({_OWN}, 1, 1) <> '{{' THEN {_OWN}
      WHEN {_OWN} = '{{}}' THEN '{{' || substr({_OUTER}, 2) || '}}'
      ELSE '{{' || substr({_OUTER}, 2) || ',' || substr({_OWN}, 2)
    END"""
    steps.append(f"""written AS (
  SELECT
    springtide_line,
    {_PLACE},
    {_OUTER},
    json_format({_LEVEL}) AS {_OWN}
  FROM level_{len(data_set.records)}
),
records AS (
  SELECT
    coalesce({event}, springtide_line) AS springtide_line,
    {_PLACE},
    {event} AS {TEXT}
  FROM written
)""")
    return ",\n".join(steps)


def _cut() -> str:
    """A line cut into its documents; a single document stays as landed, with its BOM."""
    several = f"{like(TEXT, _BETWEEN)} AND NOT {like(TEXT, _QUOTED)}"
    return f"""cut AS (
  SELECT
    CASE WHEN {several} THEN NULL ELSE springtide_line END AS springtide_line,
    {_PLACE},
    CASE WHEN {several} THEN split({_CUT}, chr(10)) ELSE ARRAY[{TEXT}] END AS documents
  FROM lines
)"""


def _of_documents(name: str, columns: str) -> str:
    return f"""{name} AS (
  SELECT
    coalesce(springtide_line, document) AS springtide_line,
    {_PLACE},
    {columns}
  FROM cut
  CROSS JOIN UNNEST(documents) AS of_line (document)
)"""


def _document(names: Iterable[str]) -> str:
    """The document to take these members from; NULL if it is not one, or is nested too deeply.

    json_extract fails on a member that is too deep for Trino, and TRY does not catch that. It does
    catch the failure of a cast directly over json_parse.
    """
    members = dict.fromkeys(name.lower() for name in names)
    row = ", ".join(f"{quoted(name)} JSON" for name in members)
    return f"""CASE
      WHEN TRY(CAST(json_parse(document) AS ROW({row}))) IS NOT NULL
      THEN TRY(json_parse(document))
    END"""


def _list(number: int, name: str, outer: str, *, last: bool) -> str:
    """CTEs that turn the list of each row into rows; a row without it stays, with a NULL level."""
    found = f"json_extract({_LEVEL}, {json_path([name])})"
    there = f"json_array_length({found}) > 0"
    line = f"CASE WHEN {there} THEN NULL ELSE springtide_line END" if last else "springtide_line"
    return f"""listed_{number} AS (
  SELECT
    {line} AS springtide_line,
    {_PLACE},
    {outer} AS {_OUTER},
    CASE
      WHEN {there} THEN CAST({found} AS ARRAY(JSON))
      ELSE ARRAY[CAST(NULL AS JSON)]
    END AS {_ITEMS}
  FROM level_{number - 1}
),
level_{number} AS (
  SELECT
    springtide_line,
    {_PLACE},
    {_OUTER},
    item AS {_LEVEL}
  FROM listed_{number}
  CROSS JOIN UNNEST({_ITEMS}) AS of_list (item)
)"""


def _wanted(data_set: DataSet) -> list[tuple[str, list[str]]]:
    """The levels around an event, outermost first, with the members that fields need of each."""
    places = [(*field.json_in, *field.path) for field in data_set.fields]
    return [
        (name, list(dict.fromkeys(str(place[1]) for place in places if place[0] == name)))
        for name in (OUTERMOST, *data_set.records[:-1])
    ]


def _members(level: str, names: Iterable[str]) -> str:
    """Members of this level as JSON text, below the level's name and after a comma."""
    members = " || ',' || ".join(
        f"'{_in_json(name)}:' || coalesce(json_format(json_extract({_LEVEL}, {json_path([name])})),"
        " 'null')"
        for name in names
    )
    return f"',{_in_json(level)}:{{' || {members} || '}}'"


def _in_json(name: str) -> str:
    """A member's name in JSON within a SQL string; paths have no quotes and no backslashes."""
    return json.dumps(name, ensure_ascii=False).replace("'", "''")
