"""An Athena that runs a statement once, and from then on remembers what comes of it.

A statement's outcome follows from its text and the files that lie there; so whoever asks again,
with other version ids but the same files, is given the same rows, rewritten under the prefix
that was requested. Statements run within the call that starts them, which fixes the order of calls.
"""

import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from offline.athena.catalog.catalog import split_uri
from offline.athena.errors import QueryCancelled
from offline.athena.service.runs import CANCELLED, RUNNING, SUCCEEDED, QueryRun
from offline.machine import Machine
from tests.crash.lake import TABLES, files_at, pointers

_VERSION = re.compile(r"(\d{6})-\d{8}T\d{6}-([a-z_]+\d*-\d+)")
_TARGET = re.compile(r"\bTO '(s3://[^']+)'")


@dataclass(frozen=True)
class _Outcome:
    """How a statement ended; `files` are what it wrote, by their folder below the target."""

    run: QueryRun
    files: tuple[tuple[str, Path], ...]


class RememberingAthena:
    """Takes the place of a machine's Athena until it is closed."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._service = machine.athena
        self._known: dict[Any, _Outcome] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="springtide-crash-"))
        self._leaves_next = False
        self._service.start = self._start
        self._stop = self._service.stop
        self._service.stop = self._stop_one

    def close(self) -> None:
        """Gives the machine its own Athena back."""
        del self._service.start
        del self._service.stop
        shutil.rmtree(self._folder, ignore_errors=True)

    def leave_running(self) -> None:
        """Has the next statement run until it is stopped."""
        self._leaves_next = True

    def _stop_one(self, run_id: str) -> None:
        run = self._service.find(run_id)
        if run is None or run.state != RUNNING:  # all but those that are left end at once
            self._stop(run_id)
            return
        run.failure = QueryCancelled()
        run.completed = time.time()
        run.state = CANCELLED

    def _start(self, run: QueryRun, scan_limit: int | None = None) -> None:
        self._service.history.append(run)
        if self._leaves_next:
            self._leaves_next = False
            run.started, run.state = time.time(), RUNNING
            return
        key = self._key(run)
        if key in self._known:
            self._replay(run, self._known[key])
            return
        self._service._work(run, scan_limit)
        self._known[key] = self._outcome(run)

    # ------------------------------------------------------------- what an outcome follows from

    def _key(self, run: QueryRun) -> Any:
        versions = sorted({found[0] for found in _VERSION.finditer(run.sql)})
        return (
            _unversioned(run.sql),
            tuple(self._landed()),
            tuple(self._written(versions)),
            tuple(self._published()),
        )

    def _landed(self) -> Iterator[tuple[str, str]]:
        bucket = self._machine.outputs["LandingBucketName"]
        for item in self._machine.objects.list(bucket, ""):
            yield item.key, item.etag

    def _written(self, versions: list[str]) -> Iterator[tuple[str, str]]:
        """The files of versions that a statement names, by folder and content."""
        bucket = self._machine.outputs["LakeBucketName"]
        for version in versions:
            for root in ("delta", *(f"tables/{table}" for table in TABLES)):
                for item in self._machine.objects.list(bucket, f"{root}/version={version}/"):
                    yield _unversioned(item.key.rpartition("/")[0]), item.etag

    def _published(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for pointer in pointers(self._machine):
            found = files_at(self._machine, pointer.location)
            yield pointer.name, tuple(item.etag for item in found)

    # ------------------------------------------------------------- keeping and giving outcomes

    def _outcome(self, run: QueryRun) -> _Outcome:
        files = []
        target = _TARGET.search(run.sql)
        if target is not None and run.state == SUCCEEDED:
            bucket, prefix = split_uri(target[1])
            for item in self._machine.objects.list(bucket, prefix):
                kept = self._folder / uuid.uuid4().hex
                shutil.copy(self._machine.objects.path(bucket, item.key), kept)
                files.append((item.key[len(prefix) :].rpartition("/")[0], kept))
        return _Outcome(replace(run), tuple(files))

    def _replay(self, run: QueryRun, outcome: _Outcome) -> None:
        known, objects = outcome.run, self._machine.objects
        for name in ("failure", "kind", "written", "columns", "rows", "update_count"):
            setattr(run, name, getattr(known, name))
        run.scanned_bytes, run.objects_read = known.scanned_bytes, known.objects_read
        run.started = run.completed = time.time()
        if outcome.run.manifest is not None:
            bucket, prefix = split_uri(_TARGET.findall(run.sql)[0])
            written = []
            for folder, file in outcome.files:
                key = "/".join(filter(None, (f"{prefix.rstrip('/')}", folder, uuid.uuid4().hex)))
                objects.refer(bucket, key, file)
                written.append(f"s3://{bucket}/{key}\n")
            run.manifest = f"{run.output}-manifest.csv"
            bucket, key = split_uri(run.manifest)
            objects.put(bucket, key.rstrip("/"), "".join(written).encode())
        run.state = known.state


def _unversioned(text: str) -> str:
    """A text without when its versions began, which is all that differs from run to run."""
    return _VERSION.sub(r"\1-\2", text)
