"""What processes cost: measured in turns, so that a busy machine slows all of them alike."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

Name = TypeVar("Name")


CLI = [sys.executable, "-c", "from cli import main; main()"]


class Cost(NamedTuple):
    """Wall time and CPU of a process and its children, and the most memory that it had."""

    seconds: float
    cpu_seconds: float
    mib: float

    def over(self, other: "Cost") -> dict[str, float]:
        """These figures and their ratios to another process's."""
        return {
            "seconds": round(self.seconds, 2),
            "seconds_ratio": round(self.seconds / other.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "cpu_ratio": round(self.cpu_seconds / other.cpu_seconds, 2),
            "mib": round(self.mib),
        }


def cost(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a process; raises SystemExit if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[:4]} ended with status {os.waitstatus_to_exitcode(status)}")
    # macOS has bytes where Linux has KiB (getrusage(2)).
    most = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, most / 1024)


def medians(rounds: Iterable[Mapping[Name, Cost]]) -> dict[Name, Cost]:
    """By process the medians of rounds."""
    every = list(rounds)
    return {
        name: Cost(*(median(each[name][at] for each in every) for at in range(3)))
        for name in every[0]
    }
