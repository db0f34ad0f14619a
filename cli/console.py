"""What every command prints with: results on standard output, notes and progress beside them."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text


def out() -> Console:
    """Return the console of standard output; made anew since tests replace the stream."""
    return Console(highlight=False, soft_wrap=True)


def program() -> str:
    """Return how the command line is called from here: by its name only if the path finds it."""
    return "springtide" if shutil.which("springtide") else os.path.relpath(Path(sys.argv[0]))


def shown(value: object) -> Text:
    """Return a value as it is printed: no markup in it, and what moves a terminal spelled out."""
    characters = (c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in str(value))
    return Text("".join(characters))


def note(message: str) -> None:
    """Print a remark that is no result, so that a script's output stays clean."""
    print(f"Note: {message}", file=sys.stderr)


def complain(message: str) -> None:
    """Print an error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        "[bold red]Error:[/bold red] ", end=""
    )
    print(message, file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """Print data for a script; what JSON has no form for is printed as text."""
    print(json.dumps(data, indent=2, default=str, ensure_ascii=False))


@contextmanager
def progress(total: int | None, what: str, *, quiet: bool) -> Iterator[Callable[..., None]]:
    """Show progress on a terminal and nowhere else; yields what updates it: (done, text)."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda done=None, text=None: None
        return
    columns = [SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()]
    if total is not None:
        columns.insert(2, BarColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)

        def update(done: float | None = None, text: str | None = None) -> None:
            bar.update(task, completed=done, description=text or what)

        yield update
