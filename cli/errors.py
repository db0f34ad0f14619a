"""How a command says what went wrong: one message and an exit code, no traceback."""

import errno
import functools
from collections.abc import Callable
from typing import ParamSpec

import typer
from springtide.model.errors import SpringtideError

from cli import console

P = ParamSpec("P")

# Wrong usage is 2 and Ctrl-C is 130, as typer has them.
FAILED = 1
LEFT_OUT = 3  # the command ended, but not everything that landed is in the tables


class CommandError(Exception):
    """When a command cannot do its job; the message names what is wrong and what to do."""


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a command's expected errors into a message on standard error and exit code 1.

    The library's own say what is wrong in a person's words, as a mistake in a declaration does.
    """

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (CommandError, SpringtideError) as err:
            console.complain(str(err))
            raise typer.Exit(FAILED) from err
        except OSError as err:
            if err.errno == errno.EPIPE:
                raise  # the reader of our output went away: typer ends quietly
            console.complain(str(err))
            raise typer.Exit(FAILED) from err

    return wrapper
