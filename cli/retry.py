"""`springtide retry`: frees held hours, and reads skipped objects again."""

from typing import Annotated

from springtide.model.arrival import ArrivalHour
from typer import Argument, Option

from cli import console
from cli.errors import CommandError
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.target import target


def retry(
    hours: Annotated[
        list[str] | None, Argument(metavar="[HOUR]...", help="Arrival hours: 2020-07-01T00.")
    ] = None,
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    unreadable: Annotated[
        bool, Option("--unreadable", help="Also every object that was skipped as unreadable.")
    ] = False,
    as_json: Annotated[bool, Option("--json", help="Print what was freed as JSON.")] = False,
) -> None:
    """Have the next run ingest what is held; with hours, these, even if ingested before.

    Objects of these hours that were skipped are read again.

    Example: `springtide retry 2020-07-01T05 --stack my-stack`
    """
    from springtide.arrivals.landing import Landing
    from springtide.ledger.table import Ledger
    from springtide.requests import retry as retries

    try:
        named = [ArrivalHour.parse(hour) for hour in hours] if hours else None
    except ValueError as err:
        raise CommandError(str(err)) from err
    with target(out, stack, region, profile, writes=True) as found:
        ledger = Ledger(found.settings.ledger_table, found.settings.data_set)
        done = retries.retry(ledger, Landing.of(found.settings), named, unreadable=unreadable)
    if as_json:
        console.print_json(done._asdict())
        return
    terminal = console.out()
    for what, names in (
        ("held, now pending", done.freed),
        ("taken before, now pending", done.again),
        ("skipped, read again", done.objects),
        ("held, built by the next run", done.derived),
    ):
        for name in names:
            terminal.print(console.shown(f"{name}: {what}"))
    count = len(done.freed) + len(done.again)
    terminal.print(f"Arrival hours for the next run: {count:,}" if count else "Nothing to do.")
