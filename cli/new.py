"""`springtide new`: a data set's declaration, guessed from what lies in a landing."""

from pathlib import Path
from typing import Annotated

from springtide.dataset.loading import DATA_SET, folder_of_data_sets
from typer import Argument, Option

from cli import calls, console
from cli.errors import CommandError


def new(
    name: Annotated[str, Argument(help="The data set's name: lower-case letters, digits, _.")],
    landing: Annotated[
        str, Option("--from", help="A landing to look at: a folder or an s3:// prefix.")
    ],
) -> None:
    """Write the first dataset.toml of a data set, with a comment beside each guess.

    Looks at the names and at a bounded sample of the objects: layout and format, fields with types
    and paths, event time and how late it came, key and revision. Says what it could not decide.

    Example: `springtide new orders --from landing --datasets my-data-sets`
    """
    from cli.guessing import guess, sample, sources, writing

    if not DATA_SET.fullmatch(name):
        raise CommandError(f"{name}: lower-case letters, digits and _, a letter first, 40 at most")
    file = folder_of_data_sets() / name / "dataset.toml"
    if file.exists():
        raise CommandError(f"{file}: is there already; remove it, or give another name")
    found = guess(sample.take(sources.source_of(landing)))
    text = writing.write(name, found)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    terminal, here = console.out(), Path.cwd()
    written = file.relative_to(here) if file.is_relative_to(here) else file
    terminal.print(console.shown(f"Wrote {written}: {len(found.members):,} fields."))
    for each in found.undecided():
        terminal.print(console.shown(f"To decide: {each}."))
    check = calls.command("check", "--dataset", name, "--landing", landing)
    terminal.print(f"Read it, correct it, then: {check}", markup=False)
