"""One run of a statement, for Athena's API and for tests."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from offline.athena.errors import Ended

QUEUED, RUNNING = "QUEUED", "RUNNING"
SUCCEEDED, FAILED, CANCELLED = "SUCCEEDED", "FAILED", "CANCELLED"
TERMINAL = frozenset({SUCCEEDED, FAILED, CANCELLED})


@dataclass
class QueryRun:
    """A statement and its state; `objects_read` has an entry for each opening."""

    id: str
    sql: str
    database: str
    workgroup: str = "primary"
    output: str | None = None  # where results go, without an extension
    state: str = QUEUED
    failure: Ended | None = None
    kind: str = "SELECT"
    written: bool = False  # an UNLOAD has moved its files into place
    attempt: int = 1
    scanned_bytes: int = 0
    objects_read: tuple[str, ...] = ()
    manifest: str | None = None
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    update_count: int = 0
    context: dict[str, Any] = field(default_factory=dict)
    parameters: list[str] | None = None
    submitted: float = field(default_factory=time.time)
    started: float | None = None
    completed: float | None = None

    @property
    def reason(self) -> str | None:
        """Why it did not succeed."""
        return None if self.failure is None else self.failure.reason


# Called before each attempt and, with `run.written` set, again after an UNLOAD's files are there.
FaultHook = Callable[[QueryRun], Ended | None]
