"""How a command reports an error: one message and an exit code, no traceback."""

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer
from springtide.model.errors import SpringtideError

from cli import console

# Wrong usage is 2 and Ctrl-C is 130, as in typer.
FAILED = 1
LEFT_OUT = 3  # the command ended, but not everything that landed is in the tables
FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_WORDS = tuple(map(os.strerror, FULL))


class CommandError(Exception):
    """A command cannot do its job; the message says what is wrong and what to do.

    Most functions of the command line may raise it; a docstring names it only if that is not
    obvious.
    """


@contextmanager
def explained(paths: Mapping[str, Path]) -> Iterator[None]:
    """Turn a command's expected errors into a message on standard error and exit code 1.

    The library's own errors are already written for people. For the system's errors the message
    names the option concerned: `paths` has the values of the options that are paths.
    """
    try:
        yield
    except (CommandError, SpringtideError) as err:
        console.complain(str(err))
        raise typer.Exit(FAILED) from err
    except OSError as err:
        if err.errno == errno.EPIPE:
            raise  # the reader of the output is gone: typer ends quietly
        console.complain(failure_of(err, paths))
        raise typer.Exit(FAILED) from err


def failure_of(err: OSError, paths: Mapping[str, Path]) -> str:
    """Return the error with the option whose path it concerns, and what to do."""
    if err.errno in FULL:
        return no_space(err.strerror)
    at = real_path(err.filename if isinstance(err.filename, str) else "")
    for name, path in paths.items():
        # A file is first written under a hidden name.
        if err.filename and real_path(path) in (at, *at.parents, at.parent / at.name[1:]):
            return (
                f"--{name.replace('_', '-')} {path}: {err.strerror}: {err.filename}; see that you"
                " have the right to it and that nothing else lies in its place, or give another"
            )
    return str(err)


def real_path(path: str | Path) -> Path:
    """Return the path without links; unlike Path.resolve, also where they form a loop."""
    return Path(os.path.realpath(path))


@contextmanager
def explaining_full_disk(kept: str) -> Iterator[None]:
    """Turn a full disk into a CommandError that says what the command has kept."""
    try:
        yield
    except OSError as err:
        if err.errno not in FULL:
            raise
        raise CommandError(no_space(err.strerror, kept)) from err


def no_space(words: str | None, kept: str = "") -> str:
    """Return what to do about a full disk; `words` is the system's message."""
    return (
        f"{words}: the command needs more, in {tempfile.gettempdir()} (TMPDIR names another folder)"
        f" or in the folder that it writes to. {kept}Make room, then run it again."
    )
