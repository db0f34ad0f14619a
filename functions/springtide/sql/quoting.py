"""The only place where text becomes part of a statement."""

import re
from collections.abc import Iterable, Mapping

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
# What a prefix of ours is made of; a quote or a space in one is a mistake, not a case for escaping.
_LOCATION = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?:[A-Za-z0-9_=./-]*/)?")


def literal(text: str) -> str:
    """A varchar literal that means exactly `text`."""
    if "\x00" in text:
        raise ValueError(f"a statement cannot contain a NUL: {text!r}")
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Varchar literals with commas between them, as an IN list takes them."""
    return ", ".join(literal(text) for text in texts)


def identifier(name: str) -> str:
    """A quoted column or table name; names are lower case by declaration.

    Raises ValueError for a name that is none.
    """
    if not _IDENTIFIER.fullmatch(name):
        raise ValueError(f"{name!r} is not a column or table name")
    return f'"{name}"'


def member(name: str) -> str:
    """A member's name as a field of a ROW; a member may have any name."""
    return '"' + name.replace('"', '""') + '"'


def location(uri: str) -> str:
    """A literal for an S3 prefix that Athena writes to; raises ValueError for any other."""
    if not _LOCATION.fullmatch(uri):
        raise ValueError(f"{uri!r} is not an S3 prefix that Springtide writes to")
    return literal(uri)


def sourced(names: Iterable[str], renamed: Mapping[str, str], indent: int = 2) -> str:
    """A SELECT list of columns, one a line; the values of a renamed one may have its old name."""
    return (",\n" + " " * indent).join(
        f"coalesce({identifier(name)}, {identifier(renamed[name])}) AS {identifier(name)}"
        if name in renamed
        else identifier(name)
        for name in names
    )


def columns(names: Iterable[str], indent: int = 2) -> str:
    """A SELECT list of columns, one a line."""
    return (",\n" + " " * indent).join(map(identifier, names))


def named(keys: Iterable[str]) -> str:
    """A partition as one text: its key values with a T between them."""
    return " || 'T' || ".join(map(identifier, keys))
