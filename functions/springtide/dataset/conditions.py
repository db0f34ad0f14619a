"""Conditions that a data set's author writes, checked to be one condition and nothing beside it."""

import re

# Texts and quoted names are passed over whole; a quote that closes nothing is left standing.
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_FORBIDDEN = (";", "--", "/*", "*/", "'", '"')


def fault_of(condition: str) -> str | None:
    """Why the text cannot be used in brackets as a SQL condition; None if it can.

    It is looked at as far as to keep it within its brackets; whether the SQL is right, Athena says.
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
