"""Measures write amplification: what one more arrival hour reads and writes.

python bench/bench_late.py [DETECTORS [DAYS [DEFER_HOURS [LATE_DAYS]]]]

DAYS are loaded before that hour. 0.3 % of the events are late by up to LATE_DAYS, else by up to the
DAYS. DEFER_HOURS is the stack's DeferHours; with 0 every late event has its hour rewritten at once,
as it was before late rows could wait.
"""

import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from offline.api_calls import ApiCall, Watcher
from offline.generate import GenerateOptions, generate
from offline.machine import Machine

START = datetime(2020, 7, 1, tzinfo=UTC)


class Calls(Watcher):
    """Counts the calls of functions and state machines."""

    def __init__(self) -> None:
        self.count = 0

    def before(self, call: ApiCall) -> None:
        """Count it, unless this process makes it."""
        self.count += call.principal.kind != "person"


def main(
    detectors: int = 200, days: int = 3, defer_hours: int = 6, late_days: int | None = None
) -> None:
    """Prints bytes written and scanned by the last hour's run, as JSON."""
    with TemporaryDirectory() as folder:
        landing, coming = Path(folder, "landing"), Path(folder, "coming")
        landing.mkdir()
        last = START + timedelta(days=days)
        generate(
            GenerateOptions(
                coming, detectors, START, days + 1 / 24, late=0.003, late_days=late_days or days
            )
        )
        _land(coming, landing, lambda hour: hour < f"{last:%Y/%m/%d/%H}")
        parameters = {"SettleMinutes": "0", "DeferHours": str(defer_hours)}
        with Machine(Path(folder, "home"), parameters=parameters) as machine:
            outputs = machine.outputs
            machine.objects.mount(outputs["LandingBucketName"], "", landing)
            _run(machine, {"all": True, "settle": True})
            before = _sizes(machine)
            _land(coming, landing, lambda hour: hour == f"{last:%Y/%m/%d/%H}")
            machine.objects.mount(outputs["LandingBucketName"], "", landing)
            calls, queries = Calls(), len(machine.athena.history)
            machine.calls.watchers.append(calls)
            began = time.perf_counter()
            _run(machine, {})
            seconds = time.perf_counter() - began
            new = {key: size for key, size in _sizes(machine).items() if key not in before}
            scanned = sum(run.scanned_bytes for run in machine.athena.history[queries:])
    written, own = Counter[str](), Counter[str]()
    folders = set()
    for key, size in new.items():
        root, table, *rest = key.split("/")
        if root == "tables" and table != "quarantine":
            written[table] += size
            folders.add((table, "/".join(rest[1:3])))
            if f"event_date={last:%Y-%m-%d}/event_hour={last:%H}/" in key:
                own[table] += size
    result = {
        "defer_hours": defer_hours,
        "days": days,
        "partitions_written": len(folders),
        "arrived_bytes": sum(own.values()),
        "written_bytes": sum(written.values()),
        "write_amplification": round(sum(written.values()) / sum(own.values()), 2),
        "scanned_bytes": scanned,
        "calls": calls.count,
        "seconds": round(seconds, 1),
    }
    print(json.dumps(result))


def _land(coming: Path, landing: Path, wanted: Callable[[str], bool]) -> None:
    for folder in sorted(coming.glob("*/*/*/*")):
        name = folder.relative_to(coming)
        if wanted(name.as_posix()):
            (landing / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, landing / name)


def _run(machine: Machine, asked: dict[str, bool]) -> None:
    done = machine.run(asked)
    if done.status != "SUCCEEDED" or done.states[-1] != "Up To Date":
        raise SystemExit(f"the run ended as {done.status} in {done.states[-1]}: {done.cause}")


def _sizes(machine: Machine) -> dict[str, int]:
    """The lake's objects with their sizes."""
    bucket = machine.outputs["LakeBucketName"]
    return {
        item.key: item.size
        for prefix in ("tables/", "delta/")
        for item in machine.objects.list(bucket, prefix)
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
