"""Swaps two folders atomically, so that a reader always finds one of them."""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

_AT_FDCWD = -100  # <fcntl.h> of Linux
_RENAME_EXCHANGE = 2  # <linux/fs.h>; macOS calls it RENAME_SWAP, with the same value


def put(new: Path, target: Path) -> None:
    """Rename `new` to `target`; the folder that was at `target` is at `new` afterwards.

    If the file system cannot exchange two folders, for an instant a reader may find none.
    """
    exchange = _system_call()
    if not target.exists():
        new.rename(target)
    elif exchange is None or exchange(os.fsencode(new), os.fsencode(target)) != 0:
        aside = new.with_name(f"{new.name}.old")
        target.rename(aside)
        new.rename(target)
        aside.rename(new)


def _system_call() -> Any:
    """The C library's call that exchanges two paths, None if it has none."""
    library = ctypes.CDLL(None)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        return call and (lambda one, other: call(one, other, _RENAME_EXCHANGE))
    call = getattr(library, "renameat2", None)
    return call and (lambda one, other: call(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE))
