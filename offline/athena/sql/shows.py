"""Parses SHOW and DESCRIBE, whose syntax in Athena is Hive's."""

import re
from dataclasses import dataclass

from offline.athena.errors import not_supported

_PART = r"""(?:`[^`]+`|"[^"]+"|[^\s.'"`()]+)"""
_NAME = rf"{_PART}(?:\.{_PART}){{0,2}}"
_KINDS = tuple(
    re.compile(pattern.replace("NAME", _NAME).replace(" ", r"\s+"), re.IGNORECASE)
    for pattern in (
        r"SHOW (?P<what>DATABASES|SCHEMAS)(?: LIKE '(?P<only>[^']*)')?",
        r"SHOW (?P<what>TABLES)(?: IN (?P<of>NAME))?(?: '(?P<only>[^']*)')?",
        r"SHOW (?P<what>VIEWS)(?: IN (?P<of>NAME))?(?: LIKE '(?P<only>[^']*)')?",
        r"SHOW (?P<what>COLUMNS) (?:FROM|IN) (?P<name>NAME)(?: (?:FROM|IN) (?P<of>NAME))?",
        r"SHOW (?P<what>PARTITIONS) (?P<name>NAME)",
        r"SHOW (?P<what>TBLPROPERTIES) (?P<name>NAME)",
        r"(?P<what>DESC|DESCRIBE) (?P<name>NAME)",
    )
)


@dataclass(frozen=True)
class Show:
    """A question about the catalog: `what` is databases, tables, partitions and so on, or describe.

    `name` is a table's, `of` a database's; both may be empty. `only` is the pattern of names.
    """

    what: str
    name: str
    of: str
    only: str | None


def parse(text: str) -> Show:
    """Return the question. Raises QueryFailed for a form that is not offered."""
    for kind in _KINDS:
        if found := kind.fullmatch(text):
            told = {name: value for name, value in found.groupdict().items() if value is not None}
            what = told["what"].lower().replace("schemas", "databases")
            only = told.get("only")
            return Show(
                "describe" if what == "desc" else what,
                _bare(told.get("name", "")),
                _bare(told.get("of", "")),
                only,
            )
    raise not_supported(
        f"this form of SHOW or DESCRIBE: {' '.join(text.split())[:80]}; docs/offline.md lists what"
        " the offline Athena answers"
    )


def _bare(name: str) -> str:
    return re.sub(r"""["`]""", "", name)
