"""`springtide collect`: condemns versions that are no longer needed, and tags their objects."""

from datetime import UTC, datetime
from typing import Annotated

from typer import Option

from cli import console
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.target import target


def collect(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what it would do.")] = False,
    as_json: Annotated[bool, Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Do one pass of collection, as the stack does every hour once it is switched on.

    Condemned is what nothing pointed at for RetainDays. What earlier passes condemned is tagged,
    and the lake bucket's lifecycle rule expires it; offline nothing expires.

    Example: `springtide collect --dry-run --stack my-stack`
    """
    from springtide.undo import garbage

    started = datetime.now(UTC)
    with target(
        out, stack, region, profile, writes=not dry_run, function="CollectGarbageFunction"
    ) as found:
        done = garbage.collect(
            found.settings,
            f"collect:{started:%Y-%m-%dT%H:%M:%S.%fZ}",
            started,
            dry_run=dry_run,
        )
    if as_json:
        console.print_json(done._asdict())
        return
    terminal = console.out()
    for location in done.condemned:
        terminal.print(f"condemned: {location}", markup=False)
    would = "would be " if dry_run else ""
    terminal.print(
        f"{len(done.condemned):,} prefixes {would}condemned, {done.tagged:,} objects {would}tagged."
        + (" There is more: run it again." if done.more else ""),
        markup=False,
    )
