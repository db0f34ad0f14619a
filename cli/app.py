"""The `springtide` program: its commands, and how it starts and ends."""

import os
import re
import signal
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from cli import console
from cli.check import check
from cli.collect import collect
from cli.compare import compare
from cli.cost import cost
from cli.datasets import with_datasets
from cli.demo import demo
from cli.doctor.command import doctor
from cli.erase import erase
from cli.errors import FAILED, explained, failure_of
from cli.fire import fire
from cli.generate import generate
from cli.new import new
from cli.plan import plan
from cli.query import query
from cli.rebuild import rebuild
from cli.repair import repair
from cli.report.command import report
from cli.retry import retry
from cli.rollback import resume, rollback
from cli.run import run
from cli.serve import serve
from cli.status import status
from cli.trino import trino_catalog
from cli.versions import versions

_MAY_BE_EMPTY = "--key"  # a value of events
_NO_TEXT = re.compile("[\ud800-\udfff]")  # how Python represents bytes that it cannot decode
# A comment ends with its line. `--where=a` may have several lines too.
_COMMENT = re.compile(r"\A--(?![\w-]+=).*\n")


class _NoValueOfFlags:
    """Shows no type in the help for an option that takes no value."""

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if isinstance(param, TyperOption) and param.is_flag:
                param.metavar = ""
        return params


class _Command(_NoValueOfFlags, TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; one that begins with a comment of SQL is a statement, no option.

        Refuses an empty value, such as of a variable that is not set: an empty path would be this
        folder. And what the locale's encoding does not have: no file of JSON or SQL could name it.
        """
        for arg in args:
            if _NO_TEXT.search(arg):
                raise typer.BadParameter(
                    f"{arg!a} is no text in this locale; LC_ALL=C.UTF-8 names one that has all"
                )
        names = {name for param in self.get_params(ctx) for name in param.opts}
        for name in sorted(names - {_MAY_BE_EMPTY}):
            if f"{name}=" in args or (name, "") in pairwise(args):
                raise typer.BadParameter(
                    "is empty, as of a variable that is not set", param_hint=name
                )
        rest: list[str] = super().parse_args(ctx, [_COMMENT.sub(r" \g<0>", arg) for arg in args])
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Call the command."""
        with explained({name: at for name, at in ctx.params.items() if isinstance(at, Path)}):
            return super().invoke(ctx)


class _Group(_NoValueOfFlags, TyperGroup):
    pass


app = typer.Typer(
    name="springtide",
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

for _command in (
    demo, new, check, run, report, plan, cost, status, doctor, retry, versions, rollback, resume,
    repair, rebuild, erase, collect, query, serve, fire, generate, compare, trino_catalog,
):  # fmt: skip
    app.command(cls=_Command)(with_datasets(_command, must_exist=_command is not new))


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
    """Run the command line.

    It ends with os._exit: unloading moto and sqlglot would take longer than a small command.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the shell has closed it, as by `>&-`
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115
    # Characters that the output's encoding lacks are escaped instead of raising an error.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # `nohup` has SIGHUP ignored
            signal.signal(number, _end)
    try:
        try:
            app()
        except SystemExit as ended:
            if not isinstance(ended.code, int):  # a text, which Python prints
                raise
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(ended.code)
    except OSError as err:  # outside of a command, such as in `--help` to a full disk
        console.complain(failure_of(err, {}))
        os._exit(FAILED)


def _end(number: int, _frame: object) -> None:
    """End as after Ctrl-C, which removes what lies in the folder of temporary files."""
    raise SystemExit(128 + number)
