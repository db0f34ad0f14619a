"""`springtide cost`: a landing's monthly bill, with Springtide and with alternatives."""

from math import isnan
from typing import Annotated

from rich.table import Table
from typer import BadParameter, Option

from cli import console
from cli.pricing.prices import AS_OF, GIGABYTE, REGION

_MOST = 1_000_000_000  # gigabytes; larger than any landing


def cost(
    gigabytes_a_day: Annotated[
        float,
        Option(
            "--gb-per-day", min=0.000001, max=_MOST, help="Landed gigabytes a day, as they lie."
        ),
    ] = 5.0,
    late_hours: Annotated[
        int, Option(min=1, max=8760, help="How many hours late events reach back; they lie evenly.")
    ] = 24,
    late: Annotated[float, Option(min=0, max=1, help="Share of the events that come late.")] = 0.02,
    runs_a_day: Annotated[
        int, Option("--runs-per-day", help="Runs a day: 1, 2, 3, 4, 6, 8, 12 or 24.")
    ] = 24,
    retain_days: Annotated[int, Option(min=1, max=36500, help="RetainDays of the stack.")] = 7,
    fresh_hours: Annotated[int, Option(min=0, max=6, help="FreshHours of the stack.")] = 1,
    defer_hours: Annotated[int, Option(min=0, max=720, help="DeferHours of the stack.")] = 6,
    max_slice_gigabytes: Annotated[
        float,
        Option("--max-slice-gb", min=0.001, max=_MOST, help="MaxSliceBytes of the stack, in GB."),
    ] = 20.0,
    as_json: Annotated[bool, Option("--json", help="Print dollars as JSON.")] = False,
) -> None:
    """Show what a landing costs a month by service, and what other ways would. Calls no service.

    A model with list prices and the sizes of the sample's events; see docs/cost.md.

    Example: `springtide cost --gb-per-day 50 --runs-per-day 8`
    """
    for option, value in (
        ("--gb-per-day", gigabytes_a_day),
        ("--late", late),
        ("--max-slice-gb", max_slice_gigabytes),
    ):
        if isnan(value):  # it is neither below a minimum nor above a maximum
            raise BadParameter(f"{value} is not a number", param_hint=option)
    if 24 % runs_a_day if runs_a_day > 0 else True:
        raise BadParameter(f"{runs_a_day} does not divide 24", param_hint="--runs-per-day")
    from cli.pricing.landings import Landing, month, others

    landing = Landing(
        "yours",
        gigabytes_a_day * GIGABYTE,
        late_hours,
        runs_a_day,
        late,
        max_slice_bytes=int(max_slice_gigabytes * GIGABYTE),
        retain_days=retain_days,
        fresh_hours=fresh_hours,
        defer_hours=defer_hours,
    )
    services, instead = month(landing), others(landing)
    if as_json:
        total = sum(services.values())
        console.print_json({"total": total, "services": services, "instead": instead})
    else:
        console.out().print(_table(services, instead))


def _table(services: dict[str, float], others: dict[str, float]) -> Table:
    table = Table(title="US dollars a month", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("dollars", justify="right")
    for name, dollars in sorted(services.items(), key=lambda each: -each[1]):
        table.add_row(name, f"{dollars:,.2f}")
    table.add_section()
    table.add_row("Springtide", f"{sum(services.values()):,.2f}")
    table.add_section()
    for name, dollars in others.items():
        table.add_row(name, f"{dollars:,.2f}")
    table.caption = f"Prices of {AS_OF} in {REGION}. What the others leave undone: docs/cost.md."
    return table
