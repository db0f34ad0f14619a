"""Measures a whole offline run against the bare job on DuckDB alone, over the same landing.

python bench/bench_run.py [DETECTORS [DAYS]]

The bare job reads, parses, deduplicates and writes by event hour. It has no quarantine, no account,
no audit and no second run; the ratio is what those and the pipeline around them cost here.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from springtide.dataset.loading import load

from offline.generate import GenerateOptions, generate

BARE = """
import duckdb, sys
landing, out, columns = sys.argv[1:]
duckdb.sql("SET threads = 2; SET TimeZone = 'UTC'")
duckdb.sql(f'''
COPY (
  SELECT * EXCLUDE (position),
    strftime(moment, '%Y-%m-%d') AS event_date,
    strftime(moment, '%H') AS event_hour
  FROM (
    SELECT *, row_number() OVER (
      PARTITION BY unieke_id, moment ORDER BY tijd_laatst_gewijzigd DESC NULLS LAST
    ) AS position
    FROM (
      SELECT *, coalesce(
        try_cast(tijd_waarneming AS TIMESTAMPTZ), to_timestamp(try_cast(tijd_waarneming AS DOUBLE))
      ) AS moment
      FROM read_json('{landing}/**/*.gz', format = 'newline_delimited', ignore_errors = true,
        columns = {columns})
    )
    WHERE unieke_id IS NOT NULL AND year(moment) BETWEEN 2019 AND 2021
  )
  WHERE position = 1
) TO '{out}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event_date, event_hour))
''')
"""


def measured(command: list[str]) -> tuple[float, int]:
    """Seconds and most memory (MiB) of a process, which must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[:4]} ended with status {status}")
    return time.perf_counter() - began, usage.ru_maxrss // 1024


def main(detectors: int = 1000, days: float = 1.0) -> None:
    """Print seconds, memory and their ratios as JSON."""
    with TemporaryDirectory() as folder:
        landing, out = Path(folder, "landing"), Path(folder, "out")
        summary = generate(GenerateOptions(out=landing, detectors=detectors, days=days))
        types = {
            f.name: "BIGINT" if f.type == "bigint" else "VARCHAR" for f in load("traffic").fields
        }
        bare, bare_mib = measured(
            [sys.executable, "-c", BARE, str(landing), f"{folder}/bare", str(types)]
        )
        run = ["from local.cli import main; main()", "run", "--landing", str(landing)]
        full, full_mib = measured([sys.executable, "-c", *run, "--out", str(out)])
    print(
        json.dumps(
            {
                "lines": summary.lines,
                "bare_seconds": round(bare, 1),
                "run_seconds": round(full, 1),
                "seconds_ratio": round(full / bare, 2),
                "bare_mib": bare_mib,
                "run_mib": full_mib,
                "memory_ratio": round(full_mib / bare_mib, 2),
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3]))
