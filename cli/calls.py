"""Formats `springtide` commands that are printed for a person to paste."""

import os
import shlex
import shutil
import sys
from pathlib import Path

# Options that this call was given, and that every printed command needs too.
options_in_force: list[str] = []


def program() -> str:
    """Return how to call the program from here: its name alone only if it is on the path."""
    return "springtide" if shutil.which("springtide") else os.path.relpath(Path(sys.argv[0]))


def command(*words: object) -> str:
    """Return a command line that can be pasted, whatever characters its paths have."""
    return shlex.join([program(), *map(str, words), *options_in_force])
