"""Writes docs/offline.md's list of the functions that the embedded engine offers.

python -m tests.trino.offered_table
"""

import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from offline.athena.sql.signatures import offered, trino_names

PAGE = Path("docs/offline.md")
_BEGIN, _END = "<!-- offered: begin -->", "<!-- offered: end -->"
_FORMS = ("at_timezone", "coalesce", "concat", "format", "greatest", "if", "least", "nullif")
_MORE_FORMS = ("row", "try", "typeof", "listagg", "extract", "position")


def table() -> str:
    """Return the generated part of the page."""
    text = files("offline.athena.functions").joinpath("offered.txt").read_text()
    groups: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in text.splitlines():
        if line.startswith("-- "):
            heading = line[3:]
        elif (found := re.match(r"[a-z]\w*", line)) and found[0] not in groups[heading]:
            groups[heading].append(found[0])
    groups["forms"] = [*_FORMS, *_MORE_FORMS]
    rows = [
        f"| {heading} | {', '.join(f'`{name}`' for name in sorted(names))} |"
        for heading, names in groups.items()
        if names
    ]
    refused = sorted(trino_names() - set(offered()) - {*_FORMS, *_MORE_FORMS})
    return "\n".join(
        [
            _BEGIN,
            "| Functions | Offered |",
            "| --- | --- |",
            *rows,
            "",
            f"Refused by name, of Trino's: {', '.join(f'`{name}`' for name in refused)}.",
            _END,
        ]
    )


def written() -> str:
    """Return the page with the generated part as it should be."""
    before, _, rest = PAGE.read_text().partition(_BEGIN)
    return before + table() + rest.partition(_END)[2]


def write_table() -> None:
    """Write the page."""
    PAGE.write_text(written())


if __name__ == "__main__":
    write_table()
