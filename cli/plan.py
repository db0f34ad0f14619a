"""`springtide plan`: a dry run that shows what a run would ingest, and about what it would cost."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from rich.table import Table
from typer import Option

from cli import console
from cli.errors import CommandError
from cli.landing import OF_A_FOLDER, read_landing
from cli.options import ProfileOption, RegionOption
from cli.pricing import prices
from cli.run import load_data_set, parse_parameters
from cli.state import data_set_of, read_state
from cli.tables import changes_table
from cli.target import deployed, dry

if TYPE_CHECKING:
    from cli.pricing.estimate import Estimate


def plan(
    landing: Annotated[
        Path | None, Option(help="Folder of landing files, as `springtide run` takes it.")
    ] = None,
    out: Annotated[
        Path | None, Option(help="The --out folder of earlier runs; none for a first run.")
    ] = None,
    stack: Annotated[
        str | None, Option(help="A deployed stack's name, in place of --landing.")
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    first: Annotated[
        str | None, Option("--from", help="Look at arrival hours from this one: 2020-07-01T00.")
    ] = None,
    end: Annotated[str | None, Option("--to", help="The arrival hour before which to end.")] = None,
    all_: Annotated[bool, Option("--all", help="Look at every arrival hour.")] = False,
    dataset: Annotated[
        str | None, Option(help="Which data set, for a first run; traffic if not given.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        Option(metavar="NAME=VALUE", help="A template parameter, for a first run."),
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print the plan as JSON.")] = False,
) -> None:
    """Show what a run would ingest, in which slices, and about what it costs. Writes nothing.

    Without --from, --to and --all: what is pending and what arrived since, as the schedule's runs
    do. (`springtide run` looks at everything, as with --all.)

    Example: `springtide plan --landing landing --out out --all`
    """
    if (first is None) != (end is None):
        given, missing = ("--from", "--to") if end is None else ("--to", "--from")
        raise CommandError(f"{given}: needs {missing} too, such as {missing} 2020-07-08T00")
    fields: dict[str, Any] = {} if first is None else {"from": first}
    fields |= {} if end is None else {"to": end}
    fields |= {"all": True} if all_ else {}
    if stack is not None:
        if landing is not None or out is not None:
            raise CommandError("--stack: cannot stand beside --landing or --out")
        context = deployed(stack, region, profile)
    else:
        if landing is None:
            raise CommandError("give --landing FOLDER, or --stack NAME for a deployed stack")
        name = data_set_of(dataset, out)
        layout = load_data_set(name).landing
        fresh = {**OF_A_FOLDER, **parse_parameters(parameter or []), "DataSet": name}
        context = dry(read_landing(landing, layout), out, fresh)
        if out is not None and read_state(out) is None:
            console.note(f"--out {out}: no run has written there; this is the plan of a first run")
    from springtide.requests import run_input

    from cli.pricing.estimate import estimate

    now = datetime.now(UTC)
    with context as found:
        request = run_input.parse(fields, found.settings.start_from, now)
        assert request is None or isinstance(request, run_input.Hours)
        estimated = estimate(found.settings, request, now)
    if as_json:
        console.print_json(plan_document(estimated))
    else:
        if estimated.changes:
            console.out().print(_changes(estimated))
        console.out().print(plan_table(estimated, found.settings.data_set))


def plan_document(estimated: "Estimate") -> dict[str, Any]:
    """Return the plan as a script wants it."""
    return {
        **asdict(estimated),
        "changes": [change._asdict() for change in estimated.changes],
        "quantities": estimated.quantities._asdict(),
        "price": {
            "total": sum(estimated.price.values()),
            "services": estimated.price,
            "currency": "USD",
            "region": prices.REGION,
            "as_of": prices.AS_OF,
        },
    }


def _changes(estimated: "Estimate") -> Table:
    """What the declaration has changed since the last run, with the price of a rebuild."""
    table = changes_table(estimated.changes)
    again = estimated.rebuild
    table.caption = (
        f"To rebuild all of it: {again.event_hours:,} event hours from {again.arrival_hours:,}"
        f" arrival hours, {again.bytes:,} landed bytes, about {_dollars(again.price)}"
        " (springtide rebuild)."
    )
    table.caption_justify = "left"
    return table


def plan_table(estimated: "Estimate", data_set: str) -> Table:
    """Return the plan as a table."""
    title = f"What a run of {data_set} would ingest"
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("how much", justify="right")
    hours = f"{estimated.pending:,} pending, {estimated.changed:,} changed, {estimated.new:,} new"
    table.add_row("arrival hours", f"{estimated.arrival_hours:,} ({hours})")
    table.add_row("objects", f"{estimated.objects:,}")
    if estimated.unread:
        table.add_row("objects that cannot be read", f"{estimated.unread:,}")
    table.add_row("landed bytes", f"{estimated.bytes:,}")
    table.add_row("slices", f"{len(estimated.slices):,}")
    if estimated.slices:
        table.add_row("first arrival hour", min(each["first_hour"] for each in estimated.slices))
        table.add_row("last arrival hour", max(each["last_hour"] for each in estimated.slices))
    if estimated.waiting_rows:
        merged = ", merged by it" if estimated.settles else ""
        waits = f"{estimated.waiting_rows:,} of {estimated.waiting_hours:,} event hours{merged}"
        table.add_row("late rows that wait", waits)
    table.add_section()
    table.add_row("event hours touched, about", f"{estimated.event_hours:,}")
    table.add_row("queries, about", f"{estimated.quantities.queries:,}")
    table.add_row("bytes scanned, about", f"{estimated.quantities.scanned_bytes:,.0f}")
    table.add_row("price, about", _dollars(sum(estimated.price.values())))
    dearest = sorted(estimated.price.items(), key=lambda each: -each[1])[:3]
    table.caption = (
        f"{_basis(estimated.recent.slices)} Prices of {prices.AS_OF} in {prices.REGION}: "
        + ", ".join(f"{name} {_dollars(cost)}" for name, cost in dearest)
        + ". A month: springtide cost."
    )
    return table


def _basis(slices: int) -> str:
    """What the estimate is based on."""
    match slices:
        case 0:
            return "Estimated from defaults; no slice recorded yet."
        case 1:
            return "Estimated from the one slice recorded so far."
    return f"Estimated from the last {slices} recorded slices."


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount >= 0.01 else f"${amount:.4f}"
