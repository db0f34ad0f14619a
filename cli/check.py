"""`springtide check`: whether a data set's declaration is right, and what it makes of a sample."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from springtide.model.errors import DataSetError
from typer import Option

from cli import console
from cli.errors import LEFT_OUT, CommandError
from cli.progress import progress
from cli.report.series import read_series
from cli.run import load_data_set

if TYPE_CHECKING:
    from springtide.ledger.line_account import Account

    from cli.checking import SampleReport


def check(
    dataset: Annotated[str, Option(help="Which data set.")],
    landing: Annotated[
        Path | None, Option(help="Folder of landing files, a sample of which is run.")
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print what was found as JSON.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print nothing but mistakes.")] = False,
) -> None:
    """Name all mistakes of a declaration, and show what it makes of a sample of the landing.

    Every mistake of dataset.toml with its line; if it has none, those of report.toml, of rules and
    of the SQL of derived tables, which are planned over empty tables. With --landing, some files go
    through the whole pipeline and nothing is kept: values that do not fit their type, rejected
    lines by reason, members that no field declares.

    Exits with 1 if there are mistakes, or if queries over the sample fail, and 3 if not one line of
    the sample is accepted.

    Example: `springtide check --dataset orders --landing landing`
    """
    declared = load_data_set(dataset)
    from cli.checking import run_sample, sql_mistakes

    mistakes = []
    try:
        read_series(declared)
    except DataSetError as err:
        mistakes = str(err).splitlines()
    mistakes += sql_mistakes(declared)
    sample = None
    if landing is not None and not mistakes:
        with progress("Bringing up the stack", quiet=quiet or as_json) as update:
            sample = run_sample(declared, landing, update)
            mistakes += sample.failed
    if as_json:
        shown = None if sample is None else asdict(sample) | {"examples": sample.examples.rows}
        console.print_json({"mistakes": mistakes, "sample": shown})
    if mistakes:
        raise CommandError("\n".join(mistakes))
    if not quiet and not as_json:
        words = f"{dataset}: no mistakes in the declaration and its SQL."
        console.out().print(words, markup=False)
        if sample is not None:
            _print(sample)
    if sample is not None and (left_out := _left_out(sample.account)):
        console.complain(left_out)
        raise typer.Exit(LEFT_OUT)


def _left_out(account: "Account") -> str:
    """Why a sample has no accepted line; empty if it has one, or no lines at all."""
    if account.lines > sum(account.rejected.values()):
        return ""
    found = [f"{lines:,} lines rejected, {why}" for why, lines in account.rejected.items()]
    if unread := len(account.unread) + account.unread_more:
        found.append(f"{unread:,} objects unread")
    return f"not one line of the sample is accepted: {'; '.join(found)}" if found else ""


def _print(report: "SampleReport") -> None:
    terminal = console.out()
    account = report.account
    terminal.print(
        f"Sample: {account.lines:,} lines of {report.files:,} files, of {report.of_files:,}."
        f" Accepted: {account.lines - sum(account.rejected.values()):,}."
    )
    if account.duplicates:
        terminal.print(f"duplicates and older revisions: {account.duplicates:,} of the accepted")
    for name, (misfit, there) in report.misfits.items():
        share = f", {misfit / there:.1%}" if there else ""
        terminal.print(
            f"{name}: NULL in {misfit:,} of {there:,} lines that have it{share}: the value does"
            " not fit the type"
        )
    for name in report.never:
        terminal.print(f"{name}: in no line of the sample")
    for text in report.hints:
        terminal.print(console.shown(text))
    for reason, lines in account.rejected.items():
        terminal.print(f"rejected, {reason}: {lines:,} lines, such as")
        for row in report.examples.rows:
            if row["reject_reason"] == reason:
                detail = row["reject_detail"] or "no detail"
                terminal.print(console.shown(f"  {detail}: {(row['line'] or '')[:200]}"))
    for unread in account.unread:
        terminal.print(console.shown(f"unread: {unread['object']}: {unread['reason']}"))
    if report.undeclared:
        terminal.print(console.shown("not declared: " + ", ".join(report.undeclared)))
