"""Measures the generator: 1,000 detectors for one day, or what the command line says.

python bench/bench_generate.py [DETECTORS [DAYS]]
"""

import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from offline.generate import GenerateOptions, generate


def main(detectors: int = 1000, days: float = 1.0) -> None:
    """Print the seconds, the events a second and the most memory used, as JSON."""
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        summary = generate(GenerateOptions(out=Path(folder), detectors=detectors, days=days))
        seconds = time.perf_counter() - began
    memory_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = {
        "events": summary.events,
        "lines": summary.lines,
        "objects": summary.objects,
        "bytes": summary.bytes,
        "seconds": round(seconds, 2),
        "lines_per_second": round(summary.lines / seconds),
        "max_memory_mib": memory_kib // 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3]))
