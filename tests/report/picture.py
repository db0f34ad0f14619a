"""Takes the picture of a report that the docs show: `python -m tests.report.picture PAGE PNG`."""

import sys
from pathlib import Path

from tests.report.browser import MISSING, browser, find

WIDTH, HEIGHT = 900, 1000
MOST_BYTES = 200_000


def main(page: str, png: str) -> None:
    """Write the top of the page as a PNG."""
    if find() is None:
        sys.exit(f"The picture {MISSING}.")
    with browser() as shown:
        picture = shown.open(Path(page), width=WIDTH).picture(HEIGHT)
    if len(picture) > MOST_BYTES:
        sys.exit(f"{png} would have {len(picture):,} bytes; {MOST_BYTES:,} are the most")
    Path(png).write_bytes(picture)
    print(f"{png}: {len(picture):,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
