"""Measures a cold start of each function up to its first client, beside that of a bare client.

python bench/bench_imports.py [TIMES]
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"
_BARE = "import boto3; boto3.client('dynamodb', region_name='eu-west-1')"
_MEASURED = """
import json, resource, time
{imports}
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([time.process_time(), memory / 1024]))
"""


class Cost(NamedTuple):
    """CPU of a process from its start, and the most memory that it had."""

    seconds: float
    mib: float


def cost(imports: str) -> Cost:
    """The cost of a process that runs only this code."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED.format(imports=imports)],
        cwd=FUNCTIONS,
        env={**os.environ, "PYTHONPATH": str(FUNCTIONS), "POWERTOOLS_METRICS_NAMESPACE": "bench"},
        capture_output=True,
        text=True,
        check=True,
    )
    return Cost(*json.loads(done.stdout))


def main(times: int = 5) -> None:
    """Print medians, and their ratios to the bare client's in the same rounds, as JSON."""
    handlers = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))
    code = {"bare client": _BARE} | {name: f"import {name}.app; {_BARE}" for name in handlers}
    rounds = [{name: cost(imports) for name, imports in code.items()} for _ in range(times)]
    found = {
        name: Cost(*(median(each[name][at] for each in rounds) for at in (0, 1))) for name in code
    }
    bare = found["bare client"]
    for name, each in found.items():
        result = {
            "handler": name,
            "cpu_seconds": round(each.seconds, 3),
            "cpu_ratio": round(each.seconds / bare.seconds, 2),
            "memory_mib": round(each.mib, 1),
            "memory_ratio": round(each.mib / bare.mib, 2),
        }
        print(json.dumps(result))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
