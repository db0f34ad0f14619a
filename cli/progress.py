"""Shows a command's progress: one moving line on a terminal, a few lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column
from rich.text import Text

_FRAMES_A_SECOND = 4
_BAR = 12  # characters, so that a line of 40 leaves room for its text


class Update(Protocol):
    """Reports what is being done, and how much of it is done if that is known."""

    def __call__(
        self, text: str | None = None, done: float | None = None, total: float | None = None
    ) -> None:
        """Show it; a `text` begins another piece of work, of `total` parts."""


def unseen(text: str | None = None, done: float | None = None, total: float | None = None) -> None:
    """Show nothing; an Update."""


class _Bar(BarColumn):
    """A bar if the share is known, otherwise nothing."""

    def render(self, task: Task) -> RenderableType:  # type: ignore[override]
        return super().render(task) if task.total is not None else Text()


class _Count(MofNCompleteColumn):
    def render(self, task: Task) -> Text:
        return super().render(task) if task.total is not None else Text()


class _Rate(ProgressColumn):
    """Parts per second, if the share is known and some are done."""

    def render(self, task: Task) -> Text:
        known = task.total is not None and task.speed is not None
        return Text(f"{task.speed:,.1f}/s" if known else "")


@contextmanager
def progress(what: str, total: float | None = None, *, quiet: bool) -> Iterator[Update]:
    """Show progress on standard error while entered; yields what updates it."""
    console = Console(stderr=True)
    if quiet:
        yield unseen
    elif not console.is_terminal or console.is_dumb_terminal:
        yield _plain(what)
    else:
        with _moving(console, what, total) as update:
            yield update


def _plain(what: str) -> Update:
    """Print a line for each piece of work."""
    last = ""

    def update(
        text: str | None = None, done: float | None = None, total: float | None = None
    ) -> None:
        nonlocal last
        if text is not None and text != last:
            last = text
            print(text, file=sys.stderr, flush=True)

    update(what)
    return update


@contextmanager
def _moving(console: Console, what: str, total: float | None) -> Iterator[Update]:
    columns = [
        SpinnerColumn(),
        TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis"),
        ),
        _Bar(bar_width=_BAR),
        _Count(),
        _Rate(),
        TimeElapsedColumn(),
    ]
    # rich would replace both streams by proxies, which also print what a handler writes, and every
    # frame twice. Nothing else is printed while a line moves.
    with Progress(
        *columns,
        console=console,
        transient=True,
        refresh_per_second=_FRAMES_A_SECOND,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(what, total=total)

        def update(
            text: str | None = None, done: float | None = None, total: float | None = None
        ) -> None:
            if text is not None:
                bar.update(task, description=text, completed=done or 0)
                bar.tasks[0].total = total
            else:
                bar.update(task, completed=done, total=total)

        yield update
