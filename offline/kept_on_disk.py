"""Keeps results of slow computations on disk, by digest of what they were computed from."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4


def folder() -> Path:
    """Where the results lie; deleting it costs only time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "springtide"


def result(name: str, inputs: Any, compute: Callable[[], Any]) -> Any:
    """What `compute` returned for these inputs, now or in an earlier process; all of it is JSON.

    Inputs must name the version of everything that decides the result. Where nothing can be
    written, it is computed each time.
    """
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
    file = folder() / f"{name}-{digest[:32]}.json"
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):  # not there, or not whole
        found = compute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{uuid4().hex}")
        part.write_text(json.dumps(found))
        part.replace(file)
    except OSError:
        pass  # such as a home that is read-only
    return found
