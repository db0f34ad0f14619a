"""Measures a cold start of each function up to its first client, beside that of a bare client.

python bench/bench_imports.py [TIMES]

Twice for each: with bytecode of all that the function imports, and from the sources, as `sam build`
ships them, so that Python compiles them first. boto3 comes with Lambda's runtime, as bytecode.
"""

import compileall
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"
_SHIPPED = ("aws_lambda_powertools", "typing_extensions")
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


def cost(imports: str, folder: Path) -> Cost:
    """The cost of a process that runs only this code, with a function's files in the folder."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED.format(imports=imports)],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POWERTOOLS_METRICS_NAMESPACE": "bench",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return Cost(*json.loads(done.stdout))


def main(times: int = 5) -> None:
    """Print medians, and their ratios to the bare client's in the same rounds, as JSON."""
    handlers = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))
    code = {"bare client": _BARE} | {name: f"import {name}.app; {_BARE}" for name in handlers}
    with TemporaryDirectory() as folder:
        sources, bytecode = _artifacts(Path(folder))
        rounds = [
            {name: (cost(each, bytecode), cost(each, sources)) for name, each in code.items()}
            for _ in range(times)
        ]
    found = {name: [_median(each[name][way] for each in rounds) for way in (0, 1)] for name in code}
    (bare, _) = found["bare client"]
    for name, (compiled, source) in found.items():
        result = {
            "handler": name,
            "cpu_seconds": round(compiled.seconds, 3),
            "cpu_ratio": round(compiled.seconds / bare.seconds, 2),
            "cpu_ratio_from_source": round(source.seconds / bare.seconds, 2),
            "memory_mib": round(compiled.mib, 1),
            "memory_ratio": round(compiled.mib / bare.mib, 2),
        }
        print(json.dumps(result))


def _median(costs: Iterator[Cost]) -> Cost:
    every = list(costs)
    return Cost(*(median(each[at] for each in every) for at in (0, 1)))


def _artifacts(folder: Path) -> tuple[Path, Path]:
    """What a function is deployed with, as sources and with bytecode."""
    sources, bytecode = folder / "sources", folder / "bytecode"
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(FUNCTIONS, sources, ignore=without)
    for name in _SHIPPED:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{name} is not installed; run this in the project's environment")
        origin = Path(spec.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, sources / name, ignore=without)
        else:
            shutil.copy(origin, sources)
    shutil.copytree(sources, bytecode)
    compileall.compile_dir(bytecode, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return sources, bytecode


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
