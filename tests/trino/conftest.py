"""The running Trino, and the offline machine served to it. `make trino` starts the server."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.trino import engine_maker
from offline.athena.compare.engine import comparing
from offline.athena.compare.rows import Comparison
from offline.athena.trino.client import Answer, Server, ask
from offline.serving import Server as StackServer
from offline.template import ARTIFACTS_BUCKET
from tests.pipeline.rig import Rig
from tests.trino.catalogs import create_catalog


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


@dataclass
class Served:
    """A stack that a Trino reads and writes; `compared` is filled where both engines run."""

    rig: Rig
    url: str
    compared: list[Comparison]


@contextmanager
def catalog_over(trino: Trino, endpoint: str) -> Iterator[str]:
    """Has a catalog over a served stack's URL in here; yields what `--trino` takes for it."""
    name = f"test_{uuid4().hex}"
    trino.rows(create_catalog(name, endpoint))
    try:
        yield f"{trino.server.url}/{name}"
    finally:
        trino.rows(f"DROP CATALOG {name}")


@contextmanager
def stack(
    trino: Trino, folder: Path, parameters: Mapping[str, str], *, both: bool = False
) -> Iterator[Served]:
    """Has the offline machine up on the Trino in here, or on both engines."""
    with ExitStack() as exits:
        listening = exits.enter_context(socket.create_server(("127.0.0.1", 0)))
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        url = exits.enter_context(catalog_over(trino, endpoint))
        compared: list[Comparison] = []
        maker = engine_maker(Server.at(url))
        if both:
            maker = comparing(maker, f"s3://{ARTIFACTS_BUCKET}/", 0, compared)
        rig = exits.enter_context(Rig(folder, parameters, maker))
        exits.enter_context(StackServer(rig.machine, listening))
        yield Served(rig, url, compared)


@pytest.fixture
def catalog(trino: Trino) -> Iterator[Callable[[str], str]]:
    """Makes a catalog over the URL of a served stack; returns what `--trino` takes for it."""
    with ExitStack() as exits:
        yield lambda endpoint: exits.enter_context(catalog_over(trino, endpoint))


@pytest.fixture
def served(trino: Trino, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Brings the offline machine up on the Trino, or on `both` engines; takes parameters."""
    with ExitStack() as exits:

        def bring_up(*, both: bool = False, **parameters: str) -> Served:
            return exits.enter_context(stack(trino, tmp_path, parameters, both=both))

        yield bring_up
