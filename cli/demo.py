"""`springtide demo`: two days of made-up traffic, ingested and explained."""

import shutil
from pathlib import Path
from typing import Annotated

from typer import Option

from cli import console
from cli.datasets import find_sample
from cli.errors import CommandError
from cli.trino import DEFAULT_SERVED, ServedOption, TrinoOption, on_trino

_MARKER = ".springtide-demo"


def demo(
    out: Annotated[Path, Option(help="Folder to work in; an earlier demo there is replaced.")] = (
        Path("demo-out")
    ),
    seed: Annotated[int, Option(min=0, help="Another seed makes other sample data.")] = 1,
    trino: TrinoOption = None,
    served: ServedOption = DEFAULT_SERVED,
) -> None:
    """See it work: two days of sample data, late events and all.

    Day 1 is ingested, then day 2, which brings late events of day 1, then nothing new. Shows the
    keys in S3 before and after, what became of every line, a first query, and a report of it all in
    OUT/report.html.
    """
    engine = None if trino is None else on_trino(trino, served)
    find_sample()
    clear(out)
    from cli.demo_story import tell

    tell(out, seed, console.out(), engine)


def clear(out: Path) -> None:
    """Make the folder empty by removing an earlier demo.

    Raises CommandError if anything else is there.
    """
    if out.exists():
        if not out.is_dir() or (any(out.iterdir()) and not (out / _MARKER).exists()):
            raise CommandError(
                f"--out {out}: exists and is not an earlier demo; give another folder"
            )
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / _MARKER).touch()
