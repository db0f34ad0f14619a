"""The option --datasets: the folder of data sets that a command uses."""

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from typer import Option

from cli import calls
from cli.errors import CommandError
from cli.state import read_state

# As springtide.dataset.loading reads it.
VARIABLE = "SPRINGTIDE_DATASETS"
_HELP = f"Folder of data sets of your own, in place of the package's; also {VARIABLE}."
_Folder = Annotated[Path | None, Option(exists=True, file_okay=False, help=_HELP)]
_AnyFolder = Annotated[Path | None, Option(file_okay=False, help=_HELP)]


def with_datasets(command: Callable[..., None], *, must_exist: bool = True) -> Callable[..., None]:
    """Give a command the option --datasets, which sets the variable while the command runs.

    Without it, the command uses the folder that the runs into --out used.
    """
    folder = _Folder if must_exist else _AnyFolder

    @functools.wraps(command)
    def wrapper(*args: object, datasets: Path | None = None, **named: object) -> None:
        with _set(datasets, named.get("out")):
            command(*args, **named)

    kind = inspect.Parameter.KEYWORD_ONLY
    option = inspect.Parameter("datasets", kind, default=None, annotation=folder)
    signature = inspect.signature(command)
    parameters = [*signature.parameters.values(), option]
    wrapper.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {**command.__annotations__, "datasets": folder}
    return wrapper


def chosen() -> str | None:
    """Return the folder of data sets, None for the package's."""
    folder = os.environ.get(VARIABLE)
    return str(Path(folder).resolve()) if folder else None


def find_sample() -> None:
    """Make the command, and the commands that it prints, find the data set of the sample data.

    A person's own folder of data sets may lack it: then the package's folder is used.
    """
    from springtide.dataset.loading import FOLDER, folder_of_data_sets

    if not (folder_of_data_sets() / "traffic").is_dir():
        os.environ[VARIABLE] = str(FOLDER)
        calls.options_in_force[:] = ["--datasets", str(FOLDER)]


@contextmanager
def _set(folder: Path | None, out: object) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    calls.options_in_force[:] = [] if folder is None else ["--datasets", str(folder)]
    if folder is None and not before and isinstance(out, Path):
        folder = _of_runs(out)
    if folder is not None:
        os.environ[VARIABLE] = str(folder.resolve())
    try:
        yield
    finally:
        calls.options_in_force.clear()
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before


def _of_runs(out: Path) -> Path | None:
    try:
        state = read_state(out)
    except CommandError:
        return None  # the command itself reads it again, and says so
    return None if state is None or state.datasets is None else Path(state.datasets)
