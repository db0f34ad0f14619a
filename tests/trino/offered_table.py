"""Writes docs/offline.md's list of the functions that the embedded engine offers and refuses.

python -m tests.trino.offered_table
"""

from collections.abc import Iterable

from offline.athena.functions.offered import GROUPS, OFFERED
from tests.files import ROOT
from tests.trino.comparing import functions

PAGE = ROOT / "docs" / "offline.md"
_BEGIN, _END = "<!-- offered: begin -->", "<!-- offered: end -->"


def table() -> str:
    """Return the generated part of the page."""
    rows = [
        f"| {group} | {_listed(word.split(':')[0] for word in words.split())} |"
        for group, words in GROUPS.items()
    ]
    head = ["| Functions | Offered |", "| --- | --- |"]
    refused = f"Refused by name, of Trino's: {_listed(functions() - OFFERED.keys())}."
    return "\n".join([_BEGIN, *head, *rows, "", refused, _END])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def written() -> str:
    """Return the page with the generated part as it should be."""
    before, _, rest = PAGE.read_text().partition(_BEGIN)
    return before + table() + rest.partition(_END)[2]


if __name__ == "__main__":
    PAGE.write_text(written())
