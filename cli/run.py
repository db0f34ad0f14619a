"""`springtide run`: takes a folder of landing files in and writes the published tables."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli import console
from cli.account_table import account_table
from cli.errors import CommandError, explained
from cli.landing import LandingFolder, read_landing
from cli.trino import DEFAULT_SERVED, ServedOption, TrinoOption, on_trino

if TYPE_CHECKING:
    from cli.launch import RunReport


@explained
def run(
    landing: Annotated[
        Path, Option(help="Folder of landing files: YYYY/MM/DD/HH/NAME, .gz or not.")
    ],
    out: Annotated[Path, Option(help="Folder for the tables, run.json and the state of the runs.")],
    dataset: Annotated[str, Option(help="Which data set the events are.")] = "traffic",
    parameter: Annotated[
        list[str] | None,
        Option(metavar="NAME=VALUE", help="A template parameter, such as MaxSliceBytes=1000000."),
    ] = None,
    trino: TrinoOption = None,
    served: ServedOption = DEFAULT_SERVED,
    as_json: Annotated[bool, Option("--json", help="Print run.json when done.")] = False,
) -> None:
    """Take a folder of landed events in and write tables by event time.

    The folder holds files below the UTC hour in which they arrived; folders above the years may be
    there too. Run it again after files were added, in older hours too: only what changed is read.

    Writes `OUT/events/event_date=…/event_hour=…/*.parquet`,
    `OUT/quarantine/arrival_hour=…/*.parquet`, the data set's derived tables likewise, and
    `OUT/run.json`, the account of every line.

    Example: `springtide run --landing landing --out out`
    """
    parameters = parse_parameters(parameter or [])
    found = read_landing(landing)
    check_apart(landing, out)
    warn(found)
    engine = None if trino is None else on_trino(trino, served)
    # Not at the top: the machine takes seconds to import, and --help should not.
    from cli.launch import REPORT, take_in

    with console.progress(None, "Starting", quiet=as_json) as update:
        report = take_in(
            found, out, dataset, parameters, watch=lambda text: update(text=text), trino=engine
        )
    if as_json:
        console.print_json(json.loads((out / REPORT).read_text()))
    else:
        print_report(report, out)


def parse_parameters(texts: list[str]) -> dict[str, str]:
    """Return the parameters written as NAME=VALUE.

    Raises CommandError.
    """
    parameters = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise CommandError(f"--parameter {text}: write NAME=VALUE")
        if name in ("DataSet", "LandingPrefix"):
            raise CommandError(
                f"--parameter {text}: {name} follows from --dataset and from the landing folder"
            )
        parameters[name] = value
    return parameters


def check_apart(landing: Path, out: Path) -> None:
    """Raise CommandError if what is written would lie among what is read."""
    if out.resolve().is_relative_to(landing.resolve()):
        raise CommandError(f"--out {out}: lies inside --landing {landing}; give a folder beside it")


def warn(landing: LandingFolder) -> None:
    """Tell what of the folder is not taken in."""
    if landing.ignored:
        console.note(f"ignored {', '.join(landing.ignored[:5])}: hidden files outside the hours")
    waiting = landing.hours_not_over(datetime.now(UTC))
    if waiting:
        console.note(
            f"{len(waiting)} arrival hours from {waiting[0]:%Y-%m-%dT%H} (UTC) are not over yet;"
            " a run after their end takes them in"
        )


def print_report(report: "RunReport", out: Path) -> None:
    """Print the account and what was written."""
    terminal = console.out()
    terminal.print(account_table(report.account))
    for unread in report.account.unread:
        terminal.print(console.shown(f"unread: {unread['object']}: {unread['reason']}"))
    if report.account.unread_more:
        terminal.print(f"unread: {report.account.unread_more:,} more objects")
    for held in report.account.held:
        terminal.print(console.shown(f"held: {held['arrival_hour']}: {held['reason']}"))
    written, queries = len(report.exported.written), report.queries
    terminal.print(
        f"{queries} queries, {written} of {len(report.after)} partitions written below {out}\n"
        f"Ask it something: {console.program()} query"
        f" 'SELECT count(*) AS events FROM events' --out {out}",
        markup=False,
    )
