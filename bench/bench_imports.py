"""Measures a cold start of each function up to its first client, beside that of a bare client.

python bench/bench_imports.py [TIMES]

Twice for each: with bytecode of all that the function imports, and from the sources, as `sam build`
ships them, so that Python compiles them first. boto3 comes with Lambda's runtime, as bytecode.
"""

import compileall
import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

from bench.processes import Cost, cost, medians

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"
_SHIPPED = ("aws_lambda_powertools", "typing_extensions")
_BARE = "import boto3; boto3.client('dynamodb', region_name='eu-west-1')"


def main(times: int = 5) -> None:
    """Print medians, and their ratios to the bare client's in the same rounds, as JSON."""
    handlers = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))
    code = {"bare client": _BARE} | {name: f"import {name}.app; {_BARE}" for name in handlers}
    with TemporaryDirectory() as folder:
        sources, bytecode = _artifacts(Path(folder))
        rounds = [
            {
                (name, way): _started(each, way)
                for name, each in code.items()
                for way in (bytecode, sources)
            }
            for _ in range(times)
        ]
    found = medians(rounds)
    bare = found["bare client", bytecode]
    for name in code:
        compiled, source = found[name, bytecode], found[name, sources]
        result = {
            "handler": name,
            "cpu_seconds": round(compiled.cpu_seconds, 3),
            "cpu_ratio": round(compiled.cpu_seconds / bare.cpu_seconds, 2),
            "cpu_ratio_from_source": round(source.cpu_seconds / bare.cpu_seconds, 2),
            "memory_mib": round(compiled.mib, 1),
            "memory_ratio": round(compiled.mib / bare.mib, 2),
        }
        print(json.dumps(result))


def _started(code: str, folder: Path) -> Cost:
    """The cost of a process that runs only this code, with a function's files in the folder."""
    environment = {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
    }
    return cost([sys.executable, "-c", code], environment)


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
