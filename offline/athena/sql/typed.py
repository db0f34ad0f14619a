"""A piece of DuckDB's SQL with the type that Trino gives it."""

from dataclasses import dataclass

from offline.athena.sql.types import Type


@dataclass(frozen=True)
class Typed:
    """SQL that stands in parentheses where it needs them; `text` is a varchar literal's value."""

    sql: str
    type: Type
    is_literal: bool = False
    text: str | None = None


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote(text: str) -> str:
    """Return text as a varchar literal."""
    return "'" + text.replace("'", "''") + "'"
