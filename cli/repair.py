"""`springtide repair`: points partitions that another writer moved where the last run left them."""

from collections.abc import Mapping
from typing import Annotated

from rich.text import Text
from typer import Option

from cli import console
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.target import target


def repair(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    yes: Annotated[bool, Option("--yes", help="Do it; without, only say what is wrong.")] = False,
    as_json: Annotated[bool, Option("--json", help="Print the partitions as JSON.")] = False,
) -> None:
    """Point partitions again where the runs have left them, after they were dropped or moved.

    A run refuses to start from such a partition (FenceLostError), since rows would be lost.

    Example: `springtide repair --stack my-stack --yes`
    """
    from springtide.ledger.table import Ledger
    from springtide.undo import repair as repairs

    with target(out, stack, region, profile, writes=yes) as found:
        settings = found.settings
        if yes:
            strays = repairs.repair(settings)
        else:
            strays = repairs.find(settings, Ledger(settings.ledger_table, settings.data_set))
        if yes and out is not None:
            from cli.export import export

            export(found.machine, out)
    if as_json:
        console.print_json([stray.shown() for stray in strays])
        return
    terminal = console.out()
    for stray in strays:
        terminal.print(moved(stray.shown()))
    if not strays:
        terminal.print("Every partition is where the runs have left it.")
    else:
        done = "pointed there again" if yes else "not where the runs left them; --yes repairs it"
        terminal.print(f"{len(strays):,} partitions {done}")


def moved(stray: Mapping[str, str | None]) -> Text:
    """Return the line about a partition that is not where the runs have left it."""
    now = "dropped" if stray["now"] is None else f"at {stray['now']}"
    return console.shown(f"{stray['table']} {stray['partition']}: {now}, left at {stray['left']}")
