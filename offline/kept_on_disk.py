"""Caches results of slow computations on disk, by digest of their inputs."""

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

# Errors of reading a damaged file (docs.python.org/3/library/pickle.html).
_NOT_WHOLE = (ValueError, EOFError, AttributeError, ImportError, IndexError, pickle.PickleError)


def folder() -> Path:
    """The folder of the results; deleting it only costs time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "springtide"


def result(name: str, inputs: Any, compute: Callable[[], Any]) -> Any:
    """What `compute` returned for these inputs, now or in an earlier process.

    Inputs are JSON, and must name the version of everything that decides the result. If nothing can
    be written, it is computed each time.
    """
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
    file = folder() / f"{name}-{digest[:32]}.pickle"
    try:
        return pickle.loads(file.read_bytes())
    except (OSError, *_NOT_WHOLE):
        found = compute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{uuid4().hex}")
        part.write_bytes(pickle.dumps(found))
        part.replace(file)
    except OSError:
        pass  # such as a read-only home
    return found
