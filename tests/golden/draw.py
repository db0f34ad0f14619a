"""Draws odd lines, asks a real Trino and the embedded engine, and keeps those that differ.

    python -m tests.golden.draw http://127.0.0.1:8080 [HOW_MANY [SEED]]

What differs goes into lines.json, with what Trino makes of it.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from offline.athena.trino.client import ask
from tests.golden import asking
from tests.golden.record import put, served
from tests.hostile.corpus import ANY_LINE
from tests.local.athena.conftest import warehouse_below


def main(url: str, how_many: int = 1000, of_seed: int = 1) -> None:
    """Keep the lines that differ, and say how many did."""
    lines = drawn(how_many, of_seed)
    with served(url) as (trino, machine, _):
        put(machine, asking.named(lines))
        rows = ask(trino, asking.of_lines(), schema=machine.outputs["DatabaseName"]).rows
    expected, found = asking.by_line(rows), embedded(lines)
    differing = [n for n in range(len(lines)) if expected.get(n) != found.get(n)]
    document = asking.recorded(asking.LINES)
    for number in differing:
        case: dict[str, Any] = {"name": f"drawn by seed {of_seed}: {number}"}
        try:
            case["line"] = lines[number].decode()
        except UnicodeDecodeError:
            case |= {"line": lines[number].decode("latin-1"), "encoding": "latin-1"}
        document["cases"].append({**case, "trino": expected.get(number, [])})
    asking.write(asking.LINES, document)
    print(f"{len(differing)} of {len(lines)} lines differ")


def drawn(how_many: int, of_seed: int) -> list[bytes]:
    """Lines; the same for a seed."""
    found: list[bytes] = []

    @seed(of_seed)
    @settings(
        max_examples=how_many,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(ANY_LINE)
    def draw(line: bytes) -> None:
        found.append(line)

    draw()
    return found


def embedded(lines: list[bytes]) -> dict[int, list[dict[str, Any]]]:
    """What the embedded engine makes of each line."""
    with tempfile.TemporaryDirectory() as folder, warehouse_below(Path(folder)) as warehouse:
        asking.land(warehouse, asking.named(lines))
        return asking.by_line(warehouse.readable(asking.of_lines()))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
