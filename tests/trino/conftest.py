"""The running Trino, and the offline machine served to it. `make trino` starts the server."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from offline.athena.trino.client import Answer, Server, ask
from offline.athena.trino.properties import catalog_properties


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


def _listed(properties: Mapping[str, str]) -> str:
    return ", ".join(
        f"\"{name}\" = '{value}'" for name, value in properties.items() if name != "connector.name"
    )
