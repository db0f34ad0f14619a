"""`springtide report`: writes one HTML file that shows what the runs did with what landed."""

import shlex
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from cli import console
from cli.errors import FULL, CommandError
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.progress import Update, progress
from cli.run_history import kept_runs, read_runs
from cli.state import home_of
from cli.target import target
from offline.stack_settings import STATE_MACHINE, physical_name

if TYPE_CHECKING:
    from cli.report.gather import Facts

NAME = "report.html"
_RUNS = 5  # executions of a deployed stack to read


def report(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    to: Annotated[
        Path | None, Option(help=f"The file to write; OUT/{NAME}, or STACK-{NAME} here.")
    ] = None,
    days: Annotated[
        int, Option(min=1, help="Days of events, the newest, that its statements look at.")
    ] = 7,
    as_json: Annotated[bool, Option("--json", help="Print the figures too, as JSON.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write one HTML file that shows what became of what landed; it opens without a network.

    Where events landed and when they happened, how late they came and what waits, every line with
    the reasons and examples of rejects, the runs state by state, partitions before and after, bytes
    scanned and their price, versions of an hour, and what the data set's report.toml adds.

    On a deployed stack it runs a few statements of Athena's over the newest days, which are billed.

    Example: `springtide report --out out`
    """
    begin = "Bringing up the stack" if stack is None else f"Reaching the stack {stack}"
    with progress(begin, quiet=quiet or as_json) as update:
        file, facts = write(out, stack, region, profile, to, days, update)
    if as_json:
        console.print_json(asdict(facts))
    elif not quiet:
        console.out().print(f"Written. To see it:\n{opening(file)}", markup=False)


def write(
    out: Path | None,
    stack: str | None,
    region: str | None,
    profile: str | None,
    to: Path | None,
    days: int,
    update: Update,
) -> tuple[Path, "Facts"]:
    """Write the page; returns its path and its figures."""
    if to is not None and not to.parent.is_dir():
        raise CommandError(f"--to {to}: there is no folder {to.parent}")
    file = to or (Path(f"{stack}-{NAME}") if out is None else out / NAME)
    if file.exists() and not (file.is_file() and _is_page(file)):
        raise CommandError(f"--to {file}: exists and is no HTML; give another file")
    from cli.report.gather import gather
    from cli.report.page import page

    with target(out, stack, region, profile) as found:
        update("Collecting the figures")
        if out is None:
            runs, failure = _deployed_runs(found.settings.stack), None
        else:
            from cli.launch import last_failure

            runs, failure = kept_runs(home_of(out)), last_failure(out)
        facts = gather(found, str(out or f"stack {stack}"), runs, failure, days)
    update("Writing the page")
    part = file.with_name(f".{file.name}")
    try:
        part.write_text(page(facts), encoding="utf-8")
        part.replace(file)
    except OSError as err:
        if to is not None or err.errno in FULL:
            raise
        raise CommandError(f"{file}: {err.strerror}; give a file with --to") from err
    return file, facts


def opening(file: Path) -> str:
    """Return the command that opens the file in a browser, or its address if there is none."""
    name = "open" if sys.platform == "darwin" else "xdg-open"
    return shlex.join([name, str(file)]) if shutil.which(name) else file.resolve().as_uri()


def _is_page(file: Path) -> bool:
    with file.open("rb") as there:
        return there.read(9).lower() in (b"", b"<!doctype")


def _deployed_runs(stack: str) -> list[dict[str, Any]]:
    import boto3

    arn = physical_name(boto3.client("cloudformation"), stack, STATE_MACHINE)
    return read_runs(boto3.client("stepfunctions"), arn, _RUNS)
