"""Calls of the command line as they are printed, to be pasted."""

import os
import shlex
import shutil
import sys
from pathlib import Path

# Options that the call at work was given, and that every call it prints needs too.
options_in_force: list[str] = []


def program() -> str:
    """Return how the command line is called from here: by its name only if the path finds it."""
    return "springtide" if shutil.which("springtide") else os.path.relpath(Path(sys.argv[0]))


def command(*words: object) -> str:
    """Return a call of the command line that a person can paste, whatever is in the paths."""
    return shlex.join([program(), *map(str, words), *options_in_force])
