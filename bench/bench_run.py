"""Measures a whole offline run beside the bare job in DuckDB, polars, pandas and PySpark.

python bench/bench_run.py [DETECTORS [DAYS [ROUNDS]]]

Prints a line of JSON for each: medians of interleaved rounds, and their ratios to the bare job on
DuckDB. A run over `events` alone is a data set without derived tables. PySpark is measured where it
is installed, a run on Trino where TRINO_URL has a server's address (`make trino-server`).
"""

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from springtide.dataset.loading import FOLDER, load

from bench import baselines
from bench.processes import CLI, Cost, cost, medians
from offline.generate import GenerateOptions, generate


def main(detectors: int = 1000, days: float = 1.0, rounds: int = 3) -> None:
    """Prints the figures; raises SystemExit if a process fails or writes other events."""
    with TemporaryDirectory() as folder:
        landing = Path(folder, "landing")
        summary = generate(GenerateOptions(out=landing, detectors=detectors, days=days))
        print(json.dumps({"lines": summary.lines, "rounds": rounds}))
        commands = dict(_commands(landing, _without_derived(Path(folder, "datasets"))))
        measured = [
            _round(commands, Path(folder, f"round-{number}"), summary.events)
            for number in range(rounds)
        ]
    found = medians(measured)
    for name, each in found.items():
        print(json.dumps({"job": name, **each.over(found["bare DuckDB"])}))


def _without_derived(folder: Path) -> Path:
    """A folder of data sets with the sample's, which derives nothing here."""
    shutil.copytree(FOLDER, folder)
    declaration = folder / "traffic" / "dataset.toml"
    declaration.write_text(declaration.read_text().partition("[[derived]]")[0])
    return folder


def _commands(landing: Path, events_only: Path) -> Iterator[tuple[str, list[str]]]:
    """The processes by name; each takes the folder to write to as its last argument."""
    fields = load("traffic").fields
    columns = str({f.name: "BIGINT" if f.type == "bigint" else "VARCHAR" for f in fields})
    bare = {
        "bare DuckDB": baselines.DUCKDB,
        "bare polars": baselines.POLARS,
        "bare pandas": baselines.PANDAS,
    }
    if importlib.util.find_spec("pyspark"):
        bare["bare PySpark"] = baselines.PYSPARK
    for name, script in bare.items():
        yield name, [sys.executable, "-c", script, str(landing), columns]
    run = [*CLI, "run", "--quiet", "--landing", str(landing)]
    yield "run, events alone", [*run, "--datasets", str(events_only), "--out"]
    yield "run, with traffic", [*run, "--out"]
    if url := os.environ.get("TRINO_URL"):
        yield "run on Trino, with traffic", [*run, "--trino", url, "--out"]


def _round(commands: Mapping[str, list[str]], folder: Path, events: int) -> dict[str, Cost]:
    folder.mkdir()
    found = {}
    for name, command in commands.items():
        out = folder / name.replace(" ", "-")
        found[name] = cost([*command, str(out)])
        is_run = name.startswith("run")
        written = _events(out / "events" if is_run else out)
        # The bare jobs know fewer reasons to reject a line.
        if written != events if is_run else not 0.99 < written / events < 1.01:
            raise SystemExit(f"{name} wrote {written} events, and there are {events}")
        shutil.rmtree(out)
    shutil.rmtree(folder)
    return found


def _events(folder: Path) -> int:
    found = duckdb.connect().execute(
        "SELECT count(*) FROM read_parquet(?)", [f"{folder}/**/*.parquet"]
    )
    (count,) = found.fetchone() or (0,)
    return int(count)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3]), *map(int, sys.argv[3:4]))
