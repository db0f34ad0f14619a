"""The running Trino, and the offline machine served to it. `make trino` starts the server."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.trino import engine_maker
from offline.athena.compare.engine import comparing
from offline.athena.compare.rows import Comparison
from offline.athena.trino.client import Answer, Server, ask
from offline.athena.trino.properties import catalog_properties
from offline.serving import Server as StackServer
from offline.template import ARTIFACTS_BUCKET
from tests.pipeline.rig import Rig


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.trino)


@dataclass(frozen=True)
class Trino:
    """The running server; it takes expressions without a catalog."""

    server: Server

    def ask(self, sql: str) -> Answer:
        """Values as the protocol has them: timestamps, dates and decimals are text.

        Raises TrinoFailedError, whose `name` is Trino's, such as DIVISION_BY_ZERO.
        """
        return ask(self.server, sql)

    def rows(self, sql: str) -> list[list[Any]]:
        return self.ask(sql).rows


@pytest.fixture(scope="session")
def trino() -> Trino:
    return Trino(Server.at(os.environ["TRINO_URL"]))


@pytest.fixture
def catalog(trino: Trino) -> Iterator[Callable[[str], str]]:
    """Makes a catalog over a served stack's URL; returns what `--trino` takes for it."""
    made: list[str] = []

    def make(endpoint: str) -> str:
        name = f"test_{os.getpid()}_{len(made)}"
        trino.rows(
            f"CREATE CATALOG {name} USING hive WITH ({_listed(catalog_properties(endpoint))})"
        )
        made.append(name)
        return f"{trino.server.url}/{name}"

    yield make
    for name in made:
        trino.rows(f"DROP CATALOG {name}")


@dataclass
class Served:
    """A stack that a Trino reads and writes; `compared` is filled where both engines run."""

    rig: Rig
    url: str
    compared: list[Comparison]


@pytest.fixture
def served(tmp_path: Path, catalog: Callable[[str], str]) -> Iterator[Callable[..., Served]]:
    """Brings the offline machine up on the Trino, or on `both` engines; takes parameters."""
    exits = ExitStack()

    def bring_up(*, both: bool = False, **parameters: str) -> Served:
        listening = exits.enter_context(socket.create_server(("127.0.0.1", 0)))
        url = catalog(f"http://127.0.0.1:{listening.getsockname()[1]}")
        compared: list[Comparison] = []
        maker = engine_maker(Server.at(url))
        if both:
            maker = comparing(maker, f"s3://{ARTIFACTS_BUCKET}/", 0, compared)
        rig = Rig(tmp_path, parameters, maker)
        exits.callback(rig.close)
        exits.enter_context(StackServer(rig.machine, listening))
        return Served(rig, url, compared)

    with exits:
        yield bring_up


def _listed(properties: Mapping[str, str]) -> str:
    return ", ".join(
        f"\"{name}\" = '{value}'" for name, value in properties.items() if name != "connector.name"
    )
