"""What a folder given as --out belongs to: one data set, one landing prefix."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from cli import calls, console
from cli.errors import CommandError
from offline.json_shape import fits

HOME = ".springtide"
_FILE = "run-state.json"
_LOCK = "lock"
TABLES = ("events", "quarantine")
_SHAPE = {"dataset": str, "prefix": str, "parameters": {str: str}}
Kept = TypeVar("Kept", list[Any], dict[str, Any])


@dataclass(frozen=True)
class RunState:
    """What every run into the same folder must have in common."""

    dataset: str
    prefix: str
    parameters: dict[str, str]  # the template's parameters that the last run set
    datasets: str | None = None  # the last run's folder of data sets, None for the package's


def home_of(out: Path) -> Path:
    """Return the folder of the state."""
    return out / HOME


def read_state(out: Path) -> RunState | None:
    """Return the state below a folder, None if no run has begun there.

    Raises CommandError for a file in place of the folder, and for a state that cannot be read.
    """
    if out.is_file():
        raise CommandError(f"--out {out}: is a file; give a folder")
    file = home_of(out) / _FILE
    if not file.exists():
        return None
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if not fits(found, _SHAPE):
            raise ValueError("a member is missing or of another type")
        return RunState(**found)
    except (ValueError, TypeError) as err:
        raise CommandError(
            f"{file}: not a state that this version wrote ({err}). Delete {out} and run again:"
            " everything in it is made from the landing folder."
        ) from err


def kept_json(file: Path, nothing: Kept, shape: Any) -> Kept:
    """Return a file that only a report needs; `nothing` if it is missing or damaged.

    It must have the shape, as json_shape.fits has them. Damage is noted on standard error: it is no
    reason to make all of --out again.
    """
    if not file.exists():
        return nothing
    with suppress(ValueError):
        found: Kept = json.loads(file.read_bytes())
        if fits(found, shape):
            return found
    console.note(f"{file} is damaged: what it said of earlier runs is lost")
    return nothing


def data_set_of(given: str | None, out: Path | None) -> str:
    """Return the given data set, or else that of the runs into `out`.

    Raises CommandError for a state that cannot be read.
    """
    state = None if given or out is None else read_state(out)
    return given or ("traffic" if state is None else state.dataset)


def require_state(out: Path) -> RunState:
    """Return the state below a folder.

    Raises CommandError if no run has ended there, and for a state that cannot be read.
    """
    state = read_state(out)
    if state is None:
        if (home_of(out) / _LOCK).exists():
            with held(out, shared=True):  # or a first run is still going
                pass
        first = calls.command("run", "--landing", "FOLDER", "--out", out)
        raise CommandError(f"--out {out}: no run has written there. Make one first: {first}")
    return state


def check_state(out: Path, state: RunState) -> None:
    """Check that a run may continue in the folder.

    Raises CommandError if it belongs to another prefix or data set, or holds tables but no state.
    """
    found = read_state(out)
    if found is None:
        present = [table for table in TABLES if (out / table).exists()]
        if present:
            raise CommandError(
                f"--out {out}: has {' and '.join(present)} but no {HOME}, so no run can continue"
                " there. Give another folder, or delete what is in this one."
            )
    elif (found.dataset, found.prefix) != (state.dataset, state.prefix):
        raise CommandError(
            f"--out {out}: belongs to data set {found.dataset!r} below {found.prefix or './'}; this"
            f" landing is data set {state.dataset!r} below {state.prefix or './'}."
            " Give another --out, or the landing that belongs to this one."
        )


def keep_state(out: Path, state: RunState) -> None:
    """Record that the folder belongs to this state."""
    home = home_of(out)
    part = home / f".{_FILE}"
    part.write_text(json.dumps(asdict(state), indent=2), encoding="utf-8")
    part.replace(home / _FILE)


@contextmanager
def held(out: Path, *, shared: bool = False) -> Iterator[None]:
    """Lock the state: a run against all other processes, a query only against runs.

    A shared lock needs no right to write. Raises CommandError if another process holds the lock.
    """
    lock = home_of(out) / _LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("r" if shared and lock.exists() else "w") as opened:
        try:
            fcntl.flock(opened, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise CommandError(
                f"--out {out}: another springtide command is at work there; wait for its end"
            ) from err
        yield
