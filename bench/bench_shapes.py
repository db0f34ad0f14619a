"""Measures runs over events of several shapes: real ones have fractions, objects and lists.

python bench/bench_shapes.py [LINES [ROUNDS]]

Prints a line of JSON for each shape: medians of interleaved rounds, and their ratios to flat events
with whole numbers.
"""

import gzip
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.processes import CLI, cost, medians

_DECLARATION = """
name = "{name}"
[event_time]
field = "at"
[key]
fields = ["id"]
[lateness]
too_old_hours = 24
in_future_hours = 1
[[fields]]
name = "id"
type = "varchar"
[[fields]]
name = "at"
type = "timestamp"
formats = ["iso8601"]
"""
_FIELD = '[[fields]]\nname = "{}"\ntype = "{}"\n'
_NESTED = _FIELD + 'path = "{}"\n'
_USER = {"login": "u", "url": "https://example.org/u"}
# By shape: what an event has besides its id and time, and how that is declared.
_SHAPES: Mapping[str, tuple[Callable[[int], dict[str, Any]], str]] = {
    "flat": (
        lambda n: {"a": n % 1000, "b": n % 7},
        _FIELD.format("a", "bigint") + _FIELD.format("b", "bigint"),
    ),
    "fractions": (
        lambda n: {"a": n % 9973 / 100, "b": n / 9973},
        _FIELD.format("a", "double") + _FIELD.format("b", "double"),
    ),
    "other times": (lambda n: {"at": f"2024-05-01 00:{n % 60:02}:00.{n % 10**6:06}+00:00"}, ""),
    "objects": (
        lambda n: {"user": {"id": n} | _USER, "place": {"lat": n % 9973 / 100}},
        _NESTED.format("user_id", "bigint", "user.id")
        + _NESTED.format("login", "varchar", "user.login")
        + _NESTED.format("lat", "double", "place.lat"),
    ),
    "objects kept as JSON": (
        lambda n: {"user": {"id": n} | _USER, "tags": ["a", "é", n % 9]},
        _FIELD.format("user", "json") + _FIELD.format("tags", "json"),
    ),
}


def main(lines: int = 300_000, rounds: int = 3) -> None:
    """Prints the figures; raises SystemExit if a run fails."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        commands = {shape: _prepared(folder, shape, lines) for shape in _SHAPES}
        found = medians(
            {
                shape: cost([*command, str(folder / f"out-{number}-{at}")])
                for at, (shape, command) in enumerate(commands.items())
            }
            for number in range(rounds)
        )
    for shape, each in found.items():
        print(json.dumps({"shape": shape, "lines": lines, **each.over(found["flat"])}))


def _prepared(folder: Path, shape: str, lines: int) -> list[str]:
    """Writes a landing of the shape and its declaration; returns the run without its last word."""
    content, declared = _SHAPES[shape]
    name = shape.replace(" ", "_").lower()
    declaration = folder / "datasets" / name / "dataset.toml"
    declaration.parent.mkdir(parents=True)
    declaration.write_text(_DECLARATION.format(name=name) + declared)
    landing = folder / name
    landed = landing / "2024/05/01/00/events.gz"
    landed.parent.mkdir(parents=True)
    with gzip.open(landed, "wt", compresslevel=1) as file:
        for n in range(lines):
            event = {"id": f"e-{n}", "at": f"2024-05-01T00:{n % 60:02}:00Z"} | content(n)
            file.write(json.dumps(event, ensure_ascii=False) + "\n")
    given = ["--dataset", name, "--datasets", str(folder / "datasets"), "--landing", str(landing)]
    return [*CLI, "run", "--quiet", *given, "--out"]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
