"""Lists the files below a folder, and never skips one that it cannot read."""

import os
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    """Return everything below a folder that is not itself a folder, in order; links to folders too.

    Raises OSError, which names the folder, for one that cannot be read: `rglob` would skip it.
    """
    found: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=_unread):
        at = Path(root)
        found += [at / name for name in files]
        found += [link for name in folders if (link := at / name).is_symlink()]
    return sorted(found)


def _unread(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # a folder that does not exist holds nothing
        raise error
