"""Separates a query from the statement around it: where its rows go, and how."""

import logging
import re

import sqlglot
from springtide.sql.comments import PIECE
from sqlglot import exp
from sqlglot.errors import SqlglotError

from offline.athena.errors import not_supported, syntax_error
from offline.athena.sql.finding import find

_TARGET = re.compile(r"\)\s*TO\s*'((?:[^']|'')*)'\s*(?:WITH\s*\((.*)\))?\s*\Z", re.I | re.S)
_BEFORE_QUERY = re.compile(
    r"\s*(?:CREATE\b.*?\bAS|INSERT\s+INTO\b.*?)(?=[\s(]+(?:SELECT|WITH|VALUES)\b)", re.I | re.S
)
# How sqlglot writes a token that cannot be there; SENTINEL is the end.
_TOKEN = re.compile(r"Expected .* got <Token .*?, text: (.*?), line: .*")
# sqlglot logs a warning for what it does not know; that is refused here.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def blank_comments(text: str) -> str:
    """Return the text with spaces in place of comments, so that positions stay."""
    return PIECE.sub(lambda found: found[1] or _blank(found[0]), text)


def cut(text: str, start: int, end: int | None = None) -> str:
    """Return a part of the text at its position in the whole: spaces precede it."""
    return _blank(text[:start]) + text[start:end]


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def unload(text: str) -> tuple[str, str, dict[str, str]]:
    """Return the query of an UNLOAD, its target and its properties. Raises QueryFailed."""
    found = None
    # The last `) TO '…'` belongs to the UNLOAD: text inside the query may look like one.
    for position in (match.start() for match in re.finditer(r"\)\s*TO\s*'", text, re.I)):
        found = _TARGET.match(text, position) or found
    if found is None:
        raise syntax_error("SYNTAX_ERROR: UNLOAD needs (query) TO 's3://…' WITH (…)")
    query, target = cut(text, text.index("(") + 1, found.start()), found[1].replace("''", "'")
    return (
        query,
        target,
        properties(split(f"CREATE TABLE t WITH ({found[2] or ''}) AS SELECT 1")[0]),
    )


def split(text: str) -> tuple[exp.Expr, str]:
    """Return a parsed statement with 1 in place of its query, and the query's text.

    Raises QueryFailed.
    """
    found = _BEFORE_QUERY.match(text)
    shown = f"{found[0]} SELECT 1" if found else text
    try:
        tree = sqlglot.parse_one(shown, read="athena")
    except SqlglotError as error:
        said = _TOKEN.sub(
            lambda found: f"mismatched input '{found[1].replace('SENTINEL', '<EOF>')}'",
            plain(str(error)),
        )
        raise syntax_error(f"SYNTAX_ERROR: {said}") from error
    if isinstance(tree, exp.Command):
        raise not_supported(f"this kind of {tree.name.upper()} statement: {text.strip()[:80]}")
    return tree, cut(text, found.end()) if found else ""


def properties(tree: exp.Expr) -> dict[str, str]:
    """Return WITH, TBLPROPERTIES and the like; several columns as names with commas."""
    found: dict[str, str] = {}
    for item in find(tree, exp.Property):
        if isinstance(item, exp.PartitionedByProperty):
            found["partitioned_by"] = ",".join(part.name for part in item.this.expressions)
        elif isinstance(item, exp.FileFormatProperty):
            found["format"] = item.name
        elif isinstance(item, exp.LocationProperty):
            found["location"] = item.name
        elif type(item) is exp.Property:
            value = item.args["value"]
            found[item.name.lower()] = value.name
    return found


def plain(message: str) -> str:
    """Return sqlglot's message on one line and without colours."""
    return " ".join(re.sub(r"\x1b\[\d+m", "", message).split())
