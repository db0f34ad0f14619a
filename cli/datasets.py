"""The folder of data sets that a command uses: an option that every command has."""

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from typer import Option

# As springtide.dataset.loading reads it.
VARIABLE = "SPRINGTIDE_DATASETS"
_HELP = f"Folder of data sets of your own, in place of the package's; also {VARIABLE}."
_Folder = Annotated[Path | None, Option(exists=True, file_okay=False, help=_HELP)]
_AnyFolder = Annotated[Path | None, Option(file_okay=False, help=_HELP)]


def with_datasets(command: Callable[..., None], *, must_exist: bool = True) -> Callable[..., None]:
    """Give a command the option --datasets, which sets the variable for as long as it runs."""
    folder = _Folder if must_exist else _AnyFolder

    @functools.wraps(command)
    def wrapper(*args: object, datasets: Path | None = None, **named: object) -> None:
        with _set(datasets):
            command(*args, **named)

    kind = inspect.Parameter.KEYWORD_ONLY
    option = inspect.Parameter("datasets", kind, default=None, annotation=folder)
    signature = inspect.signature(command)
    parameters = [*signature.parameters.values(), option]
    wrapper.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {**command.__annotations__, "datasets": folder}
    return wrapper


def words() -> list[str]:
    """Return what a call that is printed needs to find the data sets that this one was given."""
    return ["--datasets", *_given] if _given else []


# The folder of the option as it was written.
_given: list[str] = []


@contextmanager
def _set(folder: Path | None) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    _given[:] = [] if folder is None else [str(folder)]
    if folder is not None:
        os.environ[VARIABLE] = str(folder.resolve())
    try:
        yield
    finally:
        _given.clear()
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before
