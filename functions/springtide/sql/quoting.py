"""Quoting: the only place where text becomes part of a statement."""

import re
from collections.abc import Iterable, Mapping

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
# The characters of Springtide's own prefixes; a quote or a space in one is a bug, and not escaped.
_LOCATION = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?:[A-Za-z0-9_=./-]*/)?")


def literal(text: str) -> str:
    """A varchar literal that means exactly `text`."""
    if "\x00" in text:
        raise ValueError(f"a statement cannot contain a NUL: {text!r}")
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Varchar literals separated by commas, for an IN list."""
    return ", ".join(literal(text) for text in texts)


def identifier(name: str) -> str:
    """A quoted column or table name; names are lower case by declaration.

    Raises ValueError if it is not a name.
    """
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} is not a column or table name")
    return f'"{name}"'


def quoted(name: str) -> str:
    """A quoted name that may be any text, as a ROW's field may have."""
    return '"' + name.replace('"', '""') + '"'


def location(uri: str) -> str:
    """A literal for an S3 prefix that Athena writes to; raises ValueError for any other."""
    if not _LOCATION.fullmatch(uri):
        raise ValueError(f"{uri!r} is not an S3 prefix that Springtide writes to")
    return literal(uri)


def sourced(names: Iterable[str], renamed: Mapping[str, str]) -> str:
    """A SELECT list, one column per line; a renamed one's values may be in its former column."""
    columns = (
        f"coalesce({identifier(name)}, {identifier(renamed[name])}) AS {identifier(name)}"
        if name in renamed
        else identifier(name)
        for name in names
    )
    return listed(columns, 4)


def listed(items: Iterable[str], indent: int = 2) -> str:
    """Items of a SELECT list or of a GROUP BY, one per line."""
    return (",\n" + " " * indent).join(items)


def columns(names: Iterable[str], indent: int = 2) -> str:
    """A SELECT list of columns."""
    return listed(map(identifier, names), indent)


def named(keys: Iterable[str]) -> str:
    """A partition as one text: its key values separated by a T."""
    return " || 'T' || ".join(map(identifier, keys))
