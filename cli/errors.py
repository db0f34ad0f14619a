"""How a command says what went wrong: one message, exit code 1, no traceback."""

import errno
import functools
from collections.abc import Callable
from typing import ParamSpec

import typer

from cli import console
from offline.generate import GenerateError

P = ParamSpec("P")


class CommandError(Exception):
    """When a command cannot do what was asked; the message names what is wrong and what to do."""


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a command's expected errors into a message on standard error and exit code 1."""

    @functools.wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (CommandError, GenerateError) as err:
            console.complain(str(err))
            raise typer.Exit(1) from err
        except OSError as err:
            if err.errno == errno.EPIPE:
                raise  # the reader of our output went away: typer ends quietly
            console.complain(str(err))
            raise typer.Exit(1) from err

    return wrapper
