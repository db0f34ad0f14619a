"""Measures what a person waits for while trying things: commands over a landing of ten lines.

python bench/bench_commands.py [ROUNDS]

Prints medians of interleaved rounds as JSON, beside a Python that imports boto3, DuckDB and moto.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.processes import CLI, Cost, cost, medians

_IMPORTS = [sys.executable, "-c", "import boto3, duckdb, moto.dynamodb, moto.glue"]


def main(rounds: int = 5) -> None:
    """Prints the figures; raises SystemExit if a command fails."""
    with TemporaryDirectory() as folder:
        landing = Path(folder, "landing")
        _land(landing, "00/a.json", 0)
        cost([*CLI, "run", "-q", "--landing", str(landing), "--out", f"{folder}/first"])
        found = medians([_round(landing, Path(folder), number) for number in range(rounds)])
    for name, each in found.items():
        print(json.dumps({"command": name, **each.over(found["imports alone"])}))


def _round(landing: Path, folder: Path, number: int) -> dict[str, Cost]:
    out = folder / f"out-{number}"
    run = [*CLI, "run", "-q", "--landing", str(landing), "--out", str(out)]
    query = [*CLI, "query", "SELECT count(*) FROM events", "--out", str(out)]
    found = {
        "imports alone": cost(_IMPORTS),
        "springtide --help": cost([*CLI, "--help"]),
        "run of ten lines": cost(run),
        "run with nothing new": cost(run),
    }
    _land(landing, f"01/{number}.json", 10 * (number + 1))
    return found | {"run of ten more": cost(run), "SELECT count(*)": cost(query)}


def _land(landing: Path, name: str, first: int) -> None:
    at = landing / "2020/07/13" / name
    at.parent.mkdir(parents=True, exist_ok=True)
    events = (
        {"unieke_id": first + n, "lve_nr": 1, "tijd_waarneming": "2020-07-13T00:10:00Z"}
        for n in range(10)
    )
    at.write_text("\n".join(map(json.dumps, events)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
