"""Checks that a condition of a data set's author is one SQL condition and nothing more."""

import re

# Skips strings and quoted names as a whole; an unclosed quote is left over.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_FORBIDDEN = (";", "--", "/*", "*/", "'", '"')


def fault_of(condition: str) -> str | None:
    """Why the text cannot be put in brackets as a SQL condition; None if it can.

    It only must not leave its brackets; whether the SQL is right, Athena checks.
    """
    rest = QUOTED.sub("_", condition)
    if not rest.strip():
        return "is empty"
    for mark in _FORBIDDEN:
        if mark in rest:
            return f"has {mark} in it, and is one condition without comments or open quotes"
    depth = 0
    for character in rest:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return "closes a bracket that it has not opened"
    return "opens a bracket that it does not close" if depth else None
