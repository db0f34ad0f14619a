"""The real engine makes the same of the hostile lines, and fails over none of them."""

import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from offline.athena.trino.client import Server as TrinoServer
from offline.athena.trino.client import ask
from offline.machine import Machine
from offline.serving import Server
from tests.golden import asking
from tests.golden.record import put
from tests.hostile import corpus
from tests.local.athena.conftest import warehouse_below

NAME = f"{asking.LINES_HOUR}/a.json"
LANDED = b"\n".join(corpus.lines())


def test_hostile_lines_become_the_same_on_both_engines(
    tmp_path: Path, catalog: Callable[[str], str]
) -> None:
    embedded = _embedded(tmp_path / "embedded")
    with Machine(tmp_path / "served") as machine:
        machine.run({"all": True})  # which makes the landing table
        outputs = machine.outputs
        put(machine, {NAME: LANDED})
        with Server(machine, socket.create_server(("127.0.0.1", 0))) as served:
            trino = TrinoServer.at(catalog(served.url))
            answer = ask(trino, asking.of_lines(), schema=outputs["DatabaseName"])

    assert Counter(tuple(map(asking.plain, row)) for row in answer.rows) == embedded


def _embedded(folder: Path) -> Counter[tuple[Any, ...]]:
    folder.mkdir()
    with warehouse_below(folder) as warehouse:
        asking.land(warehouse, {NAME: LANDED})
        return Counter(
            tuple(map(asking.plain, row)) for row in warehouse.readable(asking.of_lines())
        )
