"""How a command says what went wrong: one message and an exit code, no traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from springtide.model.errors import SpringtideError

from cli import console

# Wrong usage is 2 and Ctrl-C is 130, as typer has them.
FAILED = 1
LEFT_OUT = 3  # the command ended, but not everything that landed is in the tables


class CommandError(Exception):
    """When a command cannot do its job; the message names what is wrong and what to do.

    Most functions of the command line may raise it; a docstring names it where it is not plain why.
    """


@contextmanager
def explained() -> Iterator[None]:
    """Turn a command's expected errors into a message on standard error and exit code 1.

    The library's own say what is wrong in a person's words, as a mistake in a declaration does.
    """
    try:
        yield
    except (CommandError, SpringtideError, OSError) as err:
        if isinstance(err, OSError) and err.errno == errno.EPIPE:
            raise  # the reader of our output went away: typer ends quietly
        console.complain(str(err))
        raise typer.Exit(FAILED) from err
