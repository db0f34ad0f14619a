"""`springtide doctor`: checks what a run needs before it runs, and leaves nothing behind."""

from typing import Annotated

import typer
from rich.table import Table
from typer import Option

from cli import console
from cli.doctor.findings import Finding, Findings
from cli.errors import FAILED
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.target import target


def doctor(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    as_json: Annotated[bool, Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check what a run needs: rights, keys, buckets, ledger, workgroup, and Athena's answers.

    It acts with your credentials, not with the functions' roles. It writes a few objects below
    `doctor/` in the lake bucket and tables named `doctor_...`, and runs some 15 small queries. It
    removes the tables; the objects expire within two days. The exit code is 1 if a check fails.

    Example: `springtide doctor --stack my-stack`
    """
    from cli.doctor.checks import examine

    def show(finding: Finding) -> None:
        if not as_json:
            console.note(f"{finding.check}: {finding.state}")

    findings = Findings(show)
    with target(out, stack, region, profile) as found:
        examine(found.settings, findings, landed=out is None)
    if as_json:
        console.print_json([each._asdict() for each in findings.all])
    else:
        console.out().print(_table(findings))
    if not findings.healthy:
        raise typer.Exit(FAILED)


def _table(findings: Findings) -> Table:
    table = Table()
    for name in ("check", "finding", "seen", "what to do"):
        table.add_column(name, overflow="fold")
    for each in findings.all:
        table.add_row(*(console.shown(cell) for cell in each))
    return table
