"""One run of a statement, for Athena's API and for tests."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from offline.athena.errors import OTHER, USER, Ended

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


class Fault(Ended):
    """What a test makes Athena do to a statement."""

    seconds = 0.0  # seconds that a statement waits in the queue

    @classmethod
    def transient(cls, reason: str = "Query exhausted resources at this scale factor") -> "Fault":
        """FAILED, with an error that Athena calls worth a retry."""
        return cls(FAILED, reason, retryable=True)

    @classmethod
    def permanent(cls, reason: str) -> "Fault":
        """FAILED because of the statement or its data."""
        return cls(FAILED, reason, USER)

    @classmethod
    def cancelled(cls, reason: str = "Query cancelled by user") -> "Fault":
        """CANCELLED."""
        return cls(CANCELLED, reason, OTHER)

    @classmethod
    def requeued(cls, seconds: float = 0.0) -> "Fault":
        """RUNNING back to QUEUED for a while, then run again; written files stay."""
        made = cls(QUEUED, "")
        made.seconds = seconds
        return made


# Called before each attempt and, with `run.written` set, again after an UNLOAD's files are there.
FaultHook = Callable[[QueryRun], Fault | None]
