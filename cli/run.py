"""`springtide run`: ingests a folder of landing files and writes the published tables."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from springtide.model.errors import DataSetError
from typer import Option

from cli import calls, console
from cli.errors import LEFT_OUT, CommandError, real_path
from cli.landing import LandingFolder, read_landing
from cli.options import ParameterOption
from cli.progress import progress
from cli.state import data_set_of, require_state
from cli.status import print_outside
from cli.tables import account_table, changes_table
from cli.trino import DEFAULT_SERVED, ServedOption, TrinoOption, on_trino

if TYPE_CHECKING:
    from springtide.ledger.line_account import Account

    from cli.launch import RunReport


_WHY_REJECTED = (
    "SELECT reject_reason, min(reject_detail) AS detail, count(*) AS lines"
    " FROM quarantine GROUP BY reject_reason"
)


def run(
    landing: Annotated[
        Path, Option(help="Folder of landing files: YYYY/MM/DD/HH/NAME or as declared.")
    ],
    out: Annotated[Path, Option(help="Folder for the tables, run.json and the state of the runs.")],
    dataset: Annotated[
        str | None,
        Option(help="Which data set the events are; that of earlier runs into OUT, or traffic."),
    ] = None,
    parameter: ParameterOption = None,
    settle: Annotated[
        bool,
        Option(help="Merge late rows at the end, or let them wait as a stack does."),
    ] = True,
    trino: TrinoOption = None,
    served: ServedOption = DEFAULT_SERVED,
    as_json: Annotated[bool, Option("--json", help="Print run.json when done.")] = False,
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Print only errors and what was left out.")
    ] = False,
) -> None:
    """Ingest a folder of landed events and write tables by event time.

    The folder holds files below the UTC hour in which they arrived; folders above the years may be
    there too. Run it again after files were added, in older hours too: only what changed is read.

    Writes `OUT/events/event_date=…/event_hour=…/*.parquet`,
    `OUT/quarantine/arrival_hour=…/*.parquet`, the data set's derived tables likewise, and
    `OUT/run.json`, the account of every line.

    Exits with 0 if all is ingested, 1 if the run failed, and 3 if arrival hours are held, or if not
    one line of what it read is in the tables.

    Example: `springtide run --landing landing --out out`
    """
    parameters = parse_parameters(parameter or [])
    name = data_set_of(dataset, out)
    found = read_landing(landing, load_data_set(name).landing)
    check_apart(landing, out)
    warn(found)
    engine = None if trino is None else on_trino(trino, served)
    from cli.launch import EVERYTHING, ingest

    request = {name: value for name, value in EVERYTHING.items() if settle or name != "settle"}
    with progress("Bringing up the stack", quiet=quiet or as_json) as update:
        report = ingest(found, out, name, parameters, update, request, trino=engine)
    print_outcome(report, landing, out, quiet=quiet, as_json=as_json)


def parse_parameters(texts: list[str]) -> dict[str, str]:
    """Return the parameters written as NAME=VALUE."""
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
    """Raise CommandError if --out lies inside --landing."""
    if real_path(out).is_relative_to(real_path(landing)):
        raise CommandError(f"--out {out}: lies inside --landing {landing}; give a folder beside it")


def warn(landing: LandingFolder) -> None:
    """Print which files of the folder are not ingested."""
    if landing.ignored:
        console.note(f"ignored {', '.join(landing.ignored[:5])}: hidden files outside the hours")
    if landing.outside:
        console.note(
            f"{len(landing.outside):,} files lie outside the layout {landing.layout} and are not"
            f" read: {', '.join(landing.outside[:5])}"
        )
    for folder, files in landing.beside:
        console.note(f"passed over {files:,} files below {folder}: Firehose's errors, no events")
    waiting = landing.hours_not_over(datetime.now(UTC))
    if waiting:
        console.note(
            f"{len(waiting)} arrival {'days' if landing.layout.daily else 'hours'} from"
            f" {waiting[0]} (UTC) are not over yet; a run after their end ingests them"
        )


def print_outcome(
    report: "RunReport", landing: Path, out: Path, *, quiet: bool, as_json: bool
) -> None:
    """Print what a run did, and how to ingest what it left out.

    Raises typer.Exit with LEFT_OUT if anything was left out.
    """
    from cli.launch import REPORT

    if as_json:
        console.print_json(json.loads((out / REPORT).read_text(encoding="utf-8")))
    elif quiet:
        for line in _kept_out(report.account):
            console.note(line)
    else:
        _print_report(report, out)
    left_out = _left_out(report, landing, out)
    if left_out is not None:
        console.complain(left_out)
        raise typer.Exit(LEFT_OUT)


def _print_report(report: "RunReport", out: Path) -> None:
    terminal = console.out()
    if report.changes:
        terminal.print(changes_table(report.changes))
    terminal.print(account_table(report.account))
    for line in _kept_out(report.account):
        terminal.print(console.shown(line))
    print_outside(report.account.outside, terminal)
    written, queries = len(report.exported.written), report.queries
    ask = calls.command("query", "SELECT count(*) AS events FROM events", "--out", out)
    terminal.print(
        f"{queries} queries, {written} of {len(report.after)} partitions written below {out}\n"
        f"Ask it something: {ask}",
        markup=False,
    )


def _kept_out(account: "Account") -> Iterator[str]:
    """Return a line for each object and hour that is not in the tables."""
    for unread in account.unread:
        yield f"unread: {unread['object']}: {unread['reason']}"
    if account.unread_more:
        yield f"unread: {account.unread_more:,} more objects"
    for held in account.held:
        yield f"held: {held['arrival_hour']}: {held['reason']}"
    for derived in account.held_derived:
        yield f"held: {derived['hour']}: {derived['reason']}"


def _left_out(report: "RunReport", landing: Path, out: Path) -> str | None:
    """Return what a person must look at, and the commands for it."""
    from springtide.ledger.open_hours import ROLLED_BACK

    now, read = report.account, report.read
    dataset = require_state(out).dataset
    again = calls.command("run", "--landing", landing, "--out", out, "--dataset", dataset)
    if now.held:
        back = sum(each["reason"].startswith(ROLLED_BACK) for each in now.held)
        verbs = [*(["retry"] if back < len(now.held) else []), *(["resume"] if back else [])]
        free = "\n".join(calls.command(verb, "--out", out) for verb in verbs)
        cause = "Remove the cause, then free" if "retry" in verbs else "Free"
        if any(each["reason"].startswith("TooManyRejectsError") for each in now.held):
            cause = "See why lines are rejected, correct it, then free"
            free = calls.command("check", "--dataset", dataset, "--landing", landing) + f"\n{free}"
        return (
            f"{len(now.held):,} arrival hours are held: their lines are not in the tables."
            f" {cause} them and run again:\n{free}\n{again}"
        )
    if now.held_derived:
        free = calls.command("retry", "--out", out)
        return (
            f"{len(now.held_derived):,} hours of derived tables are held: they could not be built."
            f" Correct the tables' SQL or the events, then have them built:\n{free}\n{again}"
        )
    lines, unread = read["lines"], len(read["unread"]) + read.get("unread_more", 0)
    if lines > 0 and lines == sum(read["rejected"].values()):
        ask = calls.command("query", _WHY_REJECTED, "--out", out)
        return f"all {lines:,} lines that this run read were rejected. See why:\n{ask}"
    if lines == 0 and unread > 0:
        free = calls.command("retry", "--unreadable", "--out", out)
        return (
            f"all {unread:,} objects of this run could not be read, for the reasons in"
            f" {out / 'run.json'}. Replace them, or have them read again:\n{free}\n{again}"
        )
    return None


def load_data_set(name: str) -> DataSet:
    """Read the declaration, so that mistakes are reported before anything is created."""
    try:
        return loading.load(name)
    except DataSetError as err:
        raise CommandError(f"--dataset {name}: {err}") from err
