"""Regular expressions that DuckDB's library reads otherwise than Java's, done value by value."""

import re
from functools import cache

# What RE2 does not know, or knows otherwise; what only Java knows is refused
REFUSED = re.compile(r"\(\?(?![:)]|[ims]+\))|\\[1-9kpPGhHRXvVQEAzZu]|\[\[|&&|[*+?}]\+")
# Groups that may take no part, for which RE2 gives an empty text, and an end before a line's end
CAREFUL = re.compile(r"\)[?*{]|\||\$")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def extract(text: str, pattern: str, group: int) -> str | None:
    """Return what a group matches first, NULL if nothing matches or the group takes no part."""
    found = _compiled(pattern).search(text)
    return None if found is None else found[group]


def replace(text: str, pattern: str, new: str) -> str:
    """Replace every match; `\\1` in the new text is the first group."""
    return _compiled(pattern).sub(re.sub(r"\\(\d)", r"\\g<\1>", new), text)
