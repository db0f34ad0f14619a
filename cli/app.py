"""Puts the commands together."""

from importlib.metadata import version
from typing import Annotated

import typer

from cli.collect import collect
from cli.compare import compare
from cli.cost import cost
from cli.demo import demo
from cli.fire import fire
from cli.generate import generate
from cli.plan import plan
from cli.query import query
from cli.rebuild import rebuild
from cli.retry import retry
from cli.rollback import resume, rollback
from cli.run import run
from cli.serve import serve
from cli.status import status
from cli.trino import trino_catalog
from cli.versions import versions

app = typer.Typer(
    name="springtide",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(demo)
app.command()(run)
app.command()(plan)
app.command()(cost)
app.command()(status)
app.command()(retry)
app.command()(versions)
app.command()(rollback)
app.command()(resume)
app.command()(rebuild)
app.command()(collect)
app.command()(query)
app.command()(serve)
app.command()(fire)
app.command()(generate)
app.command()(compare)
app.command()(trino_catalog)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("springtide"))
        raise typer.Exit()


@app.callback()
def springtide(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Turn events landed by arrival time into tables partitioned by event time.

    Everything here runs offline on this machine: the deployed state machine, functions and SQL,
    with only AWS itself played by local stand-ins. No account, no Docker.

    New here? Run `springtide demo`: it makes sample data, ingests it and explains what
    happened. Then `springtide run` does the same with a folder of yours.
    """


def main() -> None:
    """Run the command line."""
    app()
