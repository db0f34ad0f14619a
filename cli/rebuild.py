"""`springtide rebuild`: rebuilds event hours after the data set's declaration was corrected."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from springtide.dataset.declaration import DataSet
from springtide.model.arrival import ArrivalHour
from typer import Option

from cli import calls, console
from cli.errors import CommandError
from cli.landing import read_landing
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.progress import progress
from cli.run import check_apart, load_data_set, print_outcome, warn
from cli.state import require_state
from cli.target import deployed
from offline.stack_settings import STATE_MACHINE, physical_name

if TYPE_CHECKING:
    from cli.launch import RunReport


def rebuild(
    first: Annotated[
        str | None, Option("--from", help="The first event hour, in UTC: 2020-07-13T00.")
    ] = None,
    end: Annotated[str | None, Option("--to", help="The event hour before which to end.")] = None,
    table: Annotated[
        str | None,
        Option(help="In place of hours: a derived table, built again from all of events."),
    ] = None,
    out: OutOption = None,
    landing: Annotated[Path | None, Option(help="With --out: the landing folder.")] = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    as_json: Annotated[
        bool, Option("--json", help="Print run.json when done; for --stack, the execution.")
    ] = False,
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Print nothing but errors and what was left out.")
    ] = False,
) -> None:
    """Rebuild event hours from every arrival that can hold them, after a data set was corrected.

    Rows that are rejected now, or belong to another hour, are gone from where they were. With
    --table the landing is not read again: only what is made of events is. Of a deployed stack this
    starts a run and does not wait for its end.

    Example: `springtide rebuild --from 2020-07-13T00 --to 2020-07-14T00 --stack my-stack`
    """
    if (out is None) != (landing is None) or (out is None) == (stack is None):
        raise CommandError("give --out and --landing, or --stack alone")
    if (first is None) == (table is None) or (first is None) != (end is None):
        raise CommandError("give --from and --to, or --table alone")
    hours = {"from": first, "to": end}
    asked = {"rebuild": hours if table is None else {"table": table}}
    if stack is not None:
        check(asked)
        start(stack, region, profile, asked, as_json=as_json)
        return
    assert out is not None and landing is not None
    report = run_again(out, landing, asked, quiet=quiet or as_json)
    print_outcome(report, landing, out, quiet=quiet, as_json=as_json)


def run_again(out: Path, landing: Path, asked: dict[str, Any], *, quiet: bool) -> "RunReport":
    """Start the machine below --out with the settings of its last run, and run this input."""
    state = require_state(out)
    data_set = load_data_set(state.dataset)
    check(asked, data_set)
    found = read_landing(landing, data_set.landing)
    check_apart(landing, out)
    warn(found)
    from cli.launch import take_in

    with progress("Bringing up the stack", quiet=quiet) as update:
        return take_in(found, out, state.dataset, state.parameters, update, asked)


def check(asked: dict[str, Any], data_set: DataSet | None = None) -> None:
    """Refuse an input that no run would accept, for the data set if it is known here."""
    from springtide.requests import run_input

    now = datetime.now(UTC)
    found = run_input.parse(asked, ArrivalHour.of(now), now)
    if data_set is not None:
        run_input.check_declared(data_set, found)


def start(
    stack: str, region: str | None, profile: str | None, asked: dict[str, Any], *, as_json: bool
) -> None:
    """Start a run of a deployed stack with the input, and print its name."""
    import boto3

    with deployed(stack, region, profile):
        place = physical_name(boto3.client("cloudformation"), stack, STATE_MACHINE)
        started = boto3.client("stepfunctions").start_execution(
            stateMachineArn=place, input=json.dumps(asked)
        )
    arn = started["executionArn"]
    if as_json:
        console.print_json({"execution": arn})
    else:
        where = (("--stack", stack), ("--region", region), ("--profile", profile))
        status = calls.command("status", *(word for each in where if each[1] for word in each))
        console.out().print(f"Started {arn}\nSee how it goes: {status}", markup=False)
