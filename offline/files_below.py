"""Finds the files of a folder, and passes over none that it cannot see."""

import os
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    """Return everything below a folder that is no folder itself, in order; links to folders too.

    Raises OSError, which names the folder, for one that cannot be read: `rglob` would pass over it.
    """
    found: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=_unread):
        at = Path(root)
        found += [at / name for name in files]
        found += [link for name in folders if (link := at / name).is_symlink()]
    return sorted(found)


def _unread(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder that is not there holds nothing
        raise error
