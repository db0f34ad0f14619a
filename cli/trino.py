"""`--trino URL`: a Trino runs a command's statements over the stack, which is served to it."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from typer import Option

from cli import console
from cli.errors import CommandError
from offline.athena.trino.client import Server, TrinoFailedError, TrinoUnreachableError, ask

if TYPE_CHECKING:
    from offline.machine import Machine

DEFAULT_PORT = 5005
DEFAULT_SERVED = f"127.0.0.1:{DEFAULT_PORT}"
_PROPERTIES = "`springtide trino-catalog` prints the properties that it needs"

TrinoOption = Annotated[
    str | None,
    Option(metavar="URL", help="Run the statements on this Trino: http://HOST:PORT[/CATALOG]."),
]
ServedOption = Annotated[
    str,
    Option(metavar="HOST:PORT", help="With --trino, where its catalog finds the stack."),
]


@dataclass(frozen=True)
class OnTrino:
    """A Trino, and the address at which the stack is served to it."""

    server: Server
    host: str
    port: int


def on_trino(url: str, served: str = DEFAULT_SERVED) -> OnTrino:
    """Read the options, and check that the Trino answers."""
    host, colon, port = served.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise CommandError(f"--served {served}: write HOST:PORT, such as {DEFAULT_SERVED}")
    try:
        server = Server.at(url)
    except ValueError as err:
        raise CommandError(f"--trino {err}") from err
    _asked(server, "SELECT 1")
    return OnTrino(server, host, int(port))


@contextmanager
def machine(
    home: Path,
    parameters: Mapping[str, str],
    trino: OnTrino | None,
    *,
    engine: Any = None,
    read_only: bool = False,
) -> Iterator["Machine"]:
    """Bring up the offline machine, and serve it to the Trino if there is one.

    `engine` makes the engine that runs the statements, if it is not the Trino alone.
    """
    from offline.machine import Machine

    if trino is None:
        with Machine(home, parameters=parameters, read_only=read_only) as up:
            yield up
        return
    from offline.serving import Server as StackServer

    maker = engine or engine_maker(trino.server)
    with (
        listen(trino.host, trino.port, f"--served {trino.host}:{trino.port}") as listening,
        Machine(home, parameters=parameters, engine=maker, read_only=read_only) as up,
        StackServer(up, listening) as served,
    ):
        check_catalog(trino.server, up, served.url)
        yield up


def engine_maker(server: Server) -> Any:
    """Return the factory of this Trino's engine."""
    from offline.athena.trino.engine import TrinoEngine
    from offline.template import ARTIFACTS_BUCKET

    return partial(TrinoEngine, server, f"s3://{ARTIFACTS_BUCKET}/unload/")


def check_catalog(server: Server, machine: "Machine", endpoint: str) -> None:
    """Check that the Trino's catalog is over this stack and no other."""
    probe, catalog = f"probe{uuid4().hex}", machine.athena.catalog
    catalog.glue.create_database(probe, {"Name": probe})
    try:
        found = _asked(server, f"SHOW SCHEMAS FROM {server.catalog} LIKE '{probe}'")
    finally:
        catalog.glue.delete_database(probe)
    if not found:
        raise CommandError(
            f"--trino {server.url}: its catalog {server.catalog} is not over this stack, which is"
            f" served at {endpoint}; {_PROPERTIES}"
        )


def _asked(server: Server, sql: str) -> list[list[Any]]:
    try:
        return ask(server, sql).rows
    except TrinoUnreachableError as err:
        raise CommandError(f"--trino: {err}") from err
    except TrinoFailedError as err:
        raise CommandError(
            f"--trino {server.url}: catalog {server.catalog}: {err}; {_PROPERTIES}"
        ) from err


def listen(host: str, port: int, told: str) -> socket.socket:
    """Listen at the address before anything is created, so that one in use is reported at once."""
    try:
        return socket.create_server((host, port))
    except OSError as err:
        raise CommandError(f"{told}: {err.strerror or err}") from err


def trino_catalog(
    endpoint: Annotated[
        str, Option(metavar="URL", help="Where the Trino finds the served stack.")
    ] = f"http://{DEFAULT_SERVED}",
) -> None:
    """Print the properties of a Trino catalog over the served stack.

    Example: `springtide trino-catalog > etc/catalog/awsdatacatalog.properties`
    """
    from offline.athena.trino.properties import catalog_properties

    try:
        Server.at(endpoint)
    except ValueError as err:
        raise CommandError(f"--endpoint {endpoint}: write http://HOST:PORT") from err
    lines = (f"{name}={value}" for name, value in catalog_properties(endpoint).items())
    console.out().print("\n".join(lines), markup=False)
